import {
  type ActionId,
  openRecord,
  type PeerId,
  type RecordOf,
  type Verifier,
} from "@action-collective/protocol";
import type { Records } from "./records.ts";
import type { Experience, Opinion } from "./types.ts";

/** Raters, publishers and users of one action that are looked at; the earliest first. */
const VOICES = 256;
/** Verdicts of one action that are decoded to be shown. */
const VERDICTS_SHOWN = 50;

/** Whatever is in the catalogue passed the real verifier at intake. */
const TRUSTED: Verifier = { verify: () => true };

/** What counts: not what its author withdrew, nor what a compromised key signed (SPEC §4.11). */
export class Testimony {
  readonly #records: Records;
  readonly #network: string;

  constructor(records: Records, network: string) {
    this.#records = records;
    this.#network = network;
  }

  publishers(action: ActionId): PeerId[] {
    return this.#records.voices(action, "publication", VOICES).map(({ author }) => author);
  }

  opinions(action: ActionId): Opinion[] {
    return this.#records.voices(action, "verdict", VOICES);
  }

  experiences(action: ActionId): Experience[] {
    return this.#records.voices(action, "feedback", VOICES);
  }

  /** Whole verdicts, to be shown: every one is decoded. */
  verdicts(action: ActionId): RecordOf<"verdict">[] {
    const stored = this.#records.about(action, "verdict", VERDICTS_SHOWN);
    const opened = stored.map((bytes) => openRecord(bytes, TRUSTED, this.#network));
    return opened.filter((record) => record.kind === "verdict");
  }

  /** True when a proof is held that this key signed two records where one was possible: its word is worth nothing. */
  equivocated(peer: PeerId): boolean {
    return this.#records.authorsAbout(peer, "equivocation", 1).length > 0;
  }

  /** Who most likely holds an action's blocks: its publishers, then those whose test of it passed. */
  likelyHolders(action: ActionId, self: PeerId, most: number): PeerId[] {
    const holders = new Set<PeerId>(this.publishers(action));
    for (const { author, outcome } of this.opinions(action)) if (outcome === "pass") holders.add(author);
    holders.delete(self);
    return [...holders].slice(0, most);
  }
}
