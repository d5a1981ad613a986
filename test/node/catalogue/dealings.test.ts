import { join } from "node:path";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Dealings } from "../../../node/src/catalogue/dealings.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

test("what was given and taken adds up, for each peer and for all, and survives a restart", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  const catalogue = new Catalogue(path);
  const { dealings } = catalogue;
  expect(dealings.get("a")).toEqual({ given: 0, taken: 0, putOff: 0 });
  expect(dealings.totals()).toEqual({ given: 0, taken: 0, putOff: 0 });
  dealings.add("a", { given: 5_000_000_000, taken: 10 }, 100);
  dealings.add("b", { taken: 7 }, 200);
  dealings.add("a", { given: 1, putOff: 2 }, 50);
  catalogue.close();

  const again = new Catalogue(path);
  expect(again.dealings.get("a")).toEqual({ given: 5_000_000_001, taken: 10, putOff: 2 });
  expect(again.dealings.top(1)).toEqual([
    { peer: "a", given: 5_000_000_001, taken: 10, putOff: 2, last: 100 },
  ]);
  expect(again.dealings.totals()).toEqual({ given: 5_000_000_001, taken: 17, putOff: 2 });
  again.close();
});

test("those who gave much are not forgotten for a row of new keys", () => {
  const catalogue = new Catalogue(":memory:");
  const dealings = new Dealings(catalogue.database, 3);
  dealings.add("giver", { taken: 2_000_000 }, 1);
  for (let key = 0; key < 10; key++) dealings.add(`key ${key}`, { taken: 10 }, 100 + key);
  expect(dealings.top(10).map(({ peer }) => peer)).toEqual(["giver", "key 8", "key 9"]);
  for (const peer of ["b", "c", "d"]) dealings.add(peer, { taken: 3_000_000 }, 200);
  expect(dealings.top(10).map(({ peer }) => peer)).toEqual(["b", "c", "d"]);
  catalogue.close();
});

test("when there are too many, the peer that was not dealt with for longest is forgotten", () => {
  const catalogue = new Catalogue(":memory:");
  const dealings = new Dealings(catalogue.database, 3);
  for (const [peer, now] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
    ["a", 4],
  ] as const)
    dealings.add(peer, { given: 1 }, now);
  // Even where the clock stands still or goes back, the newcomer is not the one to go.
  dealings.add("d", { given: 1 }, 0);
  expect(dealings.top(10).map(({ peer }) => peer)).toEqual(["a", "c", "d"]);
  expect(dealings.get("a").given).toBe(2);
  catalogue.close();
});
