import {
  BAN_MS,
  MAX_BANNED_PEERS,
  MAX_SYNC_NEIGHBOURS,
  MAX_SYNC_READERS,
  MAX_SYNC_RETRY_AFTER_MS,
  SYNC_BACK_OFF_AT_MOST_MS,
  SYNC_BACK_OFF_MS,
  SYNC_HINT_BACK_OFF_AT_MOST_MS,
  SYNC_IN_VAIN_FACTOR,
  SYNC_PULL_GAP_MS,
  SYNC_TELL_AFTER_MS,
  SYNC_TELL_GAP_MS,
  SYNC_TURN_MS,
} from "../limits.ts";
import { Bans } from "../neighbours/bans.ts";
import type { PullKind, PullOutcome } from "./sync-pull.ts";

/** How a session with a neighbour ended, as far as the plan is concerned. */
export interface SessionOutcome {
  /** `failed`: the stream broke; `invalid`: the neighbour broke the rules. */
  readonly kind: PullKind | "failed" | "invalid";
  /** For `busy`. */
  readonly retryAfterMs?: number;
  /** Records that were new to us. */
  readonly learned: number;
  /** Records that came in vain: not new, for whatever reason. */
  readonly declined: number;
  /** We hold something that the neighbour does not. */
  readonly lacks: boolean;
}

/** @param broken how the session ended before its time, if it did. */
export function sessionOutcome(pull: PullOutcome, broken?: "failed" | "invalid"): SessionOutcome {
  const { kind, retryAfterMs, lacks, tally } = pull;
  return {
    kind: broken ?? kind,
    retryAfterMs,
    lacks,
    learned: tally.new,
    declined: tally.received - tally.new,
  };
}

export interface SyncPlanOptions {
  /** Mean time between two sessions with a random member. */
  readonly intervalMs: number;
  random(): number;
  readonly maxPulls?: number;
}

export interface DueSync {
  /** Begin a session with each of these, and say so with `began`. */
  readonly pull: readonly string[];
  /** Tell these what our set is; they count as told. */
  readonly tell: readonly string[];
}

interface Neighbour {
  member: boolean;
  /** We dialled it. Who dialled us may be one of many in the same hands. */
  chosen: boolean;
  /** When a session was last begun. */
  beganAt: number;
  pulling: boolean;
  /** A session is wanted, from this time on. */
  pullAt: number | undefined;
  /** It was a hint that made us want it; that made us begin the one under way. */
  hinted: boolean;
  onHint: boolean;
  /** Sessions in a row that failed or brought only what we do not keep, and hints in a row that led to nothing. */
  fruitless: number;
  idleHints: number;
  tellAt: number | undefined;
  toldAt: number;
}

const LONG_AGO = Number.NEGATIVE_INFINITY;

/**
 * Whom to catch up with and whom to tell that there is something, and when. Level-triggered: every new neighbour; those
 * we dialled and a random one again and again; whoever says that its set is another; and when something was learned by
 * catching up, all others are told, so that it goes on from neighbour to neighbour at once. Pure: time and chance are
 * passed in.
 */
export class SyncPlan {
  readonly #options: SyncPlanOptions;
  /** In order of last being met or lost. */
  readonly #neighbours = new Map<string, Neighbour>();
  readonly #avoided = new Bans(MAX_BANNED_PEERS);
  #roundAt: number;

  constructor(options: SyncPlanOptions, now: number) {
    this.#options = options;
    this.#roundAt = now + this.#jittered();
  }

  /** A member of our network is connected; `chosen`: it was us who dialled. */
  met(peer: string, now: number, { chosen = false } = {}): void {
    const neighbour = this.#neighbours.get(peer) ?? newNeighbour();
    neighbour.member = true;
    neighbour.chosen = chosen;
    this.#keep(peer, neighbour);
    this.#want(peer, neighbour, now, now);
  }

  lost(peer: string): void {
    const neighbour = this.#neighbours.get(peer);
    if (neighbour === undefined) return;
    neighbour.member = false;
    neighbour.pullAt = undefined;
    neighbour.tellAt = undefined;
    this.#keep(peer, neighbour);
  }

  /** The neighbour says that its set is another than ours. */
  told(peer: string, now: number): void {
    const neighbour = this.#neighbours.get(peer);
    if (!neighbour?.member) return;
    neighbour.hinted = true;
    this.#want(
      peer,
      neighbour,
      now + Math.min(backOff(neighbour.idleHints), SYNC_HINT_BACK_OFF_AT_MOST_MS),
      now,
    );
  }

  /** Our set grew by other ways than catching up: tells those who did not hear of it. */
  changed(now: number, heard: ReadonlySet<string>): void {
    for (const [peer, neighbour] of this.#neighbours)
      if (neighbour.member && !heard.has(peer)) this.#wantTell(peer, neighbour, now);
  }

  began(peer: string, now: number): void {
    const neighbour = this.#neighbours.get(peer);
    if (neighbour === undefined) return;
    neighbour.pulling = true;
    neighbour.onHint = neighbour.hinted;
    neighbour.hinted = false;
    neighbour.beganAt = now;
    neighbour.pullAt = undefined;
  }

  ended(peer: string, outcome: SessionOutcome, now: number): void {
    if (outcome.kind === "invalid" || outcome.kind === "useless") this.#avoided.add(peer, now + BAN_MS);
    if (outcome.learned > 0) this.#tellOthers(peer, now);
    const neighbour = this.#neighbours.get(peer);
    if (neighbour === undefined) return;
    neighbour.pulling = false;
    this.#judge(neighbour, outcome);
    // What was wanted of it while the session ran is not wanted any more.
    if (this.#avoided.has(peer, now)) neighbour.pullAt = undefined;
    if (!neighbour.member) return;
    if (outcome.lacks) this.#wantTell(peer, neighbour, now);
    if (outcome.kind === "more" && neighbour.fruitless === 0) neighbour.pullAt = now;
    else if (outcome.kind === "more" || outcome.kind === "failed")
      this.#want(peer, neighbour, now + backOff(neighbour.fruitless), now);
    else if (outcome.kind === "busy") {
      const after = Math.min(outcome.retryAfterMs ?? 0, MAX_SYNC_RETRY_AFTER_MS);
      this.#want(peer, neighbour, now + after, now);
    }
  }

  /** What is to be done now. */
  due(now: number): DueSync {
    if (now >= this.#roundAt) this.#beginRound(now);
    const tell: string[] = [];
    const ready: [string, Neighbour][] = [];
    let pulling = 0;
    for (const [peer, neighbour] of this.#neighbours) {
      if (neighbour.pulling) pulling++;
      if (neighbour.tellAt !== undefined && neighbour.tellAt <= now) {
        neighbour.tellAt = undefined;
        neighbour.toldAt = now;
        if (!this.#avoided.has(peer, now)) tell.push(peer);
      }
      const { pullAt } = neighbour;
      if (pullAt !== undefined && pullAt <= now && !neighbour.pulling) ready.push([peer, neighbour]);
    }
    const free = Math.max(0, (this.#options.maxPulls ?? MAX_SYNC_READERS) - pulling);
    const pull = ready.sort(([, a], [, b]) => compareTurns(a, b)).slice(0, free);
    return { pull: pull.map(([peer]) => peer), tell };
  }

  /** When `due` is worth asking again, if nothing is said to the plan before. */
  wakeAt(now: number): number {
    let at = this.#roundAt;
    let pulling = 0;
    for (const { pulling: busy } of this.#neighbours.values()) if (busy) pulling++;
    const full = pulling >= (this.#options.maxPulls ?? MAX_SYNC_READERS);
    for (const { pullAt, tellAt, pulling: busy } of this.#neighbours.values()) {
      if (pullAt !== undefined && !busy && !full) at = Math.min(at, pullAt);
      if (tellAt !== undefined) at = Math.min(at, tellAt);
    }
    return Math.max(at, now);
  }

  #beginRound(now: number): void {
    this.#roundAt = now + this.#jittered();
    const members = [...this.#neighbours].filter(
      ([peer, { member }]) => member && !this.#avoided.has(peer, now),
    );
    const lot = members[Math.floor(this.#options.random() * members.length)];
    if (lot !== undefined) this.#want(...lot, now, now);
    // By lot alone, a few honest neighbours among many that dialled us would wait for hours. Comparing costs one frame.
    for (const [peer, neighbour] of members) if (neighbour.chosen) this.#want(peer, neighbour, now, now);
  }

  /** A session at `at`, but not too soon after the last one, and not with whom we avoid. */
  #want(peer: string, neighbour: Neighbour, at: number, now: number): void {
    if (this.#avoided.has(peer, now)) return;
    const pause = SYNC_PULL_GAP_MS + backOff(neighbour.fruitless);
    const wanted = Math.max(at, neighbour.beganAt + pause);
    neighbour.pullAt = Math.min(neighbour.pullAt ?? wanted, wanted);
  }

  #judge(neighbour: Neighbour, { kind, learned, declined }: SessionOutcome): void {
    if (kind === "busy") return;
    if (learned > 0) neighbour.idleHints = 0;
    else if (neighbour.onHint) neighbour.idleHints++;
    // One new record among thousands in vain would have us read them again and again, at the neighbour's full pace.
    const worthIt = learned > 0 && learned * SYNC_IN_VAIN_FACTOR >= declined;
    const inVain = kind === "failed" || kind === "more" || declined > 0;
    neighbour.fruitless = inVain && !worthIt ? neighbour.fruitless + 1 : 0;
  }

  #tellOthers(from: string, now: number): void {
    for (const [peer, neighbour] of this.#neighbours)
      if (peer !== from && neighbour.member) this.#wantTell(peer, neighbour, now);
  }

  #wantTell(peer: string, neighbour: Neighbour, now: number): void {
    if (this.#avoided.has(peer, now)) return;
    const at = Math.max(now + SYNC_TELL_AFTER_MS, neighbour.toldAt + SYNC_TELL_GAP_MS);
    neighbour.tellAt = Math.min(neighbour.tellAt ?? at, at);
  }

  /** Re-inserting keeps the map in order; whoever left longest ago is forgotten first. */
  #keep(peer: string, neighbour: Neighbour): void {
    this.#neighbours.delete(peer);
    this.#neighbours.set(peer, neighbour);
    if (this.#neighbours.size <= MAX_SYNC_NEIGHBOURS) return;
    for (const [other, { member, pulling }] of this.#neighbours) {
      if (member || pulling) continue;
      this.#neighbours.delete(other);
      return;
    }
    this.#neighbours.delete(peer);
  }

  /** So that a network started together does not catch up together. */
  #jittered(): number {
    return this.#options.intervalMs * (0.7 + 0.6 * this.#options.random());
  }
}

function newNeighbour(): Neighbour {
  return {
    member: false,
    chosen: false,
    beganAt: LONG_AGO,
    pulling: false,
    pullAt: undefined,
    hinted: false,
    onHint: false,
    fruitless: 0,
    idleHints: 0,
    tellAt: undefined,
    toldAt: LONG_AGO,
  };
}

/**
 * Whose session comes first: those that we dialled. Among the others, who may be many in the same hands, those that did
 * not fail lately, or silent ones would hold every place, each until its time is up; then whoever waits longest.
 */
function compareTurns(a: Neighbour, b: Neighbour): number {
  if (a.chosen !== b.chosen) return a.chosen ? -1 : 1;
  if (a.chosen) return turnOf(a) - turnOf(b);
  return a.fruitless - b.fruitless || (a.pullAt ?? LONG_AGO) - (b.pullAt ?? LONG_AGO);
}

/**
 * Those that we dialled stand back by time when a session was in vain, not for good: some always have a little that is
 * new, and whoever stood behind them would never be read.
 */
function turnOf({ pullAt, fruitless }: Neighbour): number {
  return (pullAt ?? 0) + (fruitless === 0 ? 0 : SYNC_TURN_MS);
}

/** Nothing at first, then doubling. */
function backOff(times: number): number {
  if (times === 0) return 0;
  return Math.min(SYNC_BACK_OFF_MS * 2 ** (times - 1), SYNC_BACK_OFF_AT_MOST_MS);
}
