import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const versions = ["0.1.0", "1.0.0", "1.0.1", "1.2.0", "1.2.3", "1.10.0", "2.0.0", "2.1.0", "10.0.0"];

test("sorting any order gives the same", async () => {
  const turned = [...versions.slice(4), ...versions.slice(0, 4).reverse()];
  assertEquals((await action({ versions: turned })).sorted, versions);
});

test("a bound and its opposite share the versions out", async () => {
  for (const bound of ["1", "1.2", "1.2.3", "2.0.0", "0.0.1"]) {
    for (const [one, other] of [
      [">=", "<"],
      [">", "<="],
    ]) {
      const above = (await action({ versions, range: `${one}${bound}` })).matching ?? [];
      const below = (await action({ versions, range: `${other}${bound}` })).matching ?? [];
      assertEquals([...below, ...above], versions, `${one} ${bound}`);
    }
  }
});

test("spellings of one range find the same", async () => {
  for (const [one, other] of [
    ["^1.2.3", ">=1.2.3 <2.0.0-0"],
    ["~1.2", "1.2.x"],
    ["1.2.3 - 2", ">=1.2.3 <3"],
    ["1 || 2", ">=1.0.0, <3.0.0"],
    ["v1.2.3", "=1.2.3"],
  ])
    assertEquals(
      (await action({ versions, range: one ?? "" })).matching,
      (await action({ versions, range: other ?? "" })).matching,
      `${one}`,
    );
});
