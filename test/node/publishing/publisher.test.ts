import { buildBundle } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Publisher, type PublisherParts } from "../../../node/src/publishing/publisher.ts";
import type { Report } from "../../../node/src/verification/report.ts";
import { DOUBLE } from "../uses/using.ts";

const definition = (n: number, uses: string[] = []) => ({
  name: "addition",
  description: `Adds ${n}.`,
  input: { type: "number" },
  output: { type: "number" },
  licence: "MIT",
  language: "javascript",
  code: `export default (input) => input + ${n};`,
  cases: [1, 2, 3].map((input) => ({ input, output: input + n })),
  uses,
});

/** A publisher whose unit tests are counted instead of run. */
function counting(outcome: "pass" | "fail") {
  const seen = { judged: 0, now: 0 };
  const catalogue = new Catalogue(":memory:");
  const parts = {
    analysis: { secrets: async () => [] },
    refuseFindings: [],
    schemas: { compile: async () => undefined },
    verification: {
      judge: async () => {
        seen.judged++;
        return { outcome, findings: [] };
      },
    },
    catalogue,
    clock: () => seen.now,
  } as unknown as PublisherParts;
  return { seen, catalogue, publisher: new Publisher(parts), signal: new AbortController().signal };
}

test("what passed a moment ago is not tested again, until it is no moment any more", async () => {
  const { seen, publisher, signal } = counting("pass");
  const first = await publisher.examine(definition(1), signal);
  expect((await publisher.examine(definition(1), signal)).report).toBe(first.report);
  expect(seen.judged).toBe(1);
  await publisher.examine(definition(2), signal);
  expect(seen.judged).toBe(2);
  seen.now += 11 * 60_000;
  await publisher.examine(definition(1), signal);
  expect(seen.judged).toBe(3);
});

test("a failed test is run each time", async () => {
  const failing = counting("fail");
  for (let i = 0; i < 2; i++) await failing.publisher.examine(definition(1), failing.signal);
  expect(failing.seen.judged).toBe(2);
});

test("one that uses others is run again unless each of them has passed still", async () => {
  const { seen, catalogue, publisher, signal } = counting("pass");
  const examine = () => publisher.examine(definition(1, [DOUBLE.id]), signal);
  const stands = (standing: "passed" | "pending" | "failed") =>
    catalogue.actions.change(DOUBLE.id, { standing, reason: "so", attempts: 0, due: 0 });
  await examine();
  // It is not known here.
  await examine();
  expect(seen.judged).toBe(2);
  catalogue.actions.add(DOUBLE, "library", 1);
  await examine();
  expect(seen.judged).toBe(3);
  stands("passed");
  await examine();
  expect(seen.judged).toBe(3);
  for (const standing of ["failed", "pending"] as const) {
    stands(standing);
    await examine();
  }
  expect(seen.judged).toBe(5);
});

test("it remembers a few only", async () => {
  const { seen, publisher, signal } = counting("pass");
  for (let n = 0; n < 17; n++) await publisher.examine(definition(n), signal);
  await publisher.examine(definition(16), signal);
  expect(seen.judged).toBe(17);
  await publisher.examine(definition(0), signal);
  expect(seen.judged).toBe(18);
});

test("what is kept unpublished has a bound, and what is known already is kept again", async () => {
  const put: string[] = [];
  const parts = (known: boolean) =>
    ({
      catalogue: {
        actions: { get: () => (known ? {} : undefined), locals: () => 10_000, add: () => false },
        transaction: (work: () => unknown) => work(),
      },
      bundles: { put: async ({ id }: { id: string }) => put.push(id) },
      verification: { settle: () => [] },
      clock: () => 0,
    }) as unknown as PublisherParts;
  const bundle = buildBundle(definition(1));
  const report = { outcome: "pass" } as Report;
  await expect(new Publisher(parts(false)).keep({ bundle, report })).rejects.toMatchObject({
    code: "limit-exceeded",
  });
  expect(put).toEqual([]);
  await new Publisher(parts(true)).keep({ bundle, report });
  expect(put).toEqual([bundle.id]);
});
