import { expect, test } from "vitest";
import { decideRun, mayOffer, withheldInVerification } from "../../../node/src/policy/policy.ts";

test("a pure action runs without asking", () => {
  expect(decideRun({}, { allowNet: [] })).toEqual({ allowed: true, net: [], secrets: [] });
});

test("the network is granted host by host, and only what was asked for", () => {
  const wants = { net: ["api.example.org:443"] };
  expect(decideRun(wants, { allowNet: [] })).toMatchObject({
    allowed: false,
    remedy: expect.stringContaining("--allow-net"),
  });
  expect(decideRun(wants, { allowNet: ["api.example.org"] })).toMatchObject({
    allowed: true,
    net: wants.net,
  });
  expect(decideRun(wants, { allowNet: ["api.example.org:80"] }).allowed).toBe(false);
  expect(decideRun({ net: ["a.org", "b.org"] }, { allowNet: ["a.org"] }).allowed).toBe(false);
  expect(decideRun({ net: ["example.org.evil.net"] }, { allowNet: ["example.org"] }).allowed).toBe(false);
});

test("secrets are granted by name, all of them or none", () => {
  const wants = { secrets: ["API_TOKEN", "OTHER"] };
  expect(decideRun(wants, { allowNet: [] }, ["API_TOKEN", "OTHER", "UNASKED"])).toMatchObject({
    allowed: true,
    secrets: wants.secrets,
  });
  expect(decideRun(wants, { allowNet: [] }, ["API_TOKEN"])).toMatchObject({
    allowed: false,
    why: "it asks for secrets (OTHER) that it was not given",
    remedy: expect.stringContaining("secrets.json"),
  });
  expect(decideRun(wants, { allowNet: ["a.org"] }).allowed).toBe(false);
});

test("verification says what it withheld", () => {
  expect(withheldInVerification({})).toBeUndefined();
  expect(withheldInVerification({ net: ["a.org"], secrets: ["API_TOKEN"] })).toBe(
    "verification grants no permission (it asks for a.org, API_TOKEN), so a test must pass without",
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
