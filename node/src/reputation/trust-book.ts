import {
  CollectiveError,
  cleanText,
  limits,
  type PeerId,
  type RecordOf,
  type SignedRecord,
  type TrustStatement,
  type trustRequest,
} from "@action-collective/protocol";
import type { z } from "zod";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { isPeerId } from "../network-lists/address.ts";
import type { Announcer } from "../publishing/announcer.ts";

/** More people than anybody judges by hand; 5 MB at most. */
const STATEMENTS = 10_000;

/** What is said of somebody must name a peer other than this one. */
export class NotTrustableError extends CollectiveError {
  constructor(message: string) {
    super("bad-request", message, "Give the whole id of another peer; `collective peers` shows them.");
  }
}

export class TrustBookFullError extends CollectiveError {
  constructor(most: number) {
    super(
      "limit-exceeded",
      `The trust book holds ${most} statements already; nothing was stored`,
      "Take back some of them: level 0 removes a statement.",
    );
  }
}

export interface TrustBookParts {
  readonly catalogue: Pick<Catalogue, "transaction" | "trust">;
  readonly announcer: Pick<Announcer, "store" | "gossip">;
  readonly self: PeerId;
  readonly clock: () => number;
  /** Called after the user said something. */
  readonly changed?: () => void;
}

/** Whom the user of this peer trusts or distrusts. A statement counts here at once, whether or not it is published. */
export class TrustBook {
  readonly #parts: TrustBookParts;
  readonly #most: number;

  constructor(parts: TrustBookParts, most: number = STATEMENTS) {
    this.#parts = parts;
    this.#most = most;
  }

  /** The newest first. */
  list(): TrustStatement[] {
    return this.#parts.catalogue.trust.all();
  }

  of(peer: string): TrustStatement | undefined {
    return this.#parts.catalogue.trust.get(peer);
  }

  /**
   * Durable when it returns. Level 0 takes back what was said. A statement that was published and is so no longer is taken
   * back in the network too: others hear of level 0.
   * @throws {NotTrustableError | TrustBookFullError | RegistersFullError} nothing was stored.
   */
  async say(request: z.input<typeof trustRequest>): Promise<TrustStatement> {
    const { catalogue, announcer, self } = this.#parts;
    const { peer, level, publish = false } = request;
    if (!isPeerId(peer)) throw new NotTrustableError(`"${cleanText(peer, 80)}" is not a peer's id`);
    if (peer === self) throw new NotTrustableError("A peer says nothing about itself");
    const statement: TrustStatement = {
      ...{ peer, level, reason: oneLine(request.reason ?? ""), since: this.#parts.clock() },
      published: publish && level !== 0,
    };
    const record = catalogue.transaction(() => this.#store(statement));
    this.#parts.changed?.();
    if (record !== undefined) await announcer.gossip(record);
    return statement;
  }

  /** One's own word came back from the network, as after a catalogue was lost. Joins the transaction that stores it. */
  recover({ author, subject, created, body: { level, reason } }: RecordOf<"trust">): void {
    const { self, catalogue } = this.#parts;
    if (author !== self || (catalogue.trust.get(subject)?.since ?? 0) > created) return;
    const statement = { peer: subject, level, reason, since: created, published: true } as TrustStatement;
    if (level === 0) catalogue.trust.remove(subject);
    else if (this.#hasRoom(subject)) catalogue.trust.put(statement);
  }

  #store(statement: TrustStatement): SignedRecord | undefined {
    const { catalogue, announcer } = this.#parts;
    const { peer, level, reason, published } = statement;
    const before = catalogue.trust.get(peer);
    if (level === 0) catalogue.trust.remove(peer);
    else if (this.#hasRoom(peer)) catalogue.trust.put(statement);
    else throw new TrustBookFullError(this.#most);
    if (published) return announcer.store("trust", peer as PeerId, { level, reason });
    if (before?.published !== true) return undefined;
    return announcer.store("trust", peer as PeerId, { level: 0, reason: "" });
  }

  #hasRoom(peer: string): boolean {
    const { trust } = this.#parts.catalogue;
    return trust.get(peer) !== undefined || trust.count() < this.#most;
  }
}

function oneLine(text: string): string {
  return cleanText(text.replace(/\s+/gu, " ").trim(), limits.reasonCharacters - 1);
}
