import { expect, test } from "vitest";
import { decideRun, mayOffer } from "../../../node/src/policy/policy.ts";

test("a pure action runs without asking", () => {
  expect(decideRun({}, { allowNet: [] })).toEqual({ allowed: true, net: [] });
});

test("the network is granted host by host, and only what was asked for", () => {
  const wants = { net: ["api.example.org:443"] };
  expect(decideRun(wants, { allowNet: [] })).toMatchObject({
    allowed: false,
    remedy: expect.stringContaining("--allow-net"),
  });
  expect(decideRun(wants, { allowNet: ["api.example.org"] })).toEqual({ allowed: true, net: wants.net });
  expect(decideRun(wants, { allowNet: ["api.example.org:80"] }).allowed).toBe(false);
  expect(decideRun({ net: ["a.org", "b.org"] }, { allowNet: ["a.org"] }).allowed).toBe(false);
  expect(decideRun({ net: ["example.org.evil.net"] }, { allowNet: ["example.org"] }).allowed).toBe(false);
});

test("secrets are never granted", () => {
  expect(decideRun({ secrets: ["API_TOKEN"] }, { allowNet: ["a.org"] }).allowed).toBe(false);
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
