import type { Log } from "../options.ts";
import { safely } from "../safely.ts";
import type { Gossip } from "./gossip.ts";

/** When each connected peer was first seen missing from gossip. */
export type MissingSince = ReadonlyMap<string, number>;

export interface WatchdogVerdict {
  missing: Map<string, number>;
  /** Missing for longer than the grace time: hang up and dial again. */
  overdue: string[];
}

/**
 * An oversize frame silently ends gossip with a neighbour while the connection lives on; only a new connection mends
 * it. Pure: called every second or so with what is connected and what gossip knows.
 */
export function missingFromGossip(
  connected: Iterable<string>,
  gossiping: ReadonlySet<string>,
  before: MissingSince,
  now: number,
  graceMs: number,
): WatchdogVerdict {
  const missing = new Map<string, number>();
  const overdue: string[] = [];
  for (const peer of connected) {
    if (gossiping.has(peer)) continue;
    const since = before.get(peer) ?? now;
    if (now - since >= graceMs) overdue.push(peer);
    else missing.set(peer, since);
  }
  return { missing, overdue };
}

const LOOK_EVERY_MS = 1_000;

interface WatchdogParts {
  connected(): ReadonlySet<string>;
  gossip: Pick<Gossip, "peers" | "takeGraylisted">;
  /** A neighbour sent so much that is invalid that gossip no longer listens to it. */
  onGraylisted(peer: string): void;
  /** Ends the connection; the supervisor makes a new one. */
  hangUp(peer: string): Promise<void>;
  graceMs: number;
  now(): number;
  log: Log;
}

/** Looks every second for neighbours that gossip lost, and for those it had enough of. */
export class GossipWatchdog {
  readonly #parts: WatchdogParts;
  #missing: MissingSince = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: WatchdogParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(
      safely(this.#parts.log, "the gossip watchdog", () => this.#look()),
      LOOK_EVERY_MS,
    );
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { gossip, onGraylisted, hangUp, graceMs, now, log } = this.#parts;
    const connected = this.#parts.connected();
    for (const peer of gossip.takeGraylisted(connected)) onGraylisted(peer);
    const verdict = missingFromGossip(connected, gossip.peers(), this.#missing, now(), graceMs);
    this.#missing = verdict.missing;
    for (const peer of verdict.overdue) {
      log("info", "hanging up: gossip lost this neighbour", { peer });
      await hangUp(peer);
    }
  }
}
