import { setImmediate as nextTurn } from "node:timers/promises";
import { SearchLimitError, SearchPairsError } from "./errors.ts";
import type { FindAnswer, FindRequest } from "./thread/messages.ts";
import type { ThreadClient } from "./thread/thread-client.ts";
import type { Candidate, FindOptions, Found } from "./types.ts";

/** Most candidates of each side. */
export const MAX_COUNT = 5_000;
/** Documents that may be compared with each other at once: half a million pairs, about 15 ms of the thread. */
const MAX_SIMILAR = 1_000;
/** Ids sent to the thread between two turns of the event loop: about a millisecond. */
const PAGE_IDS = 2_000;

/** What is asked, with the query as vectors where there are some. */
export type Question = Pick<FindRequest, "text" | "vectors" | "embedder">;

/** Puts questions to the search thread. */
export class Questions {
  readonly #thread: ThreadClient;
  #nextKey = 0;

  constructor(thread: ThreadClient) {
    this.#thread = thread;
  }

  /** @throws SearchLimitError, SearchThreadError */
  async find(question: Question, { count, only }: FindOptions): Promise<Found> {
    if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT)
      throw new SearchLimitError(count, MAX_COUNT);
    if (only === undefined) return toFound(await this.#thread.call("find", { ...question, count, only }));
    const key = this.#nextKey++;
    try {
      for (let at = 0; at < only.length; at += PAGE_IDS) {
        this.#thread.notice({ notice: "only", key, ids: only.slice(at, at + PAGE_IDS) });
        if (at + PAGE_IDS < only.length) await nextTurn();
      }
      return toFound(
        await this.#thread.call("find", { ...question, count, only: { key, ids: only.length } }),
      );
    } catch (error) {
      this.#thread.notice({ notice: "never", key });
      throw error;
    }
  }

  /** @throws SearchPairsError, SearchThreadError */
  async similar(ids: readonly string[], least: number): Promise<readonly (readonly [string, string])[]> {
    if (ids.length > MAX_SIMILAR) throw new SearchPairsError(ids.length, MAX_SIMILAR);
    const positions = await this.#thread.call("similar", { ids, least });
    const at = (index: number) => ids[positions[index] ?? 0] ?? "";
    return Array.from(
      { length: positions.length / 2 },
      (_, pair) => [at(pair * 2), at(pair * 2 + 1)] as const,
    );
  }
}

function toFound({ numbers, ids, keywords, cosines, twins, terms, exhausted }: FindAnswer): Found {
  const candidates = numbers.map((number, at): Candidate => {
    const cosine = cosines[at] ?? Number.NaN;
    return {
      number,
      id: ids[at] ?? "",
      keyword: keywords[at] ?? 0,
      cosine: Number.isNaN(cosine) ? undefined : cosine,
      twin: twins[at] ?? -number,
    };
  });
  return { candidates, terms, exhausted };
}
