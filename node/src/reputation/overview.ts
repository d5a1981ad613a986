import type { PeerId, TrustLevel } from "@action-collective/protocol";
import { OUTCOME } from "./held-facts.ts";
import type { View } from "./view.ts";

/** Rows that are read between two breaks: well under a millisecond. */
const STRIDE = 1_000;
/** Publishers of one action whose raters are shown: more than a few only a crowd has. */
const PUBLISHERS = 16;

/** What whoever looks brings along, by peers' ids. */
export interface OverviewWish {
  /** Peers and edges at most. */
  readonly mostPeers: number;
  readonly mostEdges: number;
  /** Whom the user has to do with at this moment. */
  readonly connected: ReadonlySet<string>;
}

export interface OverviewPeer {
  readonly peer: PeerId;
  readonly level: TrustLevel;
  readonly trust: number;
  readonly reliability: number;
  readonly verdicts: number;
  readonly publishes: number;
  readonly discredited: boolean;
}

export type OverviewEdge = {
  readonly from: PeerId;
  readonly to: PeerId;
} & (
  | { readonly kind: "trust"; readonly level: TrustLevel }
  | { readonly kind: "verdicts"; readonly passes: number; readonly failures: number }
);

/** Peers and what they say of each other, as this peer sees it; those first whom it believes and deals with most. */
export interface Overview {
  readonly peers: readonly OverviewPeer[];
  readonly edges: readonly OverviewEdge[];
  /** Known, and not among them; edges that could lead to who is not shown are counted by statement and verdict. */
  readonly unshown: { readonly peers: number; readonly edges: number };
}

/** An edge between two that are shown, by their places among those. */
interface Pair {
  readonly from: number;
  readonly to: number;
  passes: number;
  failures: number;
}

/**
 * Reads all that is held of peers: pure, and in steps, because that are half a million records at most. It yields after each
 * step; what is learned meanwhile may be in it or not.
 */
export function* overviewOf(view: View, wish: OverviewWish): Generator<void, Overview> {
  const shown = yield* chosen(view, wish);
  const { facts } = view.standpoint;
  const placeOf = new Map(shown.map(({ number }, place) => [number, place]));
  const said = yield* trustEdges(view, placeOf);
  const judged = yield* verdictEdges(view, placeOf);
  const judgedFirst = judged.pairs.toSorted(
    (a, b) => b.passes + b.failures - (a.passes + a.failures) || a.from - b.from || a.to - b.to,
  );
  const room = Math.max(0, wish.mostEdges - said.edges.length);
  const idOf = (place: number) => shown[place]?.peer as PeerId;
  const edges: OverviewEdge[] = [
    ...said.edges.slice(0, wish.mostEdges).map(({ from, to, level }) => ({
      ...{ from: idOf(from), to: idOf(to), kind: "trust" as const, level },
    })),
    ...judgedFirst.slice(0, room).map(({ from, to, passes, failures }) => ({
      ...{ from: idOf(from), to: idOf(to), kind: "verdicts" as const, passes, failures },
    })),
  ];
  const known = said.edges.length + said.others + judged.pairs.length + judged.others;
  return {
    peers: shown.map(({ number: _, ...peer }) => peer),
    edges,
    unshown: { peers: facts.peers.size - shown.length, edges: known - edges.length },
  };
}

function* chosen(
  view: View,
  { mostPeers, connected }: OverviewWish,
): Generator<void, (OverviewPeer & { readonly number: number })[]> {
  const { standpoint, walk, people, voices } = view;
  const { facts, self, statements } = standpoint;
  const { peers, verdicts, publications } = facts;
  const size = peers.size;
  const said = new Int32Array(size);
  const published = new Int32Array(size);
  for (let row = 0; row < verdicts.size; row++) {
    bump(said, verdicts.first(row));
    if (row % STRIDE === STRIDE - 1) yield;
  }
  for (let row = 0; row < publications.size; row++) {
    if (facts.publishes(row)) bump(published, publications.first(row));
    if (row % STRIDE === STRIDE - 1) yield;
  }
  const all = walk.total.reduce((sum, mass) => sum + mass, 0);
  yield;
  const trustIn = (peer: number) => {
    const row = people.discredited(peer) ? -1 : voices.row(peer);
    return row < 0 || all === 0 ? 0 : (walk.total[row] ?? 0) / all;
  };
  const weight = new Float64Array(size);
  for (let peer = 0; peer < size; peer++) {
    const words = (said[peer] ?? 0) + 3 * (published[peer] ?? 0);
    const near = (statements.has(peer) ? 100 : 0) + (connected.has(peers.id(peer)) ? 50 : 0);
    weight[peer] = (peer === self ? 1_000 : 0) + near + 40 * trustIn(peer) + Math.log1p(words);
    if (peer % STRIDE === STRIDE - 1) yield;
  }
  const first = yield* largest(weight, mostPeers);
  return first.map((number) => ({
    number,
    peer: peers.id(number),
    level: statements.get(number) ?? 0,
    trust: number === self ? 1 : trustIn(number),
    reliability: number === self ? 1 : people.reliability(number),
    verdicts: said[number] ?? 0,
    publishes: published[number] ?? 0,
    discredited: people.discredited(number),
  }));
}

/** The places of the largest values, the largest first. Keeps no more than twice as many as are wanted. */
function* largest(values: Float64Array, most: number): Generator<void, number[]> {
  const order = (a: number, b: number) => (values[b] ?? 0) - (values[a] ?? 0) || a - b;
  let best: number[] = [];
  for (let place = 0; place < values.length; place++) {
    best.push(place);
    if (best.length >= 2 * most + STRIDE) {
      best = best.sort(order).slice(0, most);
      yield;
    }
  }
  return best.sort(order).slice(0, most);
}

interface Said {
  readonly from: number;
  readonly to: number;
  readonly level: TrustLevel;
}

/** What is said of others in public, and what the user says; the user's own first. */
function* trustEdges(
  { standpoint }: View,
  placeOf: ReadonlyMap<number, number>,
): Generator<void, { edges: Said[]; others: number }> {
  const { facts, self, statements } = standpoint;
  const { trusts } = facts;
  const edges: Said[] = [];
  let others = 0;
  const add = (author: number, subject: number, level: TrustLevel) => {
    const [from, to] = [placeOf.get(author), placeOf.get(subject)];
    if (from === undefined || to === undefined) others += 1;
    else edges.push({ from, to, level });
  };
  for (const [subject, level] of statements) add(self, subject, level);
  for (let row = 0; row < trusts.size; row++) {
    const author = trusts.first(row);
    const level = (trusts.columns.level[row] ?? 0) as TrustLevel;
    const holds = level !== 0 && author !== self && !facts.isVoid(author, trusts.columns.created[row] ?? 0);
    if (holds) add(author, trusts.second(row), level);
    if (row % STRIDE === STRIDE - 1) yield;
  }
  return { edges, others };
}

/** How each judged what another publishes; action by action, so that its publishers are looked up once. */
function* verdictEdges(
  { standpoint }: View,
  placeOf: ReadonlyMap<number, number>,
): Generator<void, { pairs: Pair[]; others: number }> {
  const { facts } = standpoint;
  const { actions, verdicts } = facts;
  const pairs = new Map<number, Pair>();
  const peers = placeOf.size;
  let [others, read] = [0, 0];
  for (let action = 0; action < actions.size; action++) {
    const publishers = publishersOf(facts, action);
    read += 1 + publishers.length;
    for (const row of publishers.length === 0 ? [] : verdicts.ofSecond(action)) {
      read += 1;
      if (read % STRIDE === 0) yield;
      const rater = verdicts.first(row);
      const outcome = verdicts.columns.outcome[row];
      if (outcome === OUTCOME.unknown || facts.isVoid(rater, verdicts.columns.created[row] ?? 0)) continue;
      const from = placeOf.get(rater);
      for (const publisher of publishers) {
        const to = placeOf.get(publisher);
        if (rater === publisher) continue;
        if (from === undefined || to === undefined) {
          others += 1;
          continue;
        }
        const key = from * peers + to;
        const pair = pairs.get(key) ?? { from, to, passes: 0, failures: 0 };
        pairs.set(key, pair);
        if (outcome === OUTCOME.pass) pair.passes += 1;
        else pair.failures += 1;
      }
    }
    if (action % STRIDE === STRIDE - 1) yield;
  }
  return { pairs: [...pairs.values()], others };
}

function publishersOf(facts: View["standpoint"]["facts"], action: number): number[] {
  const publishers: number[] = [];
  let looked = 0;
  for (const row of facts.publications.ofSecond(action)) {
    if (facts.publishes(row)) publishers.push(facts.publications.first(row));
    looked += 1;
    if (looked === PUBLISHERS) break;
  }
  return publishers;
}

function bump(counts: Int32Array, place: number): void {
  // Whoever spoke first after the counting began is not counted.
  if (place < counts.length) counts[place] = (counts[place] ?? 0) + 1;
}
