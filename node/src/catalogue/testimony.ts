import {
  type ActionId,
  compromiseIn,
  type Effect,
  effectOf,
  type Kind,
  openRecord,
  type PeerId,
  type RecordOf,
  type SignedRecord,
  type Verifier,
} from "@action-collective/protocol";
import type { Records } from "./records.ts";

/** Raters, publishers and users of one action that are looked at; the earliest first. */
const VOICES = 256;
/** A rater's newest verdicts that decide how far it is believed. */
const VERDICTS_REMEMBERED = 500;

/** Whatever is in the catalogue passed the real verifier at intake. */
const TRUSTED: Verifier = { verify: () => true };

/** Reads records that count: not those that their author withdrew, nor what a compromised key signed (SPEC §4.11). */
export class Testimony {
  readonly #records: Records;
  readonly #network: string;

  constructor(records: Records, network: string) {
    this.#records = records;
    this.#network = network;
  }

  publications(action: ActionId): RecordOf<"publication">[] {
    return this.#about(action, "publication");
  }

  publishers(action: ActionId): PeerId[] {
    return this.publications(action).map((record) => record.author);
  }

  verdicts(action: ActionId): RecordOf<"verdict">[] {
    return this.#about(action, "verdict");
  }

  /** Who gave a verdict on it, counting or not; cheap. */
  raters(action: ActionId): PeerId[] {
    return this.#records.authorsAbout(action, "verdict", VOICES);
  }

  feedback(action: ActionId): RecordOf<"feedback">[] {
    return this.#about(action, "feedback");
  }

  verdictsBy(author: PeerId): RecordOf<"verdict">[] {
    return this.#counting(this.#records.verdictsBy(author, VERDICTS_REMEMBERED)) as RecordOf<"verdict">[];
  }

  /** True when a proof is held that this key signed two records where one was possible: its word is worth nothing. */
  equivocated(peer: PeerId): boolean {
    return this.#records.about(peer, "equivocation", 1).length > 0;
  }

  effect(record: SignedRecord): Effect {
    const { author, subject } = record;
    const withdrawal = this.#holder(author, "withdrawal", subject);
    return effectOf(record, {
      compromisedSince: compromiseIn(this.#holder(author, "succession", author)),
      withdrawal: withdrawal?.kind === "withdrawal" ? withdrawal : undefined,
    });
  }

  /** Who most likely holds an action's blocks: its publishers, then those whose test of it passed. */
  likelyHolders(action: ActionId, self: PeerId, most: number): PeerId[] {
    const holders = new Set<PeerId>(this.publishers(action));
    for (const { author, body } of this.verdicts(action)) if (body.outcome === "pass") holders.add(author);
    holders.delete(self);
    return [...holders].slice(0, most);
  }

  #about<K extends Kind>(subject: ActionId | PeerId, kind: K): RecordOf<K>[] {
    return this.#counting(this.#records.about(subject, kind, VOICES)) as RecordOf<K>[];
  }

  #counting(stored: readonly Uint8Array[]): SignedRecord[] {
    return stored.map((bytes) => this.#open(bytes)).filter((record) => this.effect(record) === "counts");
  }

  #holder(author: PeerId, kind: Kind, subject: ActionId | PeerId): SignedRecord | undefined {
    const stored = this.#records.holder(author, kind, subject);
    return stored === undefined ? undefined : this.#open(stored.bytes);
  }

  #open(bytes: Uint8Array): SignedRecord {
    return openRecord(bytes, TRUSTED, this.#network);
  }
}
