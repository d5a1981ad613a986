import { chooseDiverse, groupCap } from "./diversity.ts";

export type CandidateSource = "bootstrap" | "remembered" | "discovered";

/** Somebody we could be connected to. */
export interface Candidate {
  /** The peer id. */
  id: string;
  addresses: readonly string[];
  source: CandidateSource;
  /** Attempts in a row that came to nothing. */
  failures: number;
  /** Not to be dialled before (milliseconds). */
  notBefore: number;
  /** A neighbour we chose and kept long before the last restart: dialled first. */
  anchor?: boolean;
}

export interface DialState {
  now: number;
  candidates: Iterable<Candidate>;
  /** Peers we are connected to, in either direction. */
  connected: ReadonlySet<string>;
  /** How many of these connections we opened. */
  outbound: number;
  dialling: ReadonlySet<string>;
  /** How many of our outbound neighbours, dials under way included, are in each group of addresses. */
  groups: ReadonlyMap<string, number>;
  /** Neighbours wanted; a bootstrap node wants only the other bootstrap nodes and sets 0. */
  degree: number;
  maxOutbound: number;
}

export interface DialPlan {
  /** Whom to dial now. */
  dials: Candidate[];
  /** When the next candidate becomes due, if one is wanted. */
  wakeAt: number | undefined;
}

const PREFERENCE: Record<CandidateSource, number> = { bootstrap: 1, remembered: 2, discovered: 3 };

/** Anchors come before all others: an attacker who waited for our restart meets the neighbours we had before. */
function preference(candidate: Candidate): number {
  return candidate.anchor ? 0 : PREFERENCE[candidate.source];
}

/**
 * Whom to dial now. Pure; `random` gives [0, 1).
 *
 * As long as neighbours are missing everybody who is due is dialled, bootstrap nodes first. With enough neighbours one
 * bootstrap connection is still kept up: two halves of a split network find each other there. Within one preference the
 * group of addresses decides of which we have fewest, and no group gets more than its share.
 */
export function nextDials(state: DialState, random: () => number): DialPlan {
  const idle = [...state.candidates].filter(
    (candidate) => !state.connected.has(candidate.id) && !state.dialling.has(candidate.id),
  );
  const missing = Math.max(
    0,
    missingNeighbours(state.degree, state.connected.size, state.outbound) - state.dialling.size,
  );
  const room = Math.max(0, state.maxOutbound - state.outbound - state.dialling.size);
  const wanted = Math.min(missing, room);
  const anchored = isAnchored(state);

  const due = shuffle(
    idle.filter((candidate) => candidate.notBefore <= state.now),
    random,
  );
  const dials = choose(due, wanted, state);
  const chosen = new Set(dials.map(({ id }) => id));
  const bootstraps = due.filter((c) => c.source === "bootstrap" && !chosen.has(c.id));
  const [first] = bootstraps;
  if (state.degree === 0) dials.push(...bootstraps);
  else if (!anchored && first && !dials.some(({ source }) => source === "bootstrap")) dials.push(first);

  const later = idle.filter((candidate) => candidate.notBefore > state.now);
  const wantsMore = dials.length < wanted;
  const waitedFor = wantsMore ? later : later.filter((c) => c.source === "bootstrap" && !anchored);
  return { dials, wakeAt: waitedFor.length > 0 ? Math.min(...waitedFor.map((c) => c.notBefore)) : undefined };
}

/**
 * How many neighbours to look for. Those who dialled us count, but never for more than half: whoever dials many could
 * otherwise fill every place, and we would choose nobody ourselves.
 */
export function missingNeighbours(degree: number, connected: number, outbound: number): number {
  return Math.max(0, degree - connected, Math.ceil(degree / 2) - outbound);
}

/** Preference by preference; each fills what the one before left. The user's own bootstrap nodes are bound by no group. */
function choose(due: readonly Candidate[], wanted: number, state: DialState): Candidate[] {
  const dials: Candidate[] = [];
  const counts = new Map(state.groups);
  const cap = groupCap(Math.min(state.maxOutbound, state.degree));
  for (const level of [0, 1, 2, 3]) {
    const equals = due.filter((candidate) => preference(candidate) === level);
    const limit = level === PREFERENCE.bootstrap ? Number.POSITIVE_INFINITY : cap;
    dials.push(...chooseDiverse(equals, wanted - dials.length, counts, limit));
  }
  return dials;
}

/** Whether a bootstrap node is connected or being dialled, or none exists. */
function isAnchored(state: DialState): boolean {
  let exists = false;
  for (const candidate of state.candidates) {
    if (candidate.source !== "bootstrap") continue;
    if (state.degree > 0 && (state.connected.has(candidate.id) || state.dialling.has(candidate.id)))
      return true;
    exists = true;
  }
  return !exists;
}

function shuffle<T>(items: T[], random: () => number): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [items[last], items[other]];
    if (a === undefined || b === undefined) continue;
    items[last] = b;
    items[other] = a;
  }
  return items;
}

/** A first retry comes soon (a daemon that is just starting), later ones are rare. */
const FIRST_RETRY_MS = 250;
/** A bootstrap node or an old friend may come back at any time. */
const MAX_RETRY_MS: Record<CandidateSource, number> = {
  bootstrap: 30_000,
  remembered: 60_000,
  discovered: 5 * 60_000,
};

/** The pause after `failures` attempts in a row, doubled each time and spread by ± 30 %. */
export function retryDelay(source: CandidateSource, failures: number, random: () => number): number {
  const doubled = FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20);
  return Math.min(doubled, MAX_RETRY_MS[source]) * (0.7 + 0.6 * random());
}
