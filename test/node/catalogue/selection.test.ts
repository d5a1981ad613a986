import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ActionId, Filters } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { bundleOf, peerOf, publicationOf, recordOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

/** All ids that a walk over the pages gives. */
function idsOf(catalogue: Catalogue, filters: Filters, most: number): ActionId[] | undefined {
  const pages = catalogue.selection.narrowest(filters, most);
  return pages && [...pages].flatMap((numbers) => catalogue.selection.fitting(numbers, filters));
}

function add(catalogue: Catalogue, n: number, tags: string[], licence = "MIT") {
  const bundle = bundleOf({ name: `a${n}`, tags, licence });
  catalogue.actions.add(bundle, "network", n);
  catalogue.records.put(publicationOf(bundle, 1 + (n % 2)), n);
  return bundle;
}

test("walks the condition with the fewest actions, over as many pages as it takes, and gives those that pass all", () => {
  const catalogue = new Catalogue(":memory:");
  const bundles = Array.from({ length: 600 }, (_, n) =>
    add(catalogue, n, n % 100 === 0 ? ["rare", "common"] : ["common"], n === 300 ? "GPL-3.0-only" : "MIT"),
  );
  const rare = bundles.filter((_, n) => n % 100 === 0).map(({ id }) => id);
  expect(idsOf(catalogue, { tags: ["common", "rare"] }, 50)?.toSorted()).toEqual(rare.toSorted());
  expect(idsOf(catalogue, { tags: ["rare"], licences: ["gpl-3.0-ONLY"] }, 50)).toEqual([bundles[300]?.id]);
  expect(idsOf(catalogue, { tags: ["common"] }, 50)).toBeUndefined();
  expect(idsOf(catalogue, { tags: ["common"] }, 600)).toHaveLength(600);
  expect(idsOf(catalogue, {}, 600)).toBeUndefined();
  expect(idsOf(catalogue, { authors: [peerOf(1)], tags: ["rare"] }, 50)).toHaveLength(6);
  expect(idsOf(catalogue, { authors: [peerOf(2)] }, 300)).toHaveLength(300);
  expect(idsOf(catalogue, { seenAfter: 590 }, 50)).toHaveLength(10);
  expect(idsOf(catalogue, { seenAfter: 590, seenBefore: 595, permissions: [] }, 50)).toHaveLength(5);
  const all = [...catalogue.selection.everything()].flatMap((numbers) =>
    catalogue.selection.fitting(numbers, {}),
  );
  expect(new Set(all)).toEqual(new Set(bundles.map(({ id }) => id)));
  catalogue.close();
});

test("what failed here never passes, what did not pass only where that was not asked for", () => {
  const catalogue = new Catalogue(":memory:");
  const [passed, failed] = [1, 2, 3].map((n) => add(catalogue, n, ["x"]).id);
  for (const [id, standing] of [
    [passed, "passed"],
    [failed, "failed"],
  ] as const)
    if (id !== undefined) catalogue.actions.change(id, { standing, reason: "", attempts: 0, due: 0 });
  expect(idsOf(catalogue, { tags: ["x"] }, 9)).toHaveLength(2);
  expect(idsOf(catalogue, { verified: true }, 9)).toEqual([passed]);
  catalogue.close();
});

test("knows who publishes an action now", () => {
  const catalogue = new Catalogue(":memory:");
  const bundle = add(catalogue, 1, []);
  const { selection } = catalogue;
  expect([selection.publishes(peerOf(2), bundle.id), selection.publishes(peerOf(1), bundle.id)]).toEqual([
    true,
    false,
  ]);
  catalogue.records.put(recordOf("withdrawal", bundle, 2, { upTo: 1, reason: "" }), 2);
  expect(selection.publishes(peerOf(2), bundle.id)).toBe(false);
  catalogue.close();
});

test("a catalogue from before there were facets is read in the end, and never gives too few meanwhile", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  const before = new Catalogue(path);
  before.transaction(() => {
    for (let n = 0; n < 250; n++) add(before, n, n === 7 ? ["rare"] : []);
  });
  before.close();
  const database = new DatabaseSync(path);
  database.exec("DELETE FROM facets; DELETE FROM facet_names; DELETE FROM meta WHERE key = 'facets-behind'");
  database.close();
  const catalogue = new Catalogue(path);
  add(catalogue, 999, ["rare"]);
  const rounds = [1, 2, 3].map(() => idsOf(catalogue, { tags: ["rare"] }, 50)?.length);
  expect(rounds).toEqual([undefined, undefined, 2]);
  catalogue.close();
  const again = new Catalogue(path);
  expect(idsOf(again, { tags: ["rare"] }, 50)).toHaveLength(2);
  again.close();
});
