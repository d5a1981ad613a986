import type { ActionId, PeerId, Standing } from "@action-collective/protocol";
import type { Counters } from "../catalogue/types.ts";
import type { AuditFact, RecordFact } from "./facts.ts";
import { PairTable } from "./pair-table.ts";

/** Ids and the numbers that stand for them here. */
class Index<Id extends string> {
  readonly #numbers = new Map<Id, number>();
  readonly #ids: Id[] = [];

  get size(): number {
    return this.#ids.length;
  }
  find(id: Id): number | undefined {
    return this.#numbers.get(id);
  }
  of(id: Id): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#numbers.set(id, this.#ids.length);
    return this.#ids.push(id) - 1;
  }
  id(number: number): Id {
    const id = this.#ids[number];
    if (id === undefined) throw new RangeError(`No id has the number ${number}`);
    return id;
  }
}

export const OUTCOME = { pass: 1, fail: 2, unknown: 0 } as const;

interface Succession {
  readonly created: number;
  readonly revision: number;
}

export interface OwnStanding {
  readonly standing: Standing;
  readonly strength: number | undefined;
}

/**
 * What a change of facts makes worth computing anew: nothing, what is said of one action, all that one key says, whom it
 * trusts, or everything.
 */
export type Touched =
  | { readonly what: "nothing" | "everything" }
  | { readonly what: "action" | "key" | "trust"; readonly which: number };

const NOTHING: Touched = { what: "nothing" };
const EVERYTHING: Touched = { what: "everything" };

/** The facts that a peer's view is computed from. What they amount to together is decided when they are read. */
export class HeldFacts {
  readonly peers = new Index<PeerId>();
  readonly actions = new Index<ActionId>();
  readonly verdicts = new PairTable(["revision", "created", "date", "outcome"]);
  readonly feedback = new PairTable([
    "revision",
    "created",
    "date",
    "runs",
    "succeeded",
    "useful",
    "useless",
  ]);
  readonly publications = new PairTable(["revision", "created", "received"]);
  readonly withdrawals = new PairTable(["revision", "created", "upTo"]);
  readonly trusts = new PairTable(["revision", "created", "level"]);
  /** `said` as in OUTCOME. */
  readonly audits = new PairTable(["said", "repeated"]);
  readonly standings = new Map<number, OwnStanding>();
  readonly counters = new Map<number, Counters>();
  readonly accused = new Set<number>();
  readonly compromised = new Map<number, number>();
  readonly successions = new Map<number, Map<number, Succession>>();
  #isShunned: (peer: PeerId) => boolean = () => false;
  /** Asked once for each key: it is asked for with every word that is weighed. */
  readonly #shunned = new Map<number, boolean>();

  shun(isShunned: (peer: PeerId) => boolean): void {
    this.#isShunned = isShunned;
    this.#shunned.clear();
  }

  /** True for whom the user will have nothing to do with. */
  isShunned(peer: number): boolean {
    const known = this.#shunned.get(peer);
    if (known !== undefined) return known;
    const shunned = this.#isShunned(this.peers.id(peer));
    this.#shunned.set(peer, shunned);
    return shunned;
  }

  /** Takes what holds a register now; an older revision of it changes nothing. */
  record(fact: RecordFact): Touched {
    const author = this.peers.of(fact.author);
    if (fact.kind === "trust") {
      const row = open(this.trusts, author, this.peers.of(fact.subject), fact);
      if (row < 0 || this.trusts.columns.level[row] === fact.level) return NOTHING;
      this.trusts.columns.level[row] = fact.level;
      return { what: "trust", which: author };
    }
    if (fact.kind === "equivocation") {
      const accused = this.peers.of(fact.subject);
      if (this.accused.has(accused)) return NOTHING;
      this.accused.add(accused);
      return { what: "key", which: accused };
    }
    if (fact.kind === "succession") return this.#succession(author, fact);
    const action = this.actions.of(fact.subject);
    if (fact.kind === "publication") {
      const row = open(this.publications, author, action, fact);
      if (row >= 0) this.publications.columns.received[row] = fact.received;
      return row < 0 ? NOTHING : { what: "action", which: action };
    }
    if (fact.kind === "withdrawal") {
      const row = open(this.withdrawals, author, action, fact);
      if (row >= 0) this.withdrawals.columns.upTo[row] = fact.upTo;
      return row < 0 ? NOTHING : { what: "action", which: action };
    }
    const table = fact.kind === "verdict" ? this.verdicts : this.feedback;
    const row = open(table, author, action, fact);
    if (row < 0) return NOTHING;
    // Whoever dates its word ahead does not keep it young: it is as old as it is known here, at least.
    table.columns.date[row] = Math.min(fact.created, fact.received);
    if (fact.kind === "verdict") this.verdicts.columns.outcome[row] = OUTCOME[fact.outcome];
    else {
      const { columns } = this.feedback;
      columns.runs[row] = fact.runs;
      columns.succeeded[row] = fact.succeeded;
      columns.useful[row] = fact.useful;
      columns.useless[row] = fact.useless;
    }
    return { what: "action", which: action };
  }

  /** The first of a rater on an action stays. @returns whether it is new */
  audit({ rater, action, said, repeated }: AuditFact): boolean {
    const { audits } = this;
    const [first, second] = [this.peers.of(rater), this.actions.of(action)];
    if (audits.find(first, second) >= 0) return false;
    const row = audits.open(first, second);
    audits.columns.said[row] = OUTCOME[said];
    audits.columns.repeated[row] = Math.max(0, repeated);
    return true;
  }

  /** True for what a compromised key signed from then on (SPEC §4.9). */
  isVoid(author: number, created: number): boolean {
    const since = this.compromised.get(author);
    return since !== undefined && created >= since;
  }

  /** The one successor that a key names; none when it names two (SPEC §4.9). */
  successor(peer: number): number | undefined {
    let found: number | undefined;
    for (const [subject, { created }] of this.successions.get(peer) ?? []) {
      if (this.isVoid(peer, created)) continue;
      if (found !== undefined) return undefined;
      found = subject;
    }
    return found;
  }

  /** True where the author's publication holds and is neither void nor withdrawn (SPEC §4.8–4.11). */
  publishes(row: number): boolean {
    const { publications, withdrawals } = this;
    const author = publications.first(row);
    if (this.isVoid(author, publications.columns.created[row] ?? 0)) return false;
    const taken = withdrawals.find(author, publications.second(row));
    if (taken < 0 || this.isVoid(author, withdrawals.columns.created[taken] ?? 0)) return true;
    return (withdrawals.columns.upTo[taken] ?? 0) < (publications.columns.revision[row] ?? 0);
  }

  /** True when it was published, and everybody who did took it back. */
  withdrawn(action: number): boolean {
    let published = false;
    for (const row of this.publications.ofSecond(action)) {
      if (this.publishes(row)) return false;
      published ||= !this.isVoid(this.publications.first(row), this.publications.columns.created[row] ?? 0);
    }
    return published;
  }

  /** Why a key's word counts for nothing, for people; undefined where no proof of that is held. */
  proofAgainst(peer: number): string | undefined {
    if (this.accused.has(peer)) return "It signed two records where one was possible.";
    const since = this.compromised.get(peer);
    return since === undefined ? undefined : `Its key is compromised since ${new Date(since).toISOString()}.`;
  }

  #succession(author: number, fact: RecordFact & { kind: "succession" }): Touched {
    if (fact.compromisedSince !== undefined) {
      // Of two declarations the earlier time holds (SPEC §4.9).
      const before = this.compromised.get(author) ?? Number.POSITIVE_INFINITY;
      if (fact.compromisedSince >= before) return NOTHING;
      this.compromised.set(author, fact.compromisedSince);
      return { what: "key", which: author };
    }
    const named = this.successions.get(author) ?? new Map<number, Succession>();
    this.successions.set(author, named);
    const subject = this.peers.of(fact.subject);
    const known = named.get(subject);
    if ((known?.revision ?? 0) > fact.revision) return NOTHING;
    named.set(subject, { created: fact.created, revision: fact.revision });
    const isAsBefore =
      known !== undefined && this.isVoid(author, known.created) === this.isVoid(author, fact.created);
    return isAsBefore ? NOTHING : EVERYTHING;
  }
}

/** The row to write, or -1 where the register holds a higher revision. */
function open(
  table: Pick<PairTable<"revision" | "created">, "open" | "columns">,
  author: number,
  subject: number,
  { revision, created }: RecordFact,
): number {
  const row = table.open(author, subject);
  if ((table.columns.revision[row] ?? 0) > revision) return -1;
  table.columns.revision[row] = revision;
  table.columns.created[row] = created;
  return row;
}
