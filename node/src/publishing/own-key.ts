import {
  BadSignatureError,
  CollectiveError,
  type PeerId,
  revisionOfCompromise,
  type SignedRecord,
} from "@action-collective/protocol";
import type { Records } from "../catalogue/records.ts";
import type { Announcer } from "./announcer.ts";

/** What was asked for would be of no effect, or would undo what was said of this key before. Nothing was signed. */
export class KeyStatementRefusedError extends CollectiveError {
  constructor(message: string, remedy: string) {
    super("key-statement-refused", message, remedy);
  }
}

export interface OwnKeyParts {
  readonly announcer: Pick<Announcer, "store" | "gossip">;
  readonly records: Pick<Records, "holder">;
  readonly self: PeerId;
  /** The successor that this peer's key has by what is held, if it has one. */
  readonly successor: () => PeerId | undefined;
  readonly clock: () => number;
}

/** What a peer says about the end of its own key (SPEC §4.9). Both statements are for good. */
export class OwnKey {
  readonly #parts: OwnKeyParts;

  constructor(parts: OwnKeyParts) {
    this.#parts = parts;
  }

  /**
   * Names the key that succeeds this one.
   * @param consent 64 bytes, signed by the successor
   * @returns to how many neighbours it went at once
   * @throws {KeyStatementRefusedError} the successor did not agree, or another one succeeds it already: with two, a key
   * has none.
   */
  async succeedBy(successor: PeerId, consent: Uint8Array): Promise<{ recipients: number }> {
    const { self, successor: known } = this.#parts;
    const before = known();
    if (successor === self)
      throw new KeyStatementRefusedError("A key cannot succeed itself", "Make a new home, and name its key.");
    if (before !== undefined && before !== successor)
      throw new KeyStatementRefusedError(
        `${before} succeeds this key already; with two successors it would have none`,
        "A chain is followed: let that key name its own successor.",
      );
    try {
      return await this.#say((announcer) => announcer.store("succession", successor, { consent }));
    } catch (error) {
      if (!(error instanceof BadSignatureError)) throw error;
      throw new KeyStatementRefusedError(
        `${successor} did not agree to succeed this key on this network`,
        "Sign the agreement with the successor's key; `collective key successor` does.",
      );
    }
  }

  /**
   * Declares that this key is in other hands since then: whatever it signed from then on counts for nothing.
   * @param since milliseconds since the epoch
   * @returns to how many neighbours it went at once
   * @throws {KeyStatementRefusedError} it is still to come, or an earlier time was declared.
   */
  async compromisedSince(since: number): Promise<{ recipients: number }> {
    const { self, records, clock } = this.#parts;
    if (since > clock())
      throw new KeyStatementRefusedError(
        "That time is still to come",
        "Name the time since when it may be so.",
      );
    const before = records.holder(self, "succession", self);
    if (before !== undefined && before.revision >= revisionOfCompromise(since))
      throw new KeyStatementRefusedError(
        "This key was declared compromised since then, or since an earlier time, before",
        "Nothing more needs to be said. Go on with a new key, in a new home.",
      );
    return this.#say((announcer) => announcer.store("succession", self, { compromisedSince: since }));
  }

  async #say(store: (announcer: OwnKeyParts["announcer"]) => SignedRecord): Promise<{ recipients: number }> {
    const { announcer } = this.#parts;
    return { recipients: await announcer.gossip(store(announcer)) };
  }
}
