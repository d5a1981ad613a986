import {
  assertFresh,
  CollectiveError,
  limits,
  openRecord,
  type SignedRecord,
  type Verifier,
} from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Meter } from "../metrics/meter.ts";
import { storageError } from "../storage-errors.ts";
import { KeyedBuckets } from "../token-bucket.ts";

/** How a record reached this peer. */
export type Via = "gossip" | "sync" | "ask" | "own";

/**
 * What became of it. `new` was stored; `known` and `older` change nothing and are nobody's fault; `limited` is over an
 * author's quota or finds the catalogue full; `unwanted` is of a peer or an action that the user blocked; `early` is dated in the future, which a wrong clock on either side explains;
 * `distant` is dated so far ahead that waiting for it makes no sense; `refused` is something no honest peer would send or
 * pass on; `failed` is our own fault: it was not stored, and nobody knows why.
 */
export type Outcome =
  | "new"
  | "known"
  | "older"
  | "limited"
  | "unwanted"
  | "early"
  | "distant"
  | "refused"
  | "failed";

/** What gossip does with a record (SPEC §9): only what is new goes on; only what no honest peer sends is held against its sender. */
export function gossipVerdict(outcome: Outcome): "accept" | "reject" | "ignore" {
  if (outcome === "new") return "accept";
  return outcome === "refused" ? "reject" : "ignore";
}

/**
 * What catching up does with a record. Only what time alone makes acceptable, or what failed here, is worth asking for again
 * soon: a full author may stay full for ever.
 */
export function syncVerdict(outcome: Outcome): "new" | "known" | "later" | "refused" {
  if (outcome === "new") return "new";
  if (outcome === "early" || outcome === "failed") return "later";
  return outcome === "refused" || outcome === "distant" ? "refused" : "known";
}

/**
 * Catching up comes back for a record dated at most this far ahead, a day and what honest clocks differ by: clocks an hour,
 * a time zone or a date out are common. Anybody can date a record years ahead, and who passes that one on passes on what no
 * honest peer would.
 */
const WORTH_WAITING_MS = 24 * 60 * 60_000 + limits.clockSkewMs;

/** One author's records by gossip: a busy honest peer verifies tens of actions a second and says so. What is ignored here comes back through sync. */
const AUTHOR_RATE = { capacity: 1000, perSecond: 100 };
const AUTHORS_WATCHED = 10_000;

export interface IntakeParts {
  readonly catalogue: Catalogue;
  readonly verifier: Verifier;
  readonly network: string;
  readonly clock: () => number;
  /** Runs inside the transaction that stores the record: what it writes lives or dies with it. */
  readonly stored: (record: SignedRecord, via: Via) => void;
  /** An author signed two records of one register and revision; both are given, inside the same transaction. */
  readonly equivocated: (one: SignedRecord, other: SignedRecord) => void;
  /** What the user does not want stored or passed on; nothing, where it is left out. Never asked about one's own. */
  readonly isUnwanted?: (record: SignedRecord) => boolean;
  readonly log: (message: string) => void;
  /** Told what became of each record; left out where nobody measures. */
  readonly measure?: Meter["record"] | undefined;
}

/**
 * The one way in for records, whoever brings them: size and depth guard → decode → signature → freshness → block lists →
 * quota → catalogue. Synchronous, because gossipsub has no back-pressure: nothing waits here, and what takes long (fetching,
 * running, embedding) is only noted down.
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #authors = new KeyedBuckets(AUTHOR_RATE, AUTHORS_WATCHED);

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  receive(bytes: Uint8Array, from: string, via: Exclude<Via, "own">): Outcome {
    const { verifier, network, log } = this.#parts;
    let record: SignedRecord;
    const refuse = (error: unknown, outcome: Outcome) => {
      if (!(error instanceof CollectiveError)) throw error;
      log(`refused a record from ${from}: ${error.code}: ${error.message}`);
      return outcome;
    };
    try {
      record = openRecord(bytes, verifier, network);
    } catch (error) {
      const outcome = refuse(error, "refused");
      this.#parts.measure?.("unreadable", via, outcome);
      return outcome;
    }
    const outcome = this.#judge(record, via, refuse);
    this.#parts.measure?.(record.kind, via, outcome);
    return outcome;
  }

  #judge(
    record: SignedRecord,
    via: Exclude<Via, "own">,
    refuse: (error: unknown, outcome: Outcome) => Outcome,
  ): Outcome {
    const { clock } = this.#parts;
    try {
      assertFresh(record, clock());
    } catch (error) {
      return refuse(error, record.created > clock() + WORTH_WAITING_MS ? "distant" : "early");
    }
    // Nobody's fault, so after what would be: who sends it has other rules.
    if (this.#parts.isUnwanted?.(record) === true) return "unwanted";
    if (via === "gossip" && !this.#authors.get(record.author, clock()).take(1, clock())) return "limited";
    return this.#store(record, via);
  }

  /**
   * Takes in a run of records that catching up brought, with one commit. Should that fail, each is tried by itself, so that
   * none is lost because of another. Throws what the machine's storage did: then no other will do any better.
   */
  receiveRun(run: readonly Uint8Array[], from: string): Outcome[] {
    const receive = () => run.map((bytes) => this.receive(bytes, from, "sync"));
    try {
      return this.#parts.catalogue.transaction(receive);
    } catch (error) {
      if (storageError(error) !== undefined) throw error;
      this.#parts.log(`a run of records could not be stored together: ${String(error)}`);
      return run.map((bytes) => this.#receiveAlone(bytes, from));
    }
  }

  #receiveAlone(bytes: Uint8Array, from: string): Outcome {
    try {
      return this.receive(bytes, from, "sync");
    } catch (error) {
      if (storageError(error) !== undefined) throw error;
      this.#parts.log(`a record could not be stored: ${String(error)}`);
      return "failed";
    }
  }

  /** Takes in a record that this peer just signed; `limited` when its key has too many already. */
  own(record: SignedRecord): Outcome {
    const outcome = this.#store(record, "own");
    this.#parts.measure?.(record.kind, "own", outcome);
    return outcome;
  }

  #store(record: SignedRecord, via: Via): Outcome {
    const { catalogue, stored, equivocated, clock, verifier, network } = this.#parts;
    return catalogue.transaction(() => {
      const { outcome, rival } = catalogue.records.put(record, clock(), via === "own" ? "own" : "others");
      if (rival !== undefined) equivocated(record, openRecord(rival, verifier, network));
      if (outcome === "full") return "limited";
      if (outcome !== "new") return outcome;
      if (record.kind === "publication") catalogue.actions.add(record.action, "network", clock());
      stored(record, via);
      return "new";
    });
  }
}
