import type { ActionId } from "@action-collective/protocol";
import { FETCH_AGAIN_MS, FETCH_MS, LOOKED_AT, MAX_FAILURES, MAX_WANTED } from "./limits.ts";
import type { SeedingParts } from "./parts.ts";
import { planFetches } from "./plan.ts";

/** Holds again what passed here, is not held, and is worth it: what runs here first, then what the plan wants. */
export class FetchBack {
  readonly #parts: SeedingParts;
  readonly #used = new Set<ActionId>();
  /** Not tried again before that time. */
  readonly #failed = new Map<ActionId, number>();
  #after = 0;

  constructor(parts: SeedingParts) {
    this.#parts = parts;
  }

  /** It ran here; its blocks have just been fetched. */
  used(id: ActionId): void {
    if (this.#used.size < MAX_WANTED) this.#used.add(id);
  }

  /** What ran is held whatever the room: less is worth more, and goes for it. Without a quota nothing is. */
  async waiting(signal: AbortSignal): Promise<number> {
    const used = [...this.#used];
    this.#used.clear();
    return this.#parts.rules.quotaBytes === 0 ? 0 : await this.#fetch(used, signal);
  }

  /** Of the next few that are not held, at most so many. @returns how many are held again. */
  async some(most: number, signal: AbortSignal): Promise<number> {
    return await this.#fetch(this.#plan(this.#next(), most), signal);
  }

  async #fetch(ids: readonly ActionId[], signal: AbortSignal): Promise<number> {
    let fetched = 0;
    for (const id of ids) {
      if (signal.aborted) break;
      if (await this.#hold(id, signal)) fetched++;
    }
    return fetched;
  }

  /** The next ones that are not held, all of them in turn. */
  #next(): ActionId[] {
    if (!this.#parts.connected()) return [];
    const page = this.#parts.catalogue.holdings.lost(this.#after, LOOKED_AT);
    this.#after = page.length < LOOKED_AT ? 0 : (page.at(-1)?.number ?? 0);
    return page.map(({ id }) => id);
  }

  /** One's own that the disk lost comes first, and needs no room in the quota. */
  #plan(ids: readonly ActionId[], most: number): ActionId[] {
    const { catalogue, facts, keeping, rules, clock } = this.#parts;
    const now = clock();
    const open = ids.filter((id) => (this.#failed.get(id) ?? 0) <= now && this.#isWanted(id));
    const own = open.filter((id) => keeping(id) === "always").slice(0, most);
    const candidates = open
      .filter((id) => !own.includes(id))
      .map((id) => ({ ...facts(id), bytes: undefined }));
    const { bytes } = catalogue.holdings.totals();
    return [...own, ...planFetches({ candidates, bytes, rules, now, most: most - own.length })];
  }

  #isWanted(id: ActionId): boolean {
    const { keeping, refused } = this.#parts;
    return keeping(id) === "always" || !refused(id);
  }

  async #hold(id: ActionId, signal: AbortSignal): Promise<boolean> {
    const { catalogue, bundles, clock, log } = this.#parts;
    const action = catalogue.actions.get(id);
    if (action?.standing !== "passed" || !this.#isWanted(id)) return false;
    const { manifest, manifestBytes: bytes } = action;
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)]);
      const bundle = await bundles.load({ id, manifest, bytes }, limited);
      // It may have failed a new test meanwhile.
      if (catalogue.actions.standing(id) !== "passed" || !this.#isWanted(id)) return false;
      await bundles.keep(bundle);
      this.#failed.delete(id);
      return true;
    } catch (error) {
      log("debug", "an action could not be fetched back", { id, reason: String(error) });
      this.#remember(id, clock() + FETCH_AGAIN_MS);
      return false;
    }
  }

  #remember(id: ActionId, until: number): void {
    this.#failed.delete(id);
    this.#failed.set(id, until);
    const oldest = this.#failed.keys().next();
    if (this.#failed.size > MAX_FAILURES && !oldest.done) this.#failed.delete(oldest.value);
  }
}
