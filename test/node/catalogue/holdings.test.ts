import type { ActionId } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import type { Keeping } from "../../../node/src/catalogue/holdings.ts";

const idOf = (number: number) => `action ${number}` as ActionId;

/** Six actions; three of four blocks are shared by some. */
const blocksOf = (action: number) => [
  { block: `manifest ${action}`, bytes: 7 },
  { block: `code ${action % 3}`, bytes: 100 + (action % 3) },
];

const step = fc.record({
  action: fc.nat(5),
  what: fc.constantFrom("hold", "own", "release", "keep", "let go"),
});

test("what is counted along the way is what a count of every row gives: each block once, none that one's own needs", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const catalogue = new Catalogue(":memory:");
      const { holdings } = catalogue;
      const held = new Map<number, Keeping>();
      holdings.totals();
      for (const { action, what } of steps) {
        catalogue.transaction(() => {
          if (what === "hold") holdings.hold(idOf(action), blocksOf(action), "while-worth-it", 1);
          if (what === "own") holdings.hold(idOf(action), blocksOf(action), "always", 1);
          if (what === "release") holdings.release(idOf(action));
          if (what === "keep") holdings.keep(idOf(action), "always");
          if (what === "let go") holdings.keep(idOf(action), "while-worth-it");
        });
        if (what === "release") held.delete(action);
        else if (what === "hold" || what === "own" || held.has(action))
          held.set(action, what === "own" || what === "keep" ? "always" : "while-worth-it");
        const own = new Set(
          [...held]
            .filter(([, how]) => how === "always")
            .flatMap(([one]) => blocksOf(one).map((b) => b.block)),
        );
        const others = new Map(
          [...held]
            .flatMap(([one]) => blocksOf(one))
            .filter(({ block }) => !own.has(block))
            .map(({ block, bytes }) => [block, bytes]),
        );
        const bytes = [...others.values()].reduce((sum, size) => sum + size, 0);
        expect(holdings.totals().bytes).toBe(bytes);
        for (let one = 0; one < 6; one++) {
          expect(holdings.holds(idOf(one))).toBe(held.has(one));
          expect(holdings.isKept(idOf(one))).toBe(held.get(one) === "always");
          expect(holdings.needs(`code ${one % 3}`)).toBe([...held.keys()].some((id) => id % 3 === one % 3));
        }
      }
      const { bytes } = holdings.totals();
      holdings.rolledBack();
      expect(holdings.totals().bytes).toBe(bytes);
      catalogue.close();
    }),
    { numRuns: 50 },
  );
});

test("a change that is undone is not counted either", () => {
  const catalogue = new Catalogue(":memory:");
  const { holdings } = catalogue;
  holdings.hold(idOf(0), blocksOf(0), "while-worth-it", 1);
  expect(holdings.totals().bytes).toBe(107);
  const undone = () =>
    catalogue.transaction(() => {
      holdings.keep(idOf(0), "always");
      throw new Error("the disk is full");
    });
  expect(undone).toThrow("the disk is full");
  expect(holdings.totals()).toMatchObject({ bytes: 107, actions: 1, kept: 0 });
  catalogue.close();
});

test("what would go alone with an action is what nothing else needs", () => {
  const catalogue = new Catalogue(":memory:");
  const { holdings } = catalogue;
  for (const action of [0, 3]) holdings.hold(idOf(action), blocksOf(action), "while-worth-it", 5);
  expect(holdings.alone(idOf(0))).toEqual(["manifest 0"]);
  expect(holdings.lowest(10)).toMatchObject([
    { id: idOf(0), since: 5, bytes: 107, keeping: "while-worth-it" },
    { id: idOf(3), blocks: expect.arrayContaining([{ block: "code 0", bytes: 100, sharers: 2 }]) },
  ]);
  holdings.release(idOf(3));
  expect(holdings.alone(idOf(0)).toSorted()).toEqual(["code 0", "manifest 0"]);
  catalogue.close();
});
