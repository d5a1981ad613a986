import type { Reach, RelayUse } from "../options.ts";

/** What decides whether this peer wants to be reached through relays. */
export interface RelayNeed {
  readonly use: RelayUse;
  readonly reach: Reach;
  /** Whether we accept connections at all. */
  readonly listens: boolean;
  /** Whether somebody confirmed that a public address of ours can be dialled. */
  readonly confirmed: boolean;
}

/** A connected peer that relays. */
export interface RelayCandidate {
  readonly id: string;
  /** Not to be asked before (milliseconds), after it refused. */
  readonly notBefore: number;
}

/** Whether this peer wants reservations. Pure. */
export function wantsRelays({ use, reach, listens, confirmed }: RelayNeed): boolean {
  if (use !== "auto") return use === "always";
  return !listens || (reach === "public" && !confirmed);
}

export interface RelayState {
  readonly wanted: boolean;
  /** Reservations to have. */
  readonly count: number;
  readonly candidates: readonly RelayCandidate[];
  /** Relays we hold a reservation with. */
  readonly reserved: ReadonlySet<string>;
  /** Relays that are being asked. */
  readonly asking: ReadonlySet<string>;
  readonly now: number;
}

export interface RelayPlan {
  /** Whom to ask for a reservation now. */
  readonly ask: readonly string[];
  /** Whether to give up what we hold. */
  readonly drop: boolean;
}

/** Whom to ask for a reservation, the longest connected first. Pure. */
export function chooseRelays(state: RelayState): RelayPlan {
  const { wanted, count, candidates, reserved, asking, now } = state;
  if (!wanted) return { ask: [], drop: reserved.size > 0 };
  const missing = Math.max(0, count - reserved.size - asking.size);
  const free = candidates.filter(
    ({ id, notBefore }) => notBefore <= now && !reserved.has(id) && !asking.has(id),
  );
  return { ask: free.slice(0, missing).map(({ id }) => id), drop: false };
}

const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 10 * 60_000;

/** The pause before a relay that refused is asked again, doubled each time and spread by ± 30 %. `random` gives [0, 1). */
export function relayRetryDelay(failures: number, random: () => number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20), MAX_RETRY_MS) * (0.7 + 0.6 * random());
}
