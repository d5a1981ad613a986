import type { ActionId, Bundle } from "@action-collective/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Keeper, MOST_KEPT } from "../../../node/src/seeding/keeper.ts";
import { bundleOf } from "../../helpers/records.ts";

const [ONE, OTHER] = ["/one/collective.lock", "/other/collective.lock"];
const part = bundleOf({ name: "part" });
const whole = bundleOf({ name: "whole", uses: [part.id] });
const alone = bundleOf({ name: "alone" });
const bundles = new Map<ActionId, Bundle>([part, whole, alone].map((bundle) => [bundle.id, bundle]));

let catalogue: Catalogue;
let keeper: Keeper;
let told: number;
beforeEach(() => {
  catalogue = new Catalogue(":memory:");
  told = 0;
  const keeping = (id: ActionId) => (catalogue.kept.isKept(id) ? "always" : "while-worth-it");
  keeper = new Keeper({
    catalogue,
    keeping,
    changed: () => {
      told += 1;
    },
    bundles: {
      load: async ({ id }) => bundles.get(id) ?? alone,
      keep: async ({ id }) =>
        catalogue.transaction(() => catalogue.holdings.hold(id, [{ block: id, bytes: 9 }], keeping(id), 1)),
    },
  });
  catalogue.transaction(() => {
    for (const bundle of bundles.values()) catalogue.actions.add(bundle, "network", 1);
  });
});
afterEach(() => catalogue.close());

const keep = (id: ActionId, holder: string) => keeper.keep(id, holder, AbortSignal.timeout(60_000));
const kept = () => [part, whole, alone].map(({ id }) => catalogue.holdings.isKept(id));

test("an action stays with all that it uses for as long as one lock file wants it", async () => {
  await keep(whole.id, ONE);
  await keep(whole.id, OTHER);
  await keep(part.id, OTHER);
  expect(kept()).toEqual([true, true, false]);
  expect(catalogue.kept.holders(whole.id)).toEqual([ONE, OTHER]);
  expect(catalogue.kept.holders(part.id)).toEqual([OTHER]);
  expect([...catalogue.kept.roots()]).toEqual([
    [ONE, [whole.id]],
    [OTHER, [part.id, whole.id].toSorted()],
  ]);
  keeper.release(whole.id, ONE);
  expect(kept()).toEqual([true, true, false]);
  keeper.release(whole.id, OTHER);
  expect(kept()).toEqual([true, false, false]);
  keeper.release(part.id, OTHER);
  expect(kept()).toEqual([false, false, false]);
  expect(told).toBe(3);
  expect(catalogue.kept.count()).toBe(0);
});

test("where no more can be kept, what is kept already still can, and the way out is said", async () => {
  await keep(whole.id, ONE);
  const crowd = Array.from({ length: MOST_KEPT - 3 }, (_, i) => `bafy${i}` as ActionId);
  catalogue.transaction(() => catalogue.kept.add(OTHER, crowd[0] as ActionId, crowd));
  expect(catalogue.kept.count()).toBe(MOST_KEPT - 1);
  await expect(keep(whole.id, OTHER)).rejects.toMatchObject({
    code: "limit-exceeded",
    remedy: expect.stringContaining("collective lock release"),
  });
  expect(catalogue.kept.holders(whole.id)).toEqual([ONE]);
  await keep(alone.id, ONE);
  await keep(whole.id, ONE);
  expect(kept()).toEqual([true, true, true]);
  expect(catalogue.kept.count()).toBe(MOST_KEPT);
});

test("what uses something unknown is not kept at all", async () => {
  const lost = bundleOf({ name: "lost", uses: [bundleOf({ name: "unheard" }).id] });
  catalogue.transaction(() => catalogue.actions.add(lost, "network", 1));
  await expect(keep(lost.id, ONE)).rejects.toMatchObject({ code: "not-found" });
  expect(catalogue.kept.count()).toBe(0);
});
