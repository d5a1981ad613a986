import type { ActionDefinitionInput, ActionId, Filters } from "@action-collective/protocol";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { shareAmongAuthors } from "../../../node/src/finding/author-share.ts";
import { bestsOf, fuse, vectorWeight } from "../../../node/src/finding/fuse.ts";
import { GATHER_BOUNDS } from "../../../node/src/finding/gather.ts";
import { colourOf, scoreOf } from "../../../node/src/finding/rank.ts";
import { peerOf } from "../../helpers/records.ts";
import { type Publishing, World } from "./world.ts";

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.catalogue.close();
});

function newWorld(): World {
  const world = new World();
  worlds.push(world);
  return world;
}

const QUERY = "sort a list of numbers";
const SUBJECTS = ["numbers", "words", "dates", "names", "colours", "prices", "lists"];
const VERBS = ["sort", "count", "merge", "split", "parse", "round", "shuffle", "compare"];

interface Fact extends Publishing {
  readonly id: ActionId;
  readonly definition: Partial<ActionDefinitionInput>;
  readonly copyOf: number | undefined;
}

/** A hundred and fifty actions, of which some are copies of others, with every trait that a filter looks at. */
function crowded(world: World): Fact[] {
  const pick = <Item>(items: readonly Item[], n: number) => items[n % items.length] as Item;
  return Array.from({ length: 150 }, (_, n): Fact => {
    const copyOf = n % 5 === 4 ? n - 4 : undefined;
    const text = copyOf ?? n;
    const verb = pick(VERBS, text);
    const definition: Partial<ActionDefinitionInput> = {
      name: `${verb}Things${text}`,
      description: `Can ${verb} a list of ${pick(SUBJECTS, text >> 2)}, variant ${text}.`,
      tags: n % 3 === 0 ? ["common"] : n % 17 === 0 ? ["rare", "common"] : [],
      language: n % 4 === 0 ? "javascript" : "typescript",
      licence: n % 29 === 0 ? "GPL-3.0-only" : "MIT",
      permissions: n % 7 === 0 ? { net: ["a.example"] } : n % 11 === 0 ? { secrets: ["TOKEN"] } : {},
    };
    const publishing: Publishing = {
      ...(n % 6 === 0 ? {} : { author: 1 + (n % 9) }),
      standing: n % 13 === 0 ? "failed" : n % 2 === 0 ? "passed" : "pending",
      firstSeen: 1_000 * n,
      passedAt: Array.from({ length: n % 8 }, (_, peer) => 20 + peer),
      ...(n % 3 === 0 ? { strength: { killed: n % 10, mutants: 10 } } : {}),
      embedded: n % 10 !== 9,
    };
    return { id: world.publish(definition, publishing), definition, copyOf, ...publishing };
  });
}

/** The filters, said once more and by other means. */
function accepts(world: World, filters: Filters, fact: Fact): boolean {
  const { tags = [], language, licence = "", permissions = {} } = fact.definition;
  const { author, standing, firstSeen = 0, strength } = fact;
  const needs = Object.keys(permissions);
  const score = world.reputation.ofAction(fact.id);
  return (
    standing !== "failed" &&
    (filters.verified !== true || standing === "passed") &&
    (filters.tags ?? []).every((tag) => tags.includes(tag)) &&
    (filters.languages ?? [language]).some((one) => one === language) &&
    (filters.licences ?? [licence]).some((one) => one.toLowerCase() === licence.toLowerCase()) &&
    needs.every((need) => (filters.permissions ?? needs).some((one) => one === need)) &&
    (filters.authors === undefined || (author !== undefined && filters.authors.includes(peerOf(author)))) &&
    score.value >= (filters.minScore ?? 0) &&
    score.verdicts.pass >= (filters.minVerdicts ?? 0) &&
    (strength === undefined ? 0 : strength.killed / strength.mutants) >= (filters.minStrength ?? 0) &&
    firstSeen >= (filters.seenAfter ?? 0) &&
    firstSeen < (filters.seenBefore ?? Number.POSITIVE_INFINITY)
  );
}

const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const anyFilters: fc.Arbitrary<Filters> = fc.record({
  verified: some(fc.boolean()),
  permissions: some(fc.subarray(["net", "secrets"] as ("net" | "secrets")[])),
  tags: some(fc.subarray(["common", "rare"])),
  languages: some(
    fc.subarray(["typescript", "javascript"] as const, { minLength: 1 }).map((list) => [...list]),
  ),
  licences: some(fc.constantFrom(["mit"], ["GPL-3.0-only"], ["MIT", "gpl-3.0-ONLY"], ["none"])),
  authors: some(fc.subarray([1, 2, 3, 4, 5], { minLength: 1 }).map((keys) => keys.map(peerOf))),
  minScore: some(fc.constantFrom(0, 0.2, 0.5, 0.65)),
  minVerdicts: some(fc.constantFrom(0, 1, 6)),
  minStrength: some(fc.constantFrom(0, 0.5)),
  seenAfter: some(fc.constantFrom(0, 40_000, 145_000)),
  seenBefore: some(fc.constantFrom(10_000, 100_000, 200_000)),
});

describe("filters are exact", () => {
  const world = new World();
  const facts = crowded(world);
  afterAll(() => world.catalogue.close());

  test("the hits are those of looking at every document, in the same order", async () => {
    const everything = await world.source.find(QUERY, { count: 1_000 });
    const relevant = fuse(everything.candidates, bestsOf(everything.candidates), vectorWeight(3));
    const places = new Map(facts.map((fact) => [fact.id as string, fact]));
    const all = relevant.map((candidate) => {
      const fact = places.get(candidate.id) as Fact;
      const colour = colourOf(fact.standing ?? "passed", world.reputation.ofAction(fact.id));
      return { fact, number: candidate.number, score: scoreOf(candidate.parts.relevance, colour) };
    });
    all.sort((a, b) => b.score - a.score || a.number - b.number);
    const finder = world.finder({ bounds: { ...GATHER_BOUNDS, first: 150 } });
    await fc.assert(
      fc.asyncProperty(anyFilters, fc.integer({ min: 1, max: 50 }), async (filters, limit) => {
        const hits = await finder.find({ query: QUERY, limit, filters, collapse: false });
        const passing = all.filter(({ fact }) => accepts(world, filters, fact));
        const authorOf = ({ fact }: (typeof all)[number]) =>
          filters.authors === undefined && fact.author !== undefined ? peerOf(fact.author) : undefined;
        const expected = shareAmongAuthors(passing, limit, authorOf).slice(0, limit);
        expect(hits.map(({ id }) => id)).toEqual(expected.map(({ item }) => item.fact.id));
        for (const { id, score } of hits)
          expect(score).toBeCloseTo(all.find(({ fact }) => fact.id === id)?.score ?? -1);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["narrowed first", { first: 4, growth: 4, last: 400, narrow: 150, narrowShare: 1, scanned: 20 }],
    ["growing", { first: 4, growth: 2, last: 400, narrow: 0, narrowShare: 1, scanned: 20 }],
    ["looking through all", { first: 4, growth: 2, last: 8, narrow: 0, narrowShare: 1, scanned: 20 }],
  ])("never fewer than asked for while as many groups pass: %s", async (_, bounds) => {
    const byId = new Map(facts.map((fact) => [fact.id as string, fact]));
    const finder = world.finder({ bounds });
    const groupOf = (id: string) => {
      const { definition } = byId.get(id) as Fact;
      return definition.name;
    };
    await fc.assert(
      fc.asyncProperty(anyFilters, fc.integer({ min: 1, max: 50 }), async (filters, limit) => {
        const hits = await finder.find({ query: QUERY, limit, filters });
        const passing = facts.filter((fact) => accepts(world, filters, fact));
        const groups = new Set(passing.map(({ id }) => groupOf(id)));
        expect(hits).toHaveLength(Math.min(limit, groups.size));
        expect(new Set(hits.map(({ id }) => groupOf(id))).size).toBe(hits.length);
        for (const { id, similar } of hits)
          for (const one of [id, ...similar]) {
            expect(passing.some((fact) => fact.id === one)).toBe(true);
            expect(groupOf(one)).toBe(groupOf(id));
          }
      }),
      { numRuns: 40 },
    );
  });

  test("a narrow filter is applied before the search, a broad one after it", async () => {
    const finder = world.finder({ bounds: { ...GATHER_BOUNDS, narrow: 20, narrowShare: 1 } });
    world.source.asked.length = 0;
    await finder.find({ query: QUERY, limit: 3, filters: { licences: ["gpl-3.0-only"] } });
    expect(world.source.asked.map(({ only }) => only)).toEqual([undefined, 5]);
    world.source.asked.length = 0;
    await finder.find({ query: QUERY, limit: 3, filters: { tags: ["common"] } });
    expect(world.source.asked).toEqual([{ count: 100, only: undefined }]);
    world.source.asked.length = 0;
    expect(await finder.find({ query: QUERY, limit: 3, filters: { tags: ["nobody-has-it"] } })).toEqual([]);
    expect(world.source.asked).toEqual([]);
  });

  test("what its author took back is not that author's any more", async () => {
    const world = newWorld();
    const id = world.publish({ name: "sortNumbers" }, { author: 3 });
    const finder = world.finder();
    const filters = { authors: [peerOf(3)] };
    expect(await finder.find({ query: QUERY, limit: 5, filters })).toMatchObject([{ id }]);
    world.withdraw(id, 3);
    expect(await finder.find({ query: QUERY, limit: 5, filters })).toEqual([]);
    expect(await finder.find({ query: QUERY, limit: 5 })).toMatchObject([{ id }]);
  });
});

describe("near-duplicates", () => {
  const texts = { name: "sortNumbers", description: "Sorts a list of numbers." };

  test("are one hit, for which the proved one stands, then the better reputed, then the older", async () => {
    const world = newWorld();
    const later = world.publish(texts, { author: 1, firstSeen: 900 });
    const older = world.publish(texts, { author: 2, firstSeen: 100 });
    const unproved = world.publish(texts, {
      author: 3,
      firstSeen: 1,
      standing: "pending",
      passedAt: [20, 21, 22],
    });
    const other = world.publish({ name: "sortNames", description: "Sorts a list of names." });
    const finder = world.finder();
    const hits = await finder.find({ query: QUERY, limit: 10 });
    expect(hits.map(({ id }) => id)).toEqual([older, other]);
    expect(hits[0]?.similar.toSorted()).toEqual([later, unproved].toSorted());
    const apart = await finder.find({ query: QUERY, limit: 10, collapse: false });
    expect(apart).toHaveLength(4);
    expect(apart.every(({ similar }) => similar.length === 0)).toBe(true);
  });

  test("a copy of the code that says better what it does stands for itself", async () => {
    const world = newWorld();
    const code = "export default (x) => x;\n";
    const dull = world.publish({ name: "util7", description: "Helper.", code }, { author: 1 });
    const clear = world.publish(
      { ...texts, code, useWhen: ["sort a list of numbers"] },
      { author: 2, standing: "pending" },
    );
    const [hit] = await world.finder().find({ query: QUERY, limit: 10 });
    expect(hit).toMatchObject({ id: clear, similar: [dull] });
  });

  test("a flood of copies does not keep others from the page", async () => {
    const world = newWorld();
    for (let n = 0; n < 300; n++) world.publish({ ...texts, tags: [`t${n}`] }, { author: 1 });
    const others = Array.from({ length: 5 }, (_, n) =>
      world.publish({ name: `other${n}`, description: `Unlike ${VERBS[n]} ${SUBJECTS[n]}.` }),
    );
    const hits = await world.finder().find({ query: QUERY, limit: 6 });
    expect(hits).toHaveLength(6);
    expect(hits[0]?.similar).toHaveLength(299);
    expect(
      hits
        .slice(1)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(others.toSorted());
  });

  test("texts that are near need vectors that are near, too", async () => {
    const world = newWorld();
    const more = { ...texts, description: "Sorts a long list of numbers." };
    world.publish(texts);
    world.publish(more);
    const embedded = await world.finder().find({ query: QUERY, limit: 10 });
    const before = newWorld();
    before.publish(texts);
    const waiting = before.publish(more, { embedded: false });
    const apart = await before.finder().find({ query: QUERY, limit: 10 });
    expect([embedded.length, apart.length]).toEqual([1, 2]);
    expect(before.source.wanted).toEqual([waiting]);
  });

  test("of a manifest are found before it is published, itself and what failed left out", async () => {
    const world = newWorld();
    const near = world.publish(texts);
    world.publish(texts, { standing: "failed" });
    world.publish({ name: "sortNames", description: "Sorts a list of names." });
    const finder = world.finder();
    const known = finder.known(near);
    if (known === undefined) throw new Error("it was just published");
    expect(await finder.nearDuplicatesOf(near, known.manifest)).toEqual([]);
    const draft = { ...known.manifest, tags: ["draft"] };
    const found = await finder.nearDuplicatesOf("bafyreidraft" as ActionId, draft);
    expect(found.map(({ known: one }) => one.id)).toEqual([near]);
  });
});

describe("the order", () => {
  test("reputation decides between equals and never lifts what is far less relevant", async () => {
    const world = newWorld();
    const texts = (n: number) => ({ name: `sortNumbers${n}`, description: "Sorts a list of numbers." });
    world.publish(texts(1), { standing: "pending" });
    const praised = world.publish(texts(2), { standing: "pending", passedAt: [20, 21, 22, 23] });
    const far = world.publish(
      { name: "colours", description: "Mixes paint." },
      { passedAt: [20, 21, 22, 23] },
    );
    const hits = await world.finder().find({ query: QUERY, limit: 3 });
    expect([hits[0]?.id, hits[2]?.id]).toEqual([praised, far]);
  });

  test("one author does not fill a page while others match about as well, unless that author is asked for", async () => {
    const world = newWorld();
    const publish = (n: number, author: number) =>
      world.publish(
        { name: `sort${"abcdefghijkl"[n]}`, description: "Sorts a list of numbers." },
        { author },
      );
    const flood = Array.from({ length: 10 }, (_, n) => publish(n, 1));
    const others = [publish(10, 2), publish(11, 3)];
    const finder = world.finder();
    const ids = (await finder.find({ query: QUERY, limit: 5 })).map(({ id }) => id);
    expect(ids.filter((id) => flood.includes(id))).toHaveLength(3);
    expect(ids).toEqual(expect.arrayContaining(others));
    const asked = await finder.find({ query: QUERY, limit: 5, filters: { authors: [peerOf(1)] } });
    expect(asked.every(({ id, parts }) => flood.includes(id) && parts.author === 1)).toBe(true);
  });

  test("says what each place rests on", async () => {
    const world = newWorld();
    world.publish({ name: "sortNumbers", description: "Sorts a list of numbers." });
    const [hit] = await world.finder().find({ query: QUERY, limit: 1 });
    const { parts, score } = hit ?? {};
    expect(parts).toMatchObject({ keyword: 1, vector: 1, alpha: 1, relevance: 1, verdicts: 1, author: 1 });
    expect(score).toBeCloseTo((parts?.relevance ?? 0) * (parts?.reputation ?? 0) * (parts?.verdicts ?? 0));
  });
});

test("a search that nobody waits for any more ends", async () => {
  const world = newWorld();
  world.publish({ name: "sortNumbers" });
  const gone = new Error("the caller went away");
  const finder = world.finder({
    bounds: { first: 1, growth: 2, last: 2, narrow: 0, narrowShare: 1, scanned: 1 },
  });
  const signal = AbortSignal.abort(gone);
  await expect(finder.find({ query: QUERY, limit: 50, signal })).rejects.toBe(gone);
});
