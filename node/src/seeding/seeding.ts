import type { ActionId } from "@action-collective/protocol";
import { FetchBack } from "./fetch-back.ts";
import { Lane } from "./lane.ts";
import {
  FETCHES_PER_LOOK,
  FOLDERS_SWEPT,
  LOOK_EVERY_MS,
  LOOKED_AT,
  PROVIDE_EVERY_MS,
  TIDY_AFTER_MS,
} from "./limits.ts";
import type { SeedingParts } from "./parts.ts";
import { ReProvide } from "./re-provide.ts";
import { reconcile } from "./reconcile.ts";
import { Sweep } from "./sweep.ts";
import { dropRefused, lookAnew, tidy } from "./tidy.ts";

export interface SeedingView {
  /** Strangers' blocks on disk, and how much they may take. */
  readonly bytes: number;
  readonly quotaBytes: number;
  /** Strangers' actions held, and those of them that few others hold. */
  readonly actions: number;
  readonly scarce: number;
  /** One's own and the starter library's, beside the quota. */
  readonly own: number;
}

/**
 * Keeps content available when its publisher leaves: holds what was verified or used here as far as the user's rules
 * go, fetches back what is missed, and tells the DHT. Everything in the background; fetching, which waits for others, in
 * a lane of its own beside keeping house.
 */
export class Seeding {
  readonly #parts: SeedingParts;
  readonly #fetchBack: FetchBack;
  readonly #sweep: Sweep;
  readonly #reProvide: ReProvide;
  readonly #house: Lane;
  readonly #fetches: Lane;
  readonly #timers: NodeJS.Timeout[] = [];
  #soon: NodeJS.Timeout | undefined;
  #state: "created" | "running" | "stopped" = "created";

  constructor(parts: SeedingParts) {
    this.#parts = parts;
    this.#fetchBack = new FetchBack(parts);
    this.#sweep = new Sweep(parts);
    this.#reProvide = new ReProvide(parts);
    this.#house = new Lane(parts.log);
    this.#fetches = new Lane(parts.log);
  }

  start(): void {
    this.#state = "running";
    this.#house.add("what is held could not be compared with the disk", (signal) =>
      reconcile(this.#parts, signal),
    );
    // It may have changed while the peer was not running.
    this.policyChanged();
    this.changed();
    this.#every(LOOK_EVERY_MS, () => {
      this.#house.add("keeping house of blocks went wrong", (signal) => this.keepHouse(signal));
      this.#fetches.add("fetching back went wrong", (signal) => this.fetchBack(signal));
    });
    this.#every(PROVIDE_EVERY_MS, () => this.#provide());
  }

  /** Ends what is under way; nothing half-done stays behind. */
  async stop(): Promise<void> {
    this.#state = "stopped";
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#soon);
    await Promise.all([this.#house.stop(), this.#fetches.stop()]);
  }

  /** Something is held that was not before: makes room and tells the DHT, soon. */
  changed(): void {
    if (this.#state !== "running" || this.#soon !== undefined) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#provide();
      this.#house.add("making room went wrong", (signal) => tidy(this.#parts, signal));
    }, TIDY_AFTER_MS);
    this.#soon.unref();
  }

  /** The user's policy is another than before: what it refuses goes. */
  policyChanged(): void {
    if (this.#state !== "running") return;
    this.#house.add("dropping what the policy refuses went wrong", (signal) =>
      dropRefused(this.#parts, signal),
    );
  }

  /** An action ran here: if it is not held, its blocks have just been fetched, and now it is worth holding. */
  used(id: ActionId): void {
    if (this.#state !== "running" || this.#parts.catalogue.holdings.holds(id)) return;
    this.#fetchBack.used(id);
    this.#fetches.add("holding what ran went wrong", (signal) => this.#fetchBack.waiting(signal));
  }

  /** One round of what is done every minute: looks at some anew, makes room, sweeps some folders. */
  async keepHouse(signal: AbortSignal): Promise<void> {
    await lookAnew(this.#parts, LOOKED_AT, signal);
    await tidy(this.#parts, signal);
    await this.#sweep.some(FOLDERS_SWEPT, signal);
  }

  /** Beside it: fetches a few of those that are missed. @returns how many are held again. */
  async fetchBack(signal: AbortSignal): Promise<number> {
    return await this.#fetchBack.some(FETCHES_PER_LOOK, signal);
  }

  view(): SeedingView {
    const { bytes, actions, scarce, kept } = this.#parts.catalogue.holdings.totals();
    return { bytes, quotaBytes: this.#parts.rules.quotaBytes, actions, scarce, own: kept };
  }

  #provide(): void {
    try {
      this.#reProvide.some();
    } catch (error) {
      this.#parts.log("warn", "announcing what is held went wrong", { reason: String(error) });
    }
  }

  #every(ms: number, work: () => void): void {
    const timer = setInterval(work, ms);
    timer.unref();
    this.#timers.push(timer);
  }
}
