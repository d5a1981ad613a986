import { expect, test } from "vitest";
import { mayOffer, withheldInVerification } from "../../../node/src/policy/policy.ts";

test("verification says what it withheld", () => {
  expect(withheldInVerification({})).toBeUndefined();
  expect(withheldInVerification({ net: ["a.org"], secrets: ["API_TOKEN"] })).toBe(
    "verification grants no permission (it asks for a.org, API_TOKEN), so a test must pass without, or its cases say what the network answers (fetches)",
  );
});

test("what failed here is not offered; what was not tried is, unless only verified actions are wanted", () => {
  expect(
    ["passed", "pending", "unknown", "failed"].map((standing) => mayOffer(standing as "passed", false)),
  ).toEqual([true, true, true, false]);
  expect(
    ["passed", "pending", "unknown", "failed"].map((standing) => mayOffer(standing as "passed", true)),
  ).toEqual([true, false, false, false]);
  expect(mayOffer(undefined, false)).toBe(false);
});
