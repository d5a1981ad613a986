import { setImmediate } from "node:timers/promises";
import {
  type ActionId,
  type AskAnswer,
  type AskRequest,
  askQueryOf,
  MalformedError,
} from "@action-collective/protocol";
import { TokenBucket } from "../token-bucket.ts";
import { AskLedger } from "./remote-ledger.ts";
import { AskMemory } from "./remote-memory.ts";
import type { Asked, AskOptions, RemoteParts, RemoteStats } from "./remote-types.ts";

/** Neighbours that one question goes to: words travel no further than they must, and three answer as well as ten. */
const NEIGHBOURS_ASKED = 3;
/** Somebody is waiting: what is not here by then comes too late. */
const DEADLINE_MS = 800;
/** Once one neighbour brought something, the others get this much longer. */
const GRACE_MS = 200;
/** Questions at a time, and how many may leave here: an agent in a loop must not become its neighbours' burden. */
const MAX_AT_ONCE = 4;
const QUESTIONS = { capacity: 10, perSecond: 20 / 60 };
/** Signatures are checked in between; past this the event loop gets a breath. */
const BREATH_AFTER_MS = 5;

type Records = AskAnswer & { readonly kind: "records" };

/**
 * Asks neighbours for what this peer's own index lacks, within bounds on both time and words, and takes in what they send as
 * if gossip had brought it. What is made of it is the local search's business: nothing a neighbour says of relevance or
 * worth is asked for, let alone believed.
 */
export class RemoteSearch {
  readonly #parts: RemoteParts;
  readonly #ledger = new AskLedger();
  readonly #memory = new AskMemory();
  readonly #ration: TokenBucket;
  #running = 0;
  #stats = { questions: 0, fresh: 0 };

  constructor(parts: RemoteParts) {
    this.#parts = parts;
    this.#ration = new TokenBucket(QUESTIONS, parts.now());
  }

  stats(): RemoteStats {
    return { ...this.#stats };
  }

  /**
   * Null when nobody was asked: no neighbour to ask, too many questions of late, or this one was asked a moment ago
   * (unless `again`). Failing neighbours are no error; the signal's reason is thrown when it aborts.
   */
  async ask(question: AskRequest, { signal, again }: AskOptions): Promise<Asked | null> {
    const { neighbours, now, random } = this.#parts;
    signal?.throwIfAborted();
    const request = { ...question, query: askQueryOf(question.query) };
    if (request.query.trim() === "" || this.#running >= MAX_AT_ONCE) return null;
    if (!again && this.#memory.has(request, now())) return null;
    const chosen = this.#ledger.choose(neighbours(), NEIGHBOURS_ASKED, now(), random);
    if (chosen.length === 0 || !this.#ration.take(1, now())) return null;
    this.#memory.add(request, now());
    this.#stats.questions++;
    this.#running++;
    try {
      const fresh = await this.#askAll(chosen, request, signal);
      this.#stats.fresh += fresh.size;
      return { peers: chosen.length, fresh };
    } finally {
      this.#running--;
    }
  }

  /** Tells which actions proved useful after asking: who brought them is asked sooner next time. */
  useful({ fresh }: Asked, ids: Iterable<ActionId>): void {
    for (const id of ids) {
      const peer = fresh.get(id);
      if (peer !== undefined) this.#ledger.useful(peer);
    }
  }

  async #askAll(
    peers: readonly string[],
    request: AskRequest,
    signal: AbortSignal | undefined,
  ): Promise<Map<ActionId, string>> {
    const fresh = new Map<ActionId, string>();
    const enough = new AbortController();
    const stop = () => enough.abort(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    let grace: NodeJS.Timeout | undefined;
    try {
      await Promise.all(
        peers.map(async (peer) => {
          const brought = await this.#askOne(peer, request, enough.signal);
          for (const action of brought) if (!fresh.has(action)) fresh.set(action, peer);
          if (brought.length > 0) grace ??= setTimeout(stop, GRACE_MS);
        }),
      );
    } finally {
      // Whoever is still being asked when something here failed, too.
      stop();
      clearTimeout(grace);
      signal?.removeEventListener("abort", stop);
    }
    signal?.throwIfAborted();
    return fresh;
  }

  async #askOne(peer: string, request: AskRequest, signal: AbortSignal): Promise<readonly ActionId[]> {
    const answer = await this.#answerOf(peer, request, signal);
    if (answer === undefined) return [];
    const { fresh, dishonest } = await this.#takeAll(answer.records.slice(0, request.count), peer);
    if (dishonest) this.#dishonest(peer, "a record that no honest peer passes on");
    else this.#ledger.replied(peer, { kind: "answered" }, this.#parts.now());
    return fresh;
  }

  async #answerOf(peer: string, request: AskRequest, signal: AbortSignal): Promise<Records | undefined> {
    const { ask, now, log } = this.#parts;
    try {
      const answer = await ask(peer, request, { signal, timeoutMs: DEADLINE_MS });
      if (answer.kind === "records") return answer;
      this.#ledger.replied(peer, answer, now());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof MalformedError) this.#dishonest(peer, reason);
      // Otherwise it was cut short because there was enough, which is not its fault.
      else if (!signal.aborted) {
        this.#ledger.replied(peer, { kind: "failed" }, now());
        log("debug", "a neighbour did not answer", { peer, reason });
      }
    }
    return undefined;
  }

  #dishonest(peer: string, reason: string): void {
    const { log, now } = this.#parts;
    log("warn", "a neighbour's answer was not honest; not asking it for a while", { peer, reason });
    this.#ledger.replied(peer, { kind: "dishonest" }, now());
  }

  /** Up to the first that no honest peer sends: what comes after that is not worth the look. */
  async #takeAll(
    records: readonly Uint8Array[],
    peer: string,
  ): Promise<{ fresh: ActionId[]; dishonest: boolean }> {
    const { take, now } = this.#parts;
    const fresh: ActionId[] = [];
    let breath = now();
    for (const record of records) {
      const taken = take(record, peer);
      if (taken.kind === "dishonest") return { fresh, dishonest: true };
      if (taken.kind === "fresh") fresh.push(taken.action);
      if (now() - breath > BREATH_AFTER_MS) {
        await setImmediate();
        breath = now();
      }
    }
    return { fresh, dishonest: false };
  }
}
