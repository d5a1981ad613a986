import { decodeSyncRequest, encodeSyncRequest, SyncFrameError } from "@action-collective/protocol";
import { SYNC_FRAME_TIMEOUT_MS } from "../../node/src/network/limits.ts";
import type { LiveRecords, Received } from "../../node/src/network/options.ts";
import { DeclinedItems } from "../../node/src/network/sync/sync-declined.ts";
import { SyncPlan, sessionOutcome } from "../../node/src/network/sync/sync-plan.ts";
import { SyncPull } from "../../node/src/network/sync/sync-pull.ts";
import { SyncResponder } from "../../node/src/network/sync/sync-responder.ts";
import { runPull } from "../../node/src/network/sync/sync-session.ts";
import type { Direction, Endpoint, Fabric } from "./fabric.ts";
import type { Timer } from "./kernel.ts";

interface SyncerParts {
  self: Endpoint;
  fabric: Fabric;
  records: LiveRecords;
  intervalMs: number;
  random(): number;
  now(): number;
  after(delayMs: number, run: () => void): Timer;
  hold(promise: Promise<unknown>): void;
  receive(records: readonly Uint8Array[], from: string): readonly Received[];
}

/** Catching up: the real plan, pull and responder, in a shell like `Sync` (node/src/network/sync/sync.ts). */
export class Syncer {
  readonly #parts: SyncerParts;
  readonly #plan: SyncPlan;
  readonly #responder: SyncResponder;
  readonly #declined = new DeclinedItems();
  readonly #lastTold = new Map<string, string>();
  #timer: Timer | undefined;

  constructor(parts: SyncerParts) {
    const { records, intervalMs, random, now } = parts;
    this.#parts = parts;
    this.#plan = new SyncPlan({ intervalMs, random }, now());
    this.#responder = new SyncResponder({
      records,
      now,
      told: (peer) => {
        this.#plan.told(peer, now());
        this.#schedule();
      },
    });
  }

  start(): void {
    this.#schedule();
  }

  met(peer: string, direction: Direction): void {
    this.#plan.met(peer, this.#parts.now(), { chosen: direction === "outbound" });
    this.#schedule();
  }

  lost(peer: string): void {
    this.#plan.lost(peer);
    this.#lastTold.delete(peer);
  }

  /** Silence for what is no request: the stream would break. */
  answer(peer: string, request: Uint8Array): Uint8Array | undefined {
    try {
      return this.#responder.answer(peer, decodeSyncRequest(request));
    } catch (error) {
      if (error instanceof SyncFrameError) return undefined;
      throw error;
    }
  }

  #schedule(): void {
    const { now, after } = this.#parts;
    this.#timer?.cancel();
    this.#timer = after(Math.max(0, this.#plan.wakeAt(now()) - now()), () => this.#act());
  }

  #act(): void {
    const { now, hold } = this.#parts;
    const { pull, tell } = this.#plan.due(now());
    for (const peer of tell) hold(this.#tell(peer));
    for (const peer of pull) hold(this.#pull(peer));
    this.#schedule();
  }

  async #pull(peer: string): Promise<void> {
    const { records, now, receive } = this.#parts;
    this.#plan.began(peer, now());
    const itemOf = (record: Uint8Array) => records.itemOf(record);
    const pull = new SyncPull({ set: records.set, declined: this.#declined, itemOf, now });
    let broken: "failed" | "invalid" | undefined;
    try {
      await runPull(pull, {
        exchange: (request) => this.#exchange(peer, request),
        receive: async (records) => receive(records, peer),
        breathe: () => {},
      });
    } catch (error) {
      if (error instanceof SyncFrameError) broken = "invalid";
      else if (error instanceof NoAnswer) broken = "failed";
      else throw error;
    }
    this.#plan.ended(peer, sessionOutcome(pull.outcome(), broken), now());
    this.#schedule();
  }

  async #tell(peer: string): Promise<void> {
    const summary = this.#parts.records.set.summary();
    const said = Buffer.from(summary.fingerprint).toString("hex");
    if (this.#lastTold.get(peer) === said) return;
    try {
      await this.#exchange(peer, encodeSyncRequest({ kind: "tell", ...summary }));
      this.#lastTold.set(peer, said);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }

  #exchange(peer: string, request: Uint8Array): Promise<Uint8Array> {
    const { fabric, self, after, hold } = this.#parts;
    return new Promise((resolve, reject) => {
      fabric.exchange(
        self,
        peer,
        { kind: "sync", requestBytes: request.length, timeoutMs: SYNC_FRAME_TIMEOUT_MS },
        (server) => {
          const answer = server.answerSync(self, request);
          return answer === undefined ? undefined : { answer, bytes: answer.length };
        },
        // As its own event, which is lost with this life of the peer.
        (answer) =>
          after(0, () => {
            if (answer === undefined) reject(new NoAnswer());
            else resolve(answer);
            // Whatever follows from the answer belongs to this moment.
            hold(Promise.resolve());
          }),
      );
    });
  }
}

class NoAnswer extends Error {}
