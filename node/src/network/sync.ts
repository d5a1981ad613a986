import type { Connection, Stream } from "@libp2p/interface";
import { Bans } from "./bans.ts";
import { SyncFrameError } from "./errors.ts";
import type { Host } from "./host.ts";
import {
  BAN_MS,
  MAX_BANNED_PEERS,
  MAX_SYNC_QUEUE,
  MAX_SYNC_READERS,
  MAX_SYNC_STREAMS_PER_PEER,
} from "./limits.ts";
import type { Log, NetworkHandlers, NetworkStats } from "./options.ts";
import { reason, safely } from "./safely.ts";
import { readLog, type SyncOutcome } from "./sync-reader.ts";
import { SyncResponder } from "./sync-responder.ts";
import { serveSyncStream, withSyncStream } from "./sync-streams.ts";

/** A neighbour cannot put us off for longer. */
const MAX_RETRY_AFTER_MS = 60_000;

interface SyncParts {
  host: Host;
  protocol: string;
  handlers: NetworkHandlers;
  /** Ids of connected peers that belong to this network. */
  members(): string[];
  intervalMs: number;
  lifetime: AbortSignal;
  now(): number;
  random(): number;
  log: Log;
}

/**
 * Catching up. Level-triggered: on every new neighbour and again and again with a random one, so nothing depends on any
 * single exchange.
 */
export class Sync {
  readonly #parts: SyncParts;
  readonly #responder: SyncResponder;
  /** Neighbours waiting for a reader, in order of asking. */
  readonly #waiting = new Set<string>();
  readonly #reading = new Set<string>();
  readonly #avoided = new Bans(MAX_BANNED_PEERS);
  readonly #retries = new Map<string, NodeJS.Timeout>();
  #timer: NodeJS.Timeout | undefined;
  #counts = { sessions: 0, failed: 0, received: 0, new: 0, refused: 0 };

  constructor(parts: SyncParts) {
    this.#parts = parts;
    this.#responder = new SyncResponder({ records: parts.handlers.records, now: parts.now });
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
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const timer of this.#retries.values()) clearTimeout(timer);
    this.#retries.clear();
    this.#waiting.clear();
  }

  /** Reads this neighbour's log as soon as a reader is free. Asking again before that changes nothing. */
  request(peer: string): void {
    if (this.#parts.lifetime.aborted) return;
    if (this.#waiting.size >= MAX_SYNC_QUEUE) return;
    this.#waiting.add(peer);
    this.#pump();
  }

  stats(): NetworkStats["sync"] {
    return { ...this.#counts, served: this.#responder.served };
  }

  #schedule(): void {
    const { intervalMs, random, log } = this.#parts;
    // Jitter, so that a network started together does not sync together.
    const delay = intervalMs * (0.7 + 0.6 * random());
    this.#timer = setTimeout(
      safely(log, "periodic sync", () => {
        this.#schedule();
        const members = this.#parts.members();
        const chosen = members[Math.floor(random() * members.length)];
        if (chosen) this.request(chosen);
      }),
      delay,
    ).unref();
  }

  #pump(): void {
    for (const peer of this.#waiting) {
      if (this.#reading.size >= MAX_SYNC_READERS) return;
      if (this.#reading.has(peer)) continue;
      this.#waiting.delete(peer);
      const connection = this.#connectionTo(peer);
      if (connection && !this.#avoided.has(peer, this.#parts.now())) void this.#read(peer, connection);
    }
  }

  #connectionTo(peer: string): Connection | undefined {
    return this.#parts.host
      .getConnections()
      .find((connection) => connection.status === "open" && connection.remotePeer.toString() === peer);
  }

  async #read(peer: string, connection: Connection): Promise<void> {
    const { protocol, lifetime, handlers, now, log } = this.#parts;
    this.#reading.add(peer);
    this.#counts.sessions++;
    try {
      const outcome = await withSyncStream(connection, protocol, lifetime, (exchange) =>
        readLog({
          exchange,
          cursor: handlers.cursor.load(peer),
          save: (cursor) => handlers.cursor.save(peer, cursor),
          receive: async (record) => {
            lifetime.throwIfAborted();
            const received = await handlers.receive(record, peer);
            this.#counts.received++;
            if (received === "new") this.#counts.new++;
            else if (received === "refused") this.#counts.refused++;
            return received;
          },
          now,
        }),
      );
      this.#follow(peer, outcome);
    } catch (error) {
      this.#counts.failed++;
      if (error instanceof SyncFrameError) this.#avoided.add(peer, now() + BAN_MS);
      if (!lifetime.aborted) log("debug", "a sync session ended early", { peer, reason: reason(error) });
    } finally {
      this.#reading.delete(peer);
      this.#pump();
    }
  }

  #follow(peer: string, outcome: SyncOutcome): void {
    const { log, lifetime, now } = this.#parts;
    if (outcome.tally.received > 0) log("debug", "read a neighbour's log", { peer, ...outcome.tally });
    if (outcome.kind === "more") this.request(peer);
    else if (outcome.kind === "useless") {
      log("warn", "most records a neighbour sent were refused; not reading from it for a while", { peer });
      this.#avoided.add(peer, now() + BAN_MS);
    } else if (outcome.kind === "busy" && !this.#retries.has(peer) && !lifetime.aborted) {
      const retry = () => {
        this.#retries.delete(peer);
        this.request(peer);
      };
      const delay = Math.min(outcome.retryAfterMs, MAX_RETRY_AFTER_MS);
      this.#retries.set(peer, setTimeout(safely(log, "repeating a sync", retry), delay).unref());
    }
  }

  async #serve(stream: Stream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer.toString();
    await serveSyncStream(stream, this.#parts.lifetime, (request) => {
      try {
        return this.#responder.answer(peer, request);
      } catch (error) {
        // The request was well-formed, so the fault is on our side.
        this.#parts.log("error", "our log could not be read for a neighbour", { reason: reason(error) });
        throw error;
      }
    });
  }
}
