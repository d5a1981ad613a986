import type { ActionId } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { UnknownActionError } from "../catalogue/errors.ts";
import type { Counters } from "../catalogue/types.ts";
import type { Audience } from "../catalogue/usage.ts";
import type { Announcer } from "../publishing/announcer.ts";

export interface FeedbackParts {
  readonly catalogue: Catalogue;
  readonly announcer: Announcer;
  readonly changed: (id: ActionId) => void;
  /** 0 to 1. */
  readonly random: () => number;
  readonly log: (message: string) => void;
}

export interface FeedbackOptions {
  /** False: nothing of this peer's use is ever published. */
  readonly publish: boolean;
  /** How long a batch is collected, on average. */
  readonly intervalMs: number;
}

/** Feedback records sent in one batch; the rest follows in the next. */
const BATCH = 200;
/** A batch is sent this part of the interval earlier or later, so that its time does not tell that of a run. */
const JITTER = 0.5;

/**
 * Turns this peer's cumulative counters into feedback records, in batches: one signed register per action, without
 * task text, inputs or outputs. Actions that only the local library holds stay private.
 */
export class FeedbackDesk {
  readonly #parts: FeedbackParts;
  readonly #options: FeedbackOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(parts: FeedbackParts, options: FeedbackOptions) {
    this.#parts = parts;
    this.#options = options;
    // What was counted before the process was killed is still owed.
    if (parts.catalogue.usage.dirty(1).length > 0) this.soon();
  }

  /** Who may hear of what is counted now: while the switch is off nobody, also not later. */
  get audience(): Audience {
    return this.#options.publish ? "everybody" : "nobody";
  }

  /** Somebody said whether an action was useful; published with the next batch. @throws {UnknownActionError} */
  async say(id: ActionId, useful: boolean): Promise<Counters> {
    const { catalogue } = this.#parts;
    if (catalogue.actions.get(id) === undefined) throw new UnknownActionError(id);
    catalogue.transaction(() =>
      catalogue.usage.count(id, useful ? { useful: 1 } : { useless: 1 }, this.audience),
    );
    this.#parts.changed(id);
    this.soon();
    return catalogue.usage.counters(id);
  }

  /** Something was counted: publish it with the next batch. */
  soon(): void {
    if (this.#stopped || this.#timer !== undefined || !this.#options.publish) return;
    const delayMs = this.#options.intervalMs * (1 + JITTER * (2 * this.#parts.random() - 1));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch((error: unknown) => this.#parts.log(`feedback was not published: ${String(error)}`));
    }, delayMs);
    this.#timer.unref();
  }

  async flush(): Promise<void> {
    const { catalogue, announcer, changed } = this.#parts;
    if (!this.#options.publish) return;
    const batch = catalogue.usage.dirty(BATCH);
    for (const id of batch) {
      const record = catalogue.transaction(() => {
        catalogue.usage.published(id);
        if (catalogue.actions.get(id)?.origin !== "network") return undefined;
        return announcer.store("feedback", id, catalogue.usage.toldOf(id));
      });
      if (record === undefined) continue;
      changed(id);
      await announcer.gossip(record);
    }
    if (batch.length === BATCH) this.soon();
  }

  /** Stores what is still uncounted, so that neighbours learn it through sync. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.flush();
  }
}
