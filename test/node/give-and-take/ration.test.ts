import fc from "fast-check";
import { expect, test } from "vitest";
import { divide } from "../../../node/src/give-and-take/division.ts";
import { Ration } from "../../../node/src/give-and-take/ration.ts";

const LIMITS = { burst: 1_000, total: { capacity: 8_000, perSecond: 1_000 }, maxPeers: 1_024 };
const PIECE = 20;
const TICK_MS = 20;

/** Peers that want as much as they can get, each asking again when it was told to. What they got, by name. */
function contend(
  shares: Readonly<Record<string, number>>,
  seconds: number,
  { from = {}, limits = LIMITS }: { from?: Readonly<Record<string, number>>; limits?: typeof LIMITS } = {},
) {
  const ration = new Ration(limits, (peer) => shares[peer] ?? 1, 0);
  const peers = Object.keys(shares);
  const askAt = new Map(peers.map((peer) => [peer, (from[peer] ?? 0) * 1_000]));
  const got = new Map<string, number>(peers.map((peer) => [peer, 0]));
  const late = new Map<string, number>(peers.map((peer) => [peer, 0]));
  for (let now = 0; now < seconds * 1_000; now += TICK_MS) {
    // Nobody is always the first to ask.
    const first = (now / TICK_MS) % peers.length;
    for (const peer of [...peers.slice(first), ...peers.slice(0, first)]) {
      if ((askAt.get(peer) ?? 0) > now) continue;
      const ms = ration.waitFor(peer, PIECE, now);
      if (ms > 0) {
        askAt.set(peer, now + ms);
        continue;
      }
      ration.charge(peer, PIECE, now);
      got.set(peer, (got.get(peer) ?? 0) + PIECE);
      // What is got in the second half is what the division alone decides: what there was at the start is used up.
      if (now > seconds * 500) late.set(peer, (late.get(peer) ?? 0) + PIECE);
    }
  }
  const all = [...late.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { got, late: (peer: string) => late.get(peer) ?? 0, all };
}

const named = (count: number, name: string, share: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name} ${index}`, share]));

test.each([0.25, 1, 4])("alone, a peer with a share of %d has the whole rate", (share) => {
  const { late } = contend({ lone: share }, 60);
  expect(late("lone")).toBeGreaterThan(0.98 * 30_000);
});

test.each([
  [4, 1],
  [2, 1],
  [1, 0.25],
  [4, 2],
])("two who want everything get it as their shares are: %d to %d", (more, less) => {
  const { late, all } = contend({ more, less }, 200);
  expect(all).toBeGreaterThan(0.95 * 100_000);
  expect(late("more") / late("less")).toBeGreaterThan((more / less) * 0.85);
  expect(late("more") / late("less")).toBeLessThan((more / less) * 1.15);
});

test("what one does not want, the others have", () => {
  const ration = new Ration(LIMITS, (peer) => (peer === "modest" ? 4 : 1), 0);
  let greedy = 0;
  for (let now = 0; now < 100_000; now += TICK_MS) {
    // A tenth of the rate.
    if (now % 200 === 0 && ration.waitFor("modest", PIECE, now) === 0) ration.charge("modest", PIECE, now);
    if (ration.waitFor("greedy", PIECE, now) > 0) continue;
    ration.charge("greedy", PIECE, now);
    greedy += PIECE;
  }
  expect(greedy).toBeGreaterThan(0.85 * 100_000);
});

test("a thousand fresh keys do not push out one who gave, whoever was there first", () => {
  const fresh = named(1_000, "fresh", 1);
  for (const late of [0, 30]) {
    const { got, late: inTheEnd, all } = contend({ ...fresh, giver: 4 }, 80, { from: { giver: late } });
    // Half is kept for those who earned it, and it is one alone who did.
    expect(inTheEnd("giver")).toBeGreaterThan(0.45 * all);
    expect(inTheEnd("giver")).toBeLessThan(0.65 * all);
    expect(got.get("giver")).toBeGreaterThan(0.4 * 1_000 * (80 - late));
  }
});

test("four keys or three hundred: what all strangers together have beside one who gave is the same", () => {
  const few = contend({ ...named(4, "fresh", 1), giver: 4 }, 200);
  const many = contend({ ...named(300, "fresh", 1), giver: 4 }, 200);
  expect(many.late("giver") / few.late("giver")).toBeGreaterThan(0.85);
});

test("nobody starves: the least share among many is served again and again", () => {
  const { got, all } = contend({ ...named(20, "good", 4), ...named(20, "newcomer", 1), worst: 0.25 }, 200);
  expect(all).toBeGreaterThan(0.95 * 100_000);
  for (const bytes of got.values()) expect(bytes).toBeGreaterThan(0);
  // Its part of the division, and what it had at the start.
  expect(got.get("worst")).toBeGreaterThan(((0.25 * 200_000) / 100.25) * 0.8);
});

test("what was taken while there was plenty is owed later, and no more than a quarter of a ration", () => {
  const ration = new Ration(LIMITS, () => 1, 0);
  let used = 0;
  for (; ration.waitFor("a", PIECE, 0) === 0; used += PIECE) ration.charge("a", PIECE, 0);
  // Its own ration is 250 below nothing by now; only what is idle was given.
  expect(used).toBe(4_000 + PIECE);
  // Another finds what is kept for it.
  expect(ration.waitFor("b", 1_000, 0)).toBe(0);
  ration.charge("b", 1_000, 0);
  expect(ration.waitFor("b", PIECE, 0)).toBeGreaterThan(0);
});

test("all together never use more than the total allows, whatever their shares", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.25, max: 4, noNaN: true }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 30 }),
      (shares, seconds) => {
        const { got } = contend(
          Object.fromEntries(shares.map((share, index) => [`peer ${index}`, share])),
          seconds,
        );
        const used = [...got.values()].reduce((sum, bytes) => sum + bytes, 0);
        expect(used).toBeLessThanOrEqual(8_000 + 1_000 * seconds + PIECE);
        // And where somebody always wants more, nothing of the rate is left over.
        expect(used).toBeGreaterThanOrEqual(1_000 * seconds * 0.9);
      },
    ),
    { numRuns: 25 },
  );
});

test("who waits as long as it was told is served; a clock that is set back takes nothing away", () => {
  const ration = new Ration(LIMITS, () => 1, 1e12);
  while (ration.waitFor("a", PIECE, 1e12) === 0) ration.charge("a", PIECE, 1e12);
  const ms = ration.waitFor("a", PIECE, 1e12);
  expect(ration.waitFor("a", PIECE, 1e12 + ms - 1)).toBeGreaterThan(0);
  expect(ration.waitFor("a", PIECE, 1e12 + ms)).toBe(0);
  expect(ration.waitFor("a", PIECE, 5)).toBe(0);
  ration.charge("a", 4_000, 5);
  expect(ration.waitFor("a", PIECE, 10_005)).toBe(0);
});

test("a rate is divided by shares, and those without an earned one count for no more than those with one", () => {
  expect(divide([4, 1], 100)).toEqual({ perShare: { earned: 20, newcomer: 20 }, newcomersRate: 20 });
  expect(divide([1, 1, 0.5], 100)).toEqual({ perShare: { earned: 40, newcomer: 40 }, newcomersRate: 100 });
  const many = divide([4, ...Array<number>(400).fill(1)], 100);
  expect(many).toEqual({ perShare: { earned: 12.5, newcomer: 0.125 }, newcomersRate: 50 });
  expect(divide([], 100).perShare.newcomer).toBe(100);
});
