import type { ActionId } from "@action-collective/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { affinityOf } from "../../../node/src/seeding/affinity.ts";
import {
  FREE_TO,
  PROVIDE_EVERY_MS,
  PROVIDE_SPREAD_MS,
  UNUSED_GRACE_MS,
} from "../../../node/src/seeding/limits.ts";
import {
  type HeldAction,
  type LostAction,
  planDrops,
  planFetches,
  type SeedRules,
} from "../../../node/src/seeding/plan.ts";
import { announcedNow } from "../../../node/src/seeding/re-provide.ts";
import { type SeedFacts, worthOf } from "../../../node/src/seeding/worth.ts";

const NOW = 1_800_000_000_000;
const idOf = (number: number) => `bafy${String(number).padStart(6, "0")}` as ActionId;

const factsArbitrary = fc.record({
  bytes: fc.integer({ min: 1, max: 140_000 }),
  runs: fc.integer({ min: 0, max: 100_000 }),
  lastUsed: fc.option(fc.integer({ min: NOW - 1e11, max: NOW + 1e6 }), { nil: undefined }),
  voices: fc.integer({ min: 0, max: 256 }),
  holders: fc.double({ min: 0, max: 300, noNaN: true }),
  affinity: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Actions with a manifest each and a code block that some of them share, as a disk would hold them. */
const heldArbitrary = fc
  .array(
    fc.record({
      facts: factsArbitrary,
      code: fc.integer({ min: 0, max: 12 }),
      since: fc.integer({ min: 0, max: NOW }),
    }),
    { maxLength: 40 },
  )
  .map((all) => {
    const sharersOf = (code: number) => all.filter((one) => one.code === code).length;
    return all.map(({ facts, code, since }, index): HeldAction => {
      const blocks = [
        { block: `manifest ${index}`, bytes: 500, sharers: 1 },
        { block: `code ${code}`, bytes: 1_000 * (code + 1), sharers: sharersOf(code) },
      ];
      return { ...facts, id: idOf(index), bytes: 500 + 1_000 * (code + 1), since, blocks };
    });
  });

const rulesArbitrary = fc.record({
  mode: fc.constantFrom("used" as const, "verified" as const),
  quotaBytes: fc.integer({ min: 0, max: 100_000 }),
});

/** What is on disk: each block once. */
function bytesOf(all: readonly HeldAction[]): number {
  const blocks = new Map(all.flatMap((held) => held.blocks.map(({ block, bytes }) => [block, bytes])));
  return [...blocks.values()].reduce((sum, bytes) => sum + bytes, 0);
}

describe("what to drop", () => {
  it("ends within the quota, drops nothing twice, and nothing at all where there is room", () => {
    fc.assert(
      fc.property(heldArbitrary, rulesArbitrary, (candidates, rules) => {
        const bytes = bytesOf(candidates);
        const drops = planDrops({ candidates, bytes, rules, now: NOW });
        expect(new Set(drops).size).toBe(drops.length);
        const left = candidates.filter(({ id }) => !drops.includes(id));
        expect(bytesOf(left)).toBeLessThanOrEqual(rules.quotaBytes);
        if (bytes <= rules.quotaBytes && rules.mode === "verified") expect(drops).toEqual([]);
      }),
    );
  });

  it("takes no more than it must: without the last one it would be above the mark", () => {
    fc.assert(
      fc.property(heldArbitrary, fc.integer({ min: 0, max: 100_000 }), (candidates, quotaBytes) => {
        const rules: SeedRules = { mode: "verified", quotaBytes };
        const drops = planDrops({ candidates, bytes: bytesOf(candidates), rules, now: NOW });
        if (drops.length === 0) return;
        const before = candidates.filter(({ id }) => !drops.slice(0, -1).includes(id));
        expect(bytesOf(before)).toBeGreaterThan(quotaBytes * FREE_TO);
      }),
    );
  });

  it("does not depend on the order in which actions are named", () => {
    fc.assert(
      fc.property(heldArbitrary, rulesArbitrary, fc.infiniteStream(fc.nat()), (candidates, rules, noise) => {
        const numbers = [...noise.take(candidates.length)];
        const shuffled = candidates
          .map((held, index) => ({ held, key: numbers[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ held }) => held);
        const question = { bytes: bytesOf(candidates), rules, now: NOW };
        expect(new Set(planDrops({ ...question, candidates: shuffled }))).toEqual(
          new Set(planDrops({ ...question, candidates })),
        );
      }),
    );
  });

  it("never lets what stays be worth less than what goes", () => {
    fc.assert(
      fc.property(heldArbitrary, fc.integer({ min: 1, max: 100_000 }), (candidates, quotaBytes) => {
        const rules: SeedRules = { mode: "verified", quotaBytes };
        const drops = planDrops({ candidates, bytes: bytesOf(candidates), rules, now: NOW });
        const worth = (held: HeldAction) => worthOf(held, NOW);
        const gone = candidates.filter(({ id }) => drops.includes(id)).map(worth);
        const stayed = candidates.filter(({ id }) => !drops.includes(id)).map(worth);
        if (gone.length > 0 && stayed.length > 0)
          expect(Math.max(...gone)).toBeLessThanOrEqual(Math.min(...stayed));
      }),
    );
  });

  it("in mode `used` drops what never ran here, once it had its time, though there is room", () => {
    const block = (name: string) => [{ block: name, bytes: 10, sharers: 1 }];
    const base = { bytes: 10, runs: 0, lastUsed: undefined, voices: 9, holders: 0, affinity: 0.5 };
    const candidates: HeldAction[] = [
      { ...base, id: idOf(1), since: NOW - UNUSED_GRACE_MS, blocks: block("a") },
      { ...base, id: idOf(2), since: NOW - UNUSED_GRACE_MS + 1, blocks: block("b") },
      { ...base, id: idOf(3), since: 0, runs: 1, lastUsed: 1, blocks: block("c") },
    ];
    const question = { candidates, bytes: 30, now: NOW };
    expect(planDrops({ ...question, rules: { mode: "used", quotaBytes: 1e9 } })).toEqual([idOf(1)]);
    expect(planDrops({ ...question, rules: { mode: "verified", quotaBytes: 1e9 } })).toEqual([]);
  });
});

describe("worth", () => {
  it("never falls with more or later use, more voices, fewer holders or fewer bytes", () => {
    fc.assert(
      fc.property(factsArbitrary, fc.integer({ min: 0, max: 1_000 }), (drawn, more) => {
        const facts: SeedFacts = { ...drawn, id: idOf(0) };
        const worth = worthOf(facts, NOW);
        expect(worth).toBeGreaterThanOrEqual(0);
        const atLeast = (better: Partial<SeedFacts>) =>
          expect(worthOf({ ...facts, ...better }, NOW)).toBeGreaterThanOrEqual(worth);
        atLeast({ runs: facts.runs + more });
        atLeast({ lastUsed: Math.max(facts.lastUsed ?? 0, NOW - 1_000) });
        atLeast({ voices: facts.voices + more });
        atLeast({ holders: facts.holders / (1 + more) });
        atLeast({ bytes: Math.max(1, facts.bytes - more) });
      }),
    );
  });

  it("of one run of one's own is more than any number of strangers can talk up", () => {
    fc.assert(
      fc.property(factsArbitrary, fc.integer({ min: 1, max: 140_000 }), (drawn, bytes) => {
        const hyped: SeedFacts = { ...drawn, id: idOf(0), bytes, runs: 0, lastUsed: undefined };
        const used: SeedFacts = {
          ...hyped,
          id: idOf(1),
          runs: 1,
          lastUsed: NOW,
          voices: 0,
          holders: 300,
          affinity: 0,
        };
        expect(worthOf(used, NOW)).toBeGreaterThan(worthOf(hyped, NOW));
      }),
    );
  });

  it("differs between peers for what they know the same of, so that they do not all drop the same", () => {
    const actions = Array.from({ length: 200 }, (_, index) => idOf(index));
    const kept = (peer: string) => {
      const ranked = actions.toSorted((a, b) => affinityOf(peer, b) - affinityOf(peer, a));
      return ranked.slice(0, 100);
    };
    const copies = new Map<string, number>();
    for (let peer = 0; peer < 12; peer++)
      for (const id of kept(`peer ${peer}`)) copies.set(id, (copies.get(id) ?? 0) + 1);
    expect(copies.size).toBe(200);
    expect(affinityOf("one", "action")).toBe(affinityOf("one", "action"));
  });
});

describe("what to fetch back", () => {
  const lost = (number: number, facts: Partial<LostAction>): LostAction => ({
    id: idOf(number),
    bytes: 1_000,
    runs: 0,
    lastUsed: undefined,
    voices: 0,
    holders: 10,
    affinity: 0.5,
    published: true,
    ...facts,
  });
  const rules: SeedRules = { mode: "verified", quotaBytes: 100_000 };
  const candidates = [
    lost(1, {}),
    lost(2, { holders: 1 }),
    lost(3, { voices: 8 }),
    lost(4, { runs: 2, lastUsed: NOW }),
    lost(5, { holders: 0, published: false }),
  ];

  it("is what ran here, then what few hold or many speak of; not what is common, nor what was taken back", () => {
    const question = { candidates, bytes: 0, now: NOW, most: 10 };
    expect(planFetches({ ...question, rules })).toEqual([idOf(4), idOf(2), idOf(3)]);
    expect(planFetches({ ...question, rules: { ...rules, mode: "used" } })).toEqual([idOf(4)]);
    expect(planFetches({ ...question, rules, most: 1 })).toEqual([idOf(4)]);
    expect(planFetches({ ...question, rules: { ...rules, quotaBytes: 0 } })).toEqual([]);
  });

  it("never fills so far that something would be dropped for it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (bytes) => {
        const fetched = planFetches({ candidates, bytes, rules, now: NOW, most: 10 });
        if (fetched.length > 0)
          expect(bytes + 1_000 * fetched.length).toBeLessThan(rules.quotaBytes * FREE_TO);
      }),
    );
  });
});

it("announcing gets round to everything within the hour, and never fills the queue", () => {
  const rounds = PROVIDE_SPREAD_MS / PROVIDE_EVERY_MS;
  for (const held of [0, 1, 100, 5_000, 100_000]) {
    expect(announcedNow(held, 1_000_000) * rounds).toBeGreaterThanOrEqual(held);
    expect(3 * announcedNow(held, 90)).toBeLessThanOrEqual(45);
    expect(announcedNow(held, 0)).toBe(0);
  }
});
