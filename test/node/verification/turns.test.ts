import type { ActionId } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Wanted } from "../../../node/src/catalogue/types.ts";
import { Turns } from "../../../node/src/verification/turns.ts";

const NOTHING: ReadonlySet<ActionId> = new Set();

/** Publishers, each with so many actions that wait; what is handed out waits no more. */
function backlog(
  actions: Readonly<Record<string, number>>,
  shares: (publisher: string) => number,
  wantedAs: Wanted = "rest",
) {
  const left = new Map(Object.entries(actions));
  const names = [...left.keys()].toSorted();
  const turns = new Turns(
    {
      publisherAfter: (wanted, publisher) =>
        wanted === wantedAs ? names.find((name) => name > publisher && (left.get(name) ?? 0) > 0) : undefined,
      due: (_, publisher) => ((left.get(publisher) ?? 0) > 0 ? [publisher as ActionId] : []),
    },
    shares,
  );
  /** Whose turn it is, so many times. */
  const take = (times: number): string[] => {
    const order: string[] = [];
    for (let time = 0; time < times; time++) {
      const publisher = turns.next(0, NOTHING);
      if (publisher === undefined) break;
      left.set(publisher, (left.get(publisher) ?? 0) - 1);
      order.push(publisher);
    }
    return order;
  };
  return { take };
}

const countOf = (order: readonly string[], name: string) => order.filter((one) => one === name).length;
const named = (count: number, name: string, each: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${name} ${String(index).padStart(5, "0")}`, each]),
  );

test.each([
  [4, 1],
  [2, 1],
  [3, 1.5],
  [1, 0.25],
  [1, 0.5],
])("two with a backlog have turns as their shares are: %d to %d", (more, less) => {
  const order = backlog({ more: 10_000, less: 10_000 }, (name) => (name === "more" ? more : less)).take(
    1_000,
  );
  expect(countOf(order, "more") / countOf(order, "less")).toBeGreaterThan((more / less) * 0.9);
  expect(countOf(order, "more") / countOf(order, "less")).toBeLessThan((more / less) * 1.1);
});

test.each(["a giver", "z giver"])("a flood of new keys does not shut out who gave: %s", (giver) => {
  const order = backlog({ ...named(2_000, "key", 50), [giver]: 500 }, (name) =>
    name === giver ? 4 : 1,
  ).take(1_000);
  // Found among two thousand within some turns, and from then on one turn of five.
  expect(countOf(order, giver)).toBeGreaterThan(150);
  expect(countOf(order.slice(-500), giver)).toBeGreaterThanOrEqual(100);
});

test("a flood by those who gave does not shut out newcomers", () => {
  const order = backlog({ ...named(500, "giver", 50), newcomer: 500 }, (name) =>
    name === "newcomer" ? 1 : 4,
  ).take(1_000);
  expect(countOf(order.slice(-500), "newcomer")).toBeGreaterThanOrEqual(95);
});

test("where only those wait who have less than a turn, they are served all the same, and in turn", () => {
  const order = backlog({ ...named(5, "taker", 4) }, () => 0.25).take(100);
  expect(order).toHaveLength(20);
  for (let name = 0; name < 5; name++) {
    expect(countOf(order, `taker 0000${name}`)).toBe(4);
    expect(countOf(order.slice(0, 10), `taker 0000${name}`)).toBeGreaterThan(0);
  }
});

test("what somebody here asked for is served publisher by publisher, whoever published it", () => {
  const order = backlog({ giver: 100, taker: 100 }, (name) => (name === "giver" ? 4 : 0.25), "asked").take(
    20,
  );
  expect(countOf(order, "taker")).toBe(10);
});

test("whatever the shares, everything that waits gets its turn, once", () => {
  const publishers = fc.array(
    fc.record({
      count: fc.integer({ min: 1, max: 6 }),
      share: fc.double({ min: 0.25, max: 4, noNaN: true }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(publishers, (some) => {
      const counts = Object.fromEntries(some.map(({ count }, index) => [`peer ${index}`, count]));
      const shares = new Map(some.map(({ share }, index) => [`peer ${index}`, share]));
      const order = backlog(counts, (name) => shares.get(name) ?? 1).take(1_000);
      for (const [name, count] of Object.entries(counts)) expect(countOf(order, name)).toBe(count);
    }),
  );
});
