import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

const left = Array.from({ length: 12 }, (_, index) => ({ key: index % 5, a: index }));
const right = Array.from({ length: 9 }, (_, index) => ({ key: (index % 4) + 2, b: index }));
const keys = [{ left: "key" }];

test("the inner join holds exactly the pairs with equal keys", async () => {
  const pairs = left.flatMap((one) =>
    right.filter(({ key }) => key === one.key).map((two) => ({ ...one, ...two })),
  );
  assertEquals((await action({ left, right, keys })).rows, pairs);
});

test("the kinds differ by the rows without a partner only", async () => {
  const inner = await action({ left, right, keys });
  for (const [kind, more] of [
    ["left", inner.unmatchedLeft],
    ["right", inner.unmatchedRight],
    ["full", inner.unmatchedLeft + inner.unmatchedRight],
  ] as const) {
    const joined = await action({ left, right, keys, kind });
    assertEquals(joined.rows.length, inner.rows.length + more, kind);
    assertEquals(
      joined.rows.filter(({ a, b }) => a !== null && b !== null),
      inner.rows,
      kind,
    );
  }
});

test("a join that would explode is refused", async () => {
  const many = (count: number) => Array.from({ length: count }, () => ({ k: 1 }));
  const few = await action({ left: many(50), right: many(40), keys: [{ left: "k" }] });
  assertEquals(few.rows.length, 2_000);
  await assertRejects(
    () => action({ left: many(251), right: many(400), keys: [{ left: "k" }] }),
    "more than",
  );
});
