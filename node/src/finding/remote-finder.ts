import type { ActionId, AskRequest, Manifest } from "@action-collective/protocol";
import type { Meter } from "../metrics/meter.ts";
import { documentOf } from "../search/document.ts";
import { answerQuestion } from "./remote-answers.ts";
import { evidenceOf } from "./remote-evidence.ts";
import { findWidely } from "./remote-finding.ts";
import { filtersOf, letsNewPass, questionOf } from "./remote-question.ts";
import type { RemoteSearch } from "./remote-search.ts";
import { type AskRules, LEAST_FIT, strengthOf } from "./remote-strength.ts";
import type { RemoteStats } from "./remote-types.ts";
import type { FindRequest, Hit } from "./types.ts";

export interface RemoteFinderParts {
  /** This peer's own search. */
  readonly find: (request: FindRequest) => Promise<readonly Hit[]>;
  readonly index: {
    /** Resolves when all that was added can be found by vector. */
    settled(): Promise<void>;
  };
  readonly remote: RemoteSearch;
  readonly rules: AskRules;
  readonly manifest: (id: ActionId) => Manifest | undefined;
  readonly publication: (id: ActionId) => Uint8Array | undefined;
  /** Told of each search, and what it came to; left out where nobody measures. */
  readonly measure?: Meter["search"] | undefined;
}

export interface WideRequest extends FindRequest {
  /** Ask neighbours, or do not; undefined: as the settings have it. */
  readonly ask?: boolean | undefined;
}

export interface WideAnswer {
  readonly hits: readonly Hit[];
  /** Neighbours asked, and actions that were unknown here before; null when none was asked. */
  readonly asked: { readonly peers: number; readonly new: number } | null;
  /** The best hit is weaker than the user's threshold. */
  readonly weak: boolean;
}

/** The finder with its neighbours: asks them where this peer's own answer is weak, and answers them. */
export class RemoteFinder {
  readonly #parts: RemoteFinderParts;

  constructor(parts: RemoteFinderParts) {
    this.#parts = parts;
  }

  stats(): RemoteStats {
    return this.#parts.remote.stats();
  }

  /** Throws what the local search throws, and the signal's reason; neighbours that fail are no error. */
  async find(wish: WideRequest): Promise<WideAnswer> {
    const ended = this.#parts.measure?.();
    try {
      const answer = await this.#find(wish);
      ended?.({ outcome: "answered", weak: answer.weak, asked: answer.asked !== null });
      return answer;
    } catch (error) {
      ended?.({ outcome: "failed", weak: false, asked: false });
      throw error;
    }
  }

  async #find({ ask, ...request }: WideRequest): Promise<WideAnswer> {
    const { find, index, remote, rules } = this.#parts;
    const { query, limit, filters = {}, signal } = request;
    const local = {
      find: () => find(request),
      strength: ([best]: readonly Hit[]) => this.#strength(query, best),
      useful: (hits: readonly Hit[]) => {
        const fitting = hits.filter((hit) => this.#strength(query, hit) >= LEAST_FIT);
        return fitting.flatMap(({ id, similar }) => [id, ...similar]);
      },
      settled: () => index.settled(),
    };
    const wish = ask ?? (letsNewPass(filters) ? undefined : false);
    const question = questionOf(query, limit, filters);
    const { found, asked, weak } = await findWidely(local, remote, rules, { question, ask: wish, signal });
    return { hits: found, asked: asked && { peers: asked.peers, new: asked.fresh.size }, weak };
  }

  /** What this peer answers a neighbour. */
  answer(request: AskRequest, signal: AbortSignal): Promise<Uint8Array[]> {
    const { find, publication } = this.#parts;
    const strongest = async ({ query, count }: AskRequest) => {
      const hits = await find({ query, limit: count, filters: filtersOf(request), signal });
      return hits.map((hit) => ({ id: hit.id, strength: this.#strength(query, hit) }));
    };
    return answerQuestion(request, { find: strongest, publication }, signal);
  }

  #strength(query: string, hit: Hit | undefined): number {
    const { manifest } = this.#parts;
    const described = hit && manifest(hit.id);
    if (hit === undefined || described === undefined) return 0;
    return strengthOf(evidenceOf(query, documentOf(hit.id, described), hit.parts.cosine));
  }
}
