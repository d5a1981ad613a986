import type { Json } from "@action-collective/protocol";
import { expect, it } from "vitest";
import { rememberedChecks } from "../../../node/src/strength/remembered-checks.ts";

it("asks once about one value and one schema, and answers the same", async () => {
  const asked: Json[] = [];
  const checks = rememberedChecks({
    check: async (schema, value) => {
      asked.push([schema, value]);
      return value === 1 ? undefined : `no ${JSON.stringify(schema)}`;
    },
  });
  const [one, other] = [{ const: 1 }, { const: 1, title: "other" }];
  for (let round = 0; round < 2; round++) {
    expect(await checks.check(one, 1)).toBeUndefined();
    expect(await checks.check(one, "1")).toBe('no {"const":1}');
    expect(await checks.check(other, "1")).toContain("other");
  }
  expect(asked).toHaveLength(3);
});
