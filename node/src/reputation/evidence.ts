import type { ActionId, PeerId, TrustLevel } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { RecordRow } from "../catalogue/records.ts";
import type { Marks } from "../catalogue/touched.ts";
import type { Proved } from "../catalogue/types.ts";
import type { RecordFact } from "./facts.ts";
import type { ReputationModel } from "./model.ts";

/** What is read; the rest of a catalogue is none of reputation's business. */
export type Sources = Pick<Catalogue, "database" | "records" | "actions" | "audits" | "usage" | "trust">;

/** Records read by one statement: 10 ms, and 1 MB while they are read. */
const SLICE = 2_000;

/** What a pull did. */
export interface Pulled {
  /** Something was told to the model. */
  readonly anything: boolean;
  /** Nothing is left that it has not been told. */
  readonly complete: boolean;
}

/**
 * Tells a model what the catalogue holds: everything at first, afterwards only what was written since. Never inside a
 * transaction: what is rolled back would have been told, and its number in the order of records is given out again.
 */
export class Evidence {
  readonly #sources: Sources;
  readonly #model: ReputationModel;
  readonly #self: PeerId;
  readonly #proved: Marks<ActionId>;
  readonly #used: Marks<ActionId>;
  readonly #spoken: Marks<string>;
  /** The last record told, and how many had been written when there was none after it. */
  #seq = 0;
  #writes = -1;
  /** Peers of whom the model knows what the user says. */
  readonly #spokenOf = new Set<string>();

  constructor(sources: Sources, model: ReputationModel, self: PeerId) {
    this.#sources = sources;
    this.#model = model;
    this.#self = self;
    this.#proved = sources.actions.touched.reader();
    this.#used = sources.usage.touched.reader();
    this.#spoken = sources.trust.touched.reader();
  }

  /** @param most records that are read at most, in slices; everything else is always told. */
  pull(most: number = Number.POSITIVE_INFINITY): Pulled {
    const { database, records } = this.#sources;
    if (!database.isOpen || database.isTransaction) return { anything: false, complete: true };
    let anything = false;
    if (this.#proved.any || this.#used.any || this.#spoken.any) {
      this.#marked();
      anything = true;
    }
    for (let read = 0; read < most && this.#writes !== records.writes; read += SLICE)
      anything = this.#records() || anything;
    return { anything, complete: this.#writes === records.writes };
  }

  /** What was taken and could not be told is told with everything else the next time. */
  #marked(): void {
    try {
      this.#standings();
      this.#counters();
      this.#statements();
    } catch (error) {
      for (const marks of [this.#proved, this.#used, this.#spoken]) marks.markAll();
      throw error;
    }
  }

  /** One slice of what was learned since the last. @returns whether there was any */
  #records(): boolean {
    const { records } = this.#sources;
    const rows = records.after(this.#seq, SLICE);
    for (const row of rows) {
      // What the user says of others is told as such, published or not.
      if (row.kind !== "trust" || row.author !== this.#self) this.#model.record(factOf(row));
      this.#seq = row.seq;
    }
    if (rows.length < SLICE) this.#writes = records.writes;
    return rows.length > 0;
  }

  #standings(): void {
    const { actions, audits } = this.#sources;
    const touched = this.#proved.take();
    if (touched === "all") {
      for (const proved of actions.allProved()) this.#standing(proved);
      for (const audit of audits.all()) this.#model.audit(audit);
      return;
    }
    for (const id of touched) {
      const proved = actions.proved(id);
      if (proved !== undefined) this.#standing(proved);
      for (const audit of audits.of(id)) this.#model.audit(audit);
    }
  }

  /** What nobody could test yet is pending to the model unsaid, and no answer is ever taken back to pending. */
  #standing({ id, standing, strength }: Proved): void {
    if (standing === "pending") return;
    this.#model.standing({ action: id, standing, ...(strength === null ? {} : { strength }) });
  }

  #counters(): void {
    const { usage } = this.#sources;
    const touched = this.#used.take();
    if (touched === "all")
      for (const { action, ...counters } of usage.allCounters()) this.#model.counters(action, counters);
    else for (const action of touched) this.#model.counters(action, usage.counters(action));
  }

  #statements(): void {
    const { trust } = this.#sources;
    const touched = this.#spoken.take();
    const about = touched === "all" ? [...this.#spokenOf, ...trust.all().map(({ peer }) => peer)] : touched;
    for (const peer of about) {
      const level = trust.get(peer)?.level ?? 0;
      this.#model.statement(peer as PeerId, level);
      if (level === 0) this.#spokenOf.delete(peer);
      else this.#spokenOf.add(peer);
    }
  }
}

/** Pure. */
function factOf(row: RecordRow): RecordFact {
  const { author, revision, created, received, kind } = row;
  const said = { author, revision, created, received };
  const [action, peer] = [row.subject as ActionId, row.subject as PeerId];
  switch (kind) {
    case "publication":
      return { ...said, kind, subject: action };
    case "verdict":
      return { ...said, kind, subject: action, outcome: row.outcome ?? "unknown" };
    case "feedback": {
      const { runs, succeeded, useful, useless } = row;
      const counters = { runs: runs ?? 0, succeeded: succeeded ?? 0, useful: useful ?? 0 };
      return { ...said, kind, subject: action, ...counters, useless: useless ?? 0 };
    }
    case "withdrawal":
      return { ...said, kind, subject: action, upTo: row.upTo ?? 0 };
    case "trust":
      return { ...said, kind, subject: peer, level: (row.level ?? 0) as TrustLevel };
    case "succession": {
      const { compromisedSince } = row;
      return { ...said, kind, subject: peer, ...(compromisedSince === null ? {} : { compromisedSince }) };
    }
    case "equivocation":
      return { ...said, kind, subject: peer };
  }
}
