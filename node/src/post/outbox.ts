import { type AgentMessage, CollectiveError } from "@action-collective/protocol";
import type { Attempt, Envoy } from "./envoy.ts";
import { refusalOf } from "./failure.ts";
import { Lanes } from "./lanes.ts";
import { KEPT_MS, MOST_PEERS_TRIED, RETRY_FIRST_MS, RETRY_HURRIED_MS, RETRY_LONGEST_MS } from "./limits.ts";
import type { OutboxStore } from "./outbox-store.ts";
import type { Abroad } from "./post-office.ts";
import type { Answers, Outcome } from "./types.ts";

interface OutboxParts {
  readonly store: OutboxStore;
  readonly envoy: Pick<Envoy, "ask" | "send">;
  readonly clock: () => number;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  readonly lifetime: AbortSignal;
  readonly log: (message: string, fields: Record<string, unknown>) => void;
}

/** A peer that letters wait for. */
interface Waiting {
  /** When it is tried next. */
  due: number;
  pauseMs: number;
  triedAt: number;
  /** Under way. */
  round: Promise<void> | undefined;
}

const LOST: Outcome = {
  status: "lost",
  code: "peer-unreachable",
  message: "The peer could not be reached for as long as letters are kept",
};

/** Failures after which a letter may come again; all others are the end of it. */
const PASSING = new Set(["peer-unreachable", "no-answer-in-time", "busy"]);

/**
 * Sends letters to other peers. What does not get there now waits and is tried again, in order, with ever longer pauses, at once
 * when its peer is met, until it is delivered, refused, or lost.
 */
export class Outbox implements Abroad {
  readonly #parts: OutboxParts;
  readonly #waiting = new Map<string, Waiting>();
  /** Whom to tell what became of one that waits; those of an earlier run of this process have nobody. */
  readonly #tellers = new Map<number, (outcome: Outcome) => void>();
  readonly #lanes = new Lanes();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Takes up what an earlier run left. */
  start(): void {
    for (const peer of this.#parts.store.peers()) this.#await(peer, RETRY_FIRST_MS);
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async ask(peer: string, message: AgentMessage, signal: AbortSignal): Promise<Answers> {
    return await this.#parts.envoy.ask(peer, message, signal);
  }

  async send(peer: string, message: AgentMessage, later: (outcome: Outcome) => void): Promise<Outcome> {
    const { store, clock } = this.#parts;
    return await this.#lanes.run(peer, `${message.from} ${message.to}`, async () => {
      // Behind those that wait already: letters arrive in the order they were sent.
      if (store.waits(peer)) return await this.#queue(peer, message, later);
      const attempt = await this.#attempt(peer, message, clock() + KEPT_MS);
      if (attempt.status !== "later") return attempt;
      return this.#keep(peer, message, later, Math.max(RETRY_FIRST_MS, attempt.retryAfterMs));
    });
  }

  /** A connection to that peer came about. */
  met(peer: string): void {
    const waiting = this.#waiting.get(peer);
    if (waiting === undefined) return;
    waiting.due = this.#parts.now();
    waiting.pauseMs = RETRY_FIRST_MS;
    this.#schedule();
  }

  /** Kept, unless those before it are on their way, and it with them. */
  async #queue(peer: string, message: AgentMessage, later: (outcome: Outcome) => void): Promise<Outcome> {
    let answered = false;
    let soon: Outcome | undefined;
    const kept = this.#keep(
      peer,
      message,
      (outcome) => {
        soon = outcome;
        if (answered) later(outcome);
      },
      RETRY_HURRIED_MS,
    );
    await this.#waiting.get(peer)?.round;
    answered = true;
    return soon ?? kept;
  }

  #keep(peer: string, message: AgentMessage, later: (outcome: Outcome) => void, soonMs: number): Outcome {
    const seq = this.#parts.store.put(peer, message);
    if (seq === undefined)
      return { status: "refused", code: "outbox-full", message: "Too many letters wait for absent peers" };
    this.#tellers.set(seq, later);
    this.#await(peer, soonMs);
    this.#schedule();
    return { status: "kept" };
  }

  #await(peer: string, soonMs: number): void {
    const now = this.#parts.now();
    const waiting = this.#waiting.get(peer);
    if (waiting === undefined)
      this.#waiting.set(peer, {
        due: now + soonMs,
        pauseMs: RETRY_FIRST_MS,
        triedAt: now,
        round: undefined,
      });
    // Somebody writes to it: it may be back.
    else waiting.due = Math.min(waiting.due, Math.max(now, waiting.triedAt + soonMs));
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#parts.lifetime.aborted || this.#waiting.size === 0) return;
    const due = [...this.#waiting.values()].filter(({ round }) => !round).map((one) => one.due);
    // Whoever is done with its peer looks again.
    if (due.length === 0 || this.#waiting.size - due.length >= MOST_PEERS_TRIED) return;
    const pause = Math.max(0, Math.min(...due) - this.#parts.now());
    this.#timer = setTimeout(() => this.#tick(), pause).unref();
  }

  #tick(): void {
    const { now, lifetime, log } = this.#parts;
    if (lifetime.aborted) return;
    this.#tellLost();
    let free = MOST_PEERS_TRIED - [...this.#waiting.values()].filter(({ round }) => round).length;
    for (const [peer, waiting] of this.#waiting) {
      if (free === 0) break;
      if (waiting.round !== undefined || waiting.due > now()) continue;
      free--;
      waiting.round = this.#round(peer, waiting)
        .catch((error: unknown) => {
          this.#putOff(waiting, 0);
          log("letters could not be sent", { peer, reason: String(error) });
        })
        .then(() => {
          waiting.round = undefined;
          this.#schedule();
        });
    }
    this.#schedule();
  }

  #tellLost(): void {
    const { store, log } = this.#parts;
    try {
      for (const seq of store.takeLost()) this.#tell(seq, LOST);
    } catch (error) {
      // Those of a full disk are lost a little later.
      log("the outbox could not be looked through", { reason: String(error) });
    }
  }

  /** Sends what waits for that peer, until one does not get there. */
  async #round(peer: string, waiting: Waiting): Promise<void> {
    const { store, now, lifetime } = this.#parts;
    for (;;) {
      if (lifetime.aborted) return;
      const letter = store.first(peer);
      if (letter === undefined) {
        this.#waiting.delete(peer);
        return;
      }
      waiting.triedAt = now();
      const attempt = await this.#attempt(peer, letter.message, letter.until);
      if (lifetime.aborted) return;
      if (attempt.status === "later") {
        store.tried(letter.seq);
        this.#putOff(waiting, attempt.retryAfterMs);
        return;
      }
      waiting.pauseMs = RETRY_FIRST_MS;
      store.remove(letter.seq);
      this.#tell(letter.seq, attempt);
    }
  }

  #putOff(waiting: Waiting, atLeastMs: number): void {
    waiting.due = this.#parts.now() + Math.max(waiting.pauseMs, atLeastMs);
    waiting.pauseMs = Math.min(2 * waiting.pauseMs, RETRY_LONGEST_MS);
  }

  async #attempt(peer: string, message: AgentMessage, expires: number): Promise<Attempt> {
    try {
      const attempt = await this.#parts.envoy.send(peer, message, expires);
      if (attempt.status !== "later") return attempt;
      // The other peer may say what it likes, and a timer of more than 24 days fires at once.
      return { ...attempt, retryAfterMs: Math.min(attempt.retryAfterMs, RETRY_LONGEST_MS) };
    } catch (error) {
      if (error instanceof CollectiveError && !PASSING.has(error.code)) return refusalOf(error);
      return { status: "later", retryAfterMs: 0 };
    }
  }

  #tell(seq: number, outcome: Outcome): void {
    const teller = this.#tellers.get(seq);
    this.#tellers.delete(seq);
    teller?.(outcome);
    if (outcome.status === "lost") this.#parts.log("a letter is lost", { seq });
  }
}
