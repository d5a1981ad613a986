import { setImmediate } from "node:timers/promises";
import { encodeSyncRequest, SyncFrameError } from "@action-collective/protocol";
import type { Connection, PeerId, Stream } from "@libp2p/interface";
import type { Host } from "../host.ts";
import { MAX_SYNC_STREAMS_PER_PEER, SYNC_TELL_AFTER_MS } from "../limits.ts";
import type { Log, NetworkHandlers, NetworkStats, Received } from "../options.ts";
import { reason, safely } from "../safely.ts";
import { DeclinedItems } from "./sync-declined.ts";
import { SyncPlan, sessionOutcome } from "./sync-plan.ts";
import { type PullOutcome, SyncPull } from "./sync-pull.ts";
import { SyncResponder } from "./sync-responder.ts";
import { runPull } from "./sync-session.ts";
import { serveSyncStream, withSyncStream } from "./sync-streams.ts";

/** Records are verified in between; past this the loop gets a breath for gossip and pings. */
const BREATH_AFTER_MS = 10;

const NOBODY: ReadonlySet<string> = new Set();

interface SyncParts {
  host: Host;
  protocol: string;
  handlers: NetworkHandlers;
  intervalMs: number;
  /** Neighbours that hear by gossip what we store. */
  listeners(): ReadonlySet<string>;
  lifetime: AbortSignal;
  now(): number;
  random(): number;
  log: Log;
}

/**
 * Catching up (SPEC §10): the streams and the timer around the plan, the pull and the responder, which decide. Nothing depends
 * on any single exchange.
 */
export class Sync {
  readonly #parts: SyncParts;
  readonly #plan: SyncPlan;
  readonly #responder: SyncResponder;
  readonly #declined = new DeclinedItems();
  /** Neighbours that are being told; true where there was news meanwhile. */
  readonly #telling = new Map<string, boolean>();
  /** What each connected neighbour was last told: the same again would tell it nothing. */
  readonly #lastTold = new Map<string, string>();
  readonly #disconnected: (event: CustomEvent<PeerId>) => void;
  #started = false;
  #lookedForDeafAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #counts = { sessions: 0, failed: 0, received: 0, new: 0, refused: 0, bytes: 0, told: 0 };

  constructor(parts: SyncParts) {
    const { handlers, intervalMs, random, now, log } = parts;
    this.#parts = parts;
    this.#plan = new SyncPlan({ intervalMs, random }, now());
    this.#responder = new SyncResponder({
      records: handlers.records,
      now,
      told: (peer) => {
        this.#plan.told(peer, now());
        this.#schedule();
      },
      dealings: handlers.dealings,
    });
    this.#disconnected = safely(log, "peer:disconnect", (event) => {
      const peer = event.detail.toString();
      this.#plan.lost(peer);
      this.#lastTold.delete(peer);
    });
  }

  /** Registers the protocol. Before the host starts, so that the first identify exchange names it. */
  async register(): Promise<void> {
    const { host, protocol } = this.#parts;
    await host.handle(
      protocol,
      (stream, connection) => {
        this.#serve(stream, connection).catch((error: unknown) => {
          this.#parts.log("debug", "answering a sync session failed", { reason: reason(error) });
        });
      },
      { maxInboundStreams: MAX_SYNC_STREAMS_PER_PEER, runOnLimitedConnection: true },
    );
  }

  start(): void {
    this.#started = true;
    this.#parts.host.addEventListener("peer:disconnect", this.#disconnected);
    this.#schedule();
  }

  stop(): void {
    this.#started = false;
    this.#parts.host.removeEventListener("peer:disconnect", this.#disconnected);
    clearTimeout(this.#timer);
  }

  /** A member of our network was met: catches up with it as soon as there is a place. */
  request(peer: string): void {
    const chosen = this.#parts.host
      .getConnections()
      .some(({ direction, remotePeer }) => direction === "outbound" && remotePeer.toString() === peer);
    this.#plan.met(peer, this.#parts.now(), { chosen });
    this.#schedule();
  }

  /** A record was stored that gossip brought or carries on: whom gossip does not reach is told. */
  changed(): void {
    const { now, listeners } = this.#parts;
    // What is stored until the message goes is told with it.
    if (now() < this.#lookedForDeafAt + SYNC_TELL_AFTER_MS) return;
    this.#lookedForDeafAt = now();
    this.#plan.changed(now(), listeners());
    this.#schedule();
  }

  /** A record was stored, and gossip found nobody to give it to. */
  unheard(): void {
    this.#plan.changed(this.#parts.now(), NOBODY);
    this.#schedule();
  }

  stats(): NetworkStats["sync"] {
    return { ...this.#counts, served: this.#responder.served };
  }

  #schedule(): void {
    if (!this.#started || this.#parts.lifetime.aborted) return;
    const { now, log } = this.#parts;
    clearTimeout(this.#timer);
    const act = safely(log, "catching up", () => this.#act());
    this.#timer = setTimeout(act, Math.max(0, this.#plan.wakeAt(now()) - now())).unref();
  }

  #act(): void {
    const { pull, tell } = this.#plan.due(this.#parts.now());
    for (const peer of tell) void this.#tell(peer);
    for (const peer of pull) {
      const connection = this.#connectionTo(peer);
      if (connection) void this.#pull(peer, connection);
      else this.#plan.lost(peer);
    }
    this.#schedule();
  }

  #connectionTo(peer: string): Connection | undefined {
    return this.#parts.host
      .getConnections()
      .find((connection) => connection.status === "open" && connection.remotePeer.toString() === peer);
  }

  async #pull(peer: string, connection: Connection): Promise<void> {
    const { protocol, lifetime, handlers, now, log } = this.#parts;
    this.#plan.began(peer, now());
    this.#counts.sessions++;
    const { set, itemOf } = handlers.records;
    const pull = new SyncPull({ set, declined: this.#declined, itemOf: itemOf.bind(handlers.records), now });
    let kind: "failed" | "invalid" | undefined;
    try {
      await withSyncStream(connection, protocol, lifetime, (exchange) =>
        runPull(pull, {
          exchange,
          receive: async (records) => {
            lifetime.throwIfAborted();
            const received = await handlers.receive(records, peer);
            handlers.dealings?.took(peer, bytesOfNew(records, received));
            return received;
          },
          breathe: breather(now),
        }),
      );
    } catch (error) {
      kind = error instanceof SyncFrameError ? "invalid" : "failed";
      this.#counts.failed++;
      if (!lifetime.aborted) log("debug", "a sync session ended early", { peer, reason: reason(error) });
    }
    this.#ended(peer, pull.outcome(), kind);
  }

  #ended(peer: string, outcome: PullOutcome, broken: "failed" | "invalid" | undefined): void {
    const { log, now } = this.#parts;
    const { tally } = outcome;
    const session = sessionOutcome(outcome, broken);
    const { kind } = session;
    for (const what of ["received", "new", "refused", "bytes"] as const) this.#counts[what] += tally[what];
    if (tally.received > 0) log("debug", "caught up with a neighbour", { peer, kind, ...tally });
    if (kind === "useless")
      log("warn", "most records a neighbour sent were refused; not reading from it for a while", { peer });
    this.#plan.ended(peer, session, now());
    this.#schedule();
  }

  /** One message at a time, however slow the neighbour is, and one more if there was news meanwhile. */
  async #tell(peer: string): Promise<void> {
    const { lifetime, log } = this.#parts;
    const idle = !this.#telling.has(peer);
    this.#telling.set(peer, !idle);
    if (!idle) return;
    try {
      do {
        this.#telling.set(peer, false);
        await this.#say(peer);
      } while (this.#telling.get(peer));
    } catch (error) {
      if (!lifetime.aborted)
        log("debug", "a neighbour was not told of news", { peer, reason: reason(error) });
    } finally {
      this.#telling.delete(peer);
    }
  }

  /** Says what our set is, unless this neighbour heard it before. */
  async #say(peer: string): Promise<void> {
    const { protocol, lifetime, handlers } = this.#parts;
    const summary = handlers.records.set.summary();
    const said = Buffer.from(summary.fingerprint).toString("hex");
    const connection = this.#connectionTo(peer);
    if (!connection || this.#lastTold.get(peer) === said) return;
    const frame = encodeSyncRequest({ kind: "tell", ...summary });
    await withSyncStream(connection, protocol, lifetime, (exchange) => exchange(frame));
    // It may have left meanwhile, and be told anew when it is back.
    if (connection.status === "open") this.#lastTold.set(peer, said);
    this.#counts.told++;
  }

  async #serve(stream: Stream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer.toString();
    await serveSyncStream(stream, this.#parts.lifetime, (request) => {
      try {
        return this.#responder.answer(peer, request);
      } catch (error) {
        // The request was well-formed, so the fault is on our side.
        this.#parts.log("error", "our records could not be read for a neighbour", { reason: reason(error) });
        throw error;
      }
    });
  }
}

/** What was known before, or is not taken, was no gift. */
function bytesOfNew(records: readonly Uint8Array[], received: readonly Received[]): number {
  return records.reduce((sum, { length }, index) => (received[index] === "new" ? sum + length : sum), 0);
}

function breather(now: () => number): () => Promise<void> | void {
  let breath = now();
  return async () => {
    if (now() - breath <= BREATH_AFTER_MS) return;
    await setImmediate();
    breath = now();
  };
}
