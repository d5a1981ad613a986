import {
  type ActionId,
  type BodyOf,
  cidOfActionId,
  isPeerKind,
  type Kind,
  keyOfPeerId,
  limits,
  type PeerId,
  type RecordOf,
  revisionOfCompromise,
  type SignedRecord,
  type Signer,
  signRecord,
} from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { isSaidUnasked } from "../catalogue/records.ts";
import type { Intake } from "../intake/intake.ts";
import { RegistersFullError } from "./errors.ts";
import { OwnPublications } from "./own-publications.ts";

/** What a record of that kind speaks of: an action or a peer. */
type SubjectOf<K extends Kind> = RecordOf<K>["subject"];

export interface AnnouncerParts {
  readonly signer: Signer;
  readonly self: PeerId;
  readonly network: string;
  readonly catalogue: Catalogue;
  readonly intake: Intake;
  readonly clock: () => number;
  readonly gossip: (bytes: Uint8Array) => Promise<{ recipients: number }>;
  readonly log: (message: string) => void;
}

/** The one revision that a body asks for (SPEC §4.9), if it does. */
function fixedRevision(body: BodyOf<Kind>): number | undefined {
  return "compromisedSince" in body ? revisionOfCompromise(body.compromisedSince) : undefined;
}

/** Signs what this peer says, stores it, and only then gossips it: what was acknowledged survives a kill. */
export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #publications: OwnPublications;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
    const { catalogue, self, network } = parts;
    this.#publications = new OwnPublications({ records: catalogue.records, self, network });
  }

  /**
   * True when this peer's register of that kind on that action is filled with what others take now. What was signed under
   * a clock that was ahead is worth saying again: until its date comes, nobody else opens it (SPEC §4.3). So is a
   * publication that was taken back.
   */
  has(kind: Kind, subject: ActionId | PeerId): boolean {
    const { catalogue, self, clock } = this.#parts;
    const holder =
      kind === "publication"
        ? this.#publications.get(subject as ActionId)
        : catalogue.records.holder(self, kind, subject);
    return holder !== undefined && holder.created <= clock() + limits.clockSkewMs;
  }

  /**
   * Writes the next revision of this peer's register, durable when it returns. What this peer says unasked is not stored
   * when there is no room for it.
   * @throws {RegistersFullError} there is no room for what its user says.
   */
  store<K extends Kind>(kind: K, subject: SubjectOf<K>, body: BodyOf<K>): SignedRecord {
    const { catalogue, self, signer, network, clock, intake } = this.#parts;
    return catalogue.transaction(() => {
      const held = catalogue.records.holder(self, kind, subject)?.revision ?? 0;
      // What was taken back is published anew above the withdrawal, or it would not count (SPEC §4.8).
      const taken = kind === "publication" ? this.#publications.withdrawnUpTo(subject as ActionId) : 0;
      // Never below the clock: a peer restored from an old copy must not sign a revision twice (SPEC §4.2).
      const revision = Math.max(held + 1, taken + 1, clock());
      const about = isPeerKind(kind) ? keyOfPeerId(subject) : cidOfActionId(subject);
      const draft = {
        kind,
        subject: about,
        revision: fixedRevision(body) ?? revision,
        created: clock(),
        body,
      };
      const record = signRecord(draft, signer, network);
      if (intake.own(record) === "limited" && !isSaidUnasked(kind)) throw new RegistersFullError();
      return record;
    });
  }

  /** @returns to how many neighbours it went at once; others hear through them, or through sync. */
  async gossip(record: SignedRecord): Promise<number> {
    try {
      return (await this.#parts.gossip(record.bytes)).recipients;
    } catch (error) {
      this.#parts.log(`could not gossip a ${record.kind}: ${String(error)}; sync will carry it`);
      return 0;
    }
  }

  /** Stores and gossips. */
  async announce<K extends Kind>(kind: K, subject: SubjectOf<K>, body: BodyOf<K>): Promise<number> {
    return await this.gossip(this.store(kind, subject, body));
  }
}
