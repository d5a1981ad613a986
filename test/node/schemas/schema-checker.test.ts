import { afterEach, expect, test } from "vitest";
import { WorkerSchemaChecker } from "../../../node/src/schemas/schema-checker.ts";

const checker = new WorkerSchemaChecker();
const stopped: WorkerSchemaChecker[] = [];
afterEach(async () => {
  for (const other of stopped.splice(0)) await other.stop();
});

test("says in one line what does not fit, and nothing when it fits", async () => {
  const schema = {
    type: "object",
    properties: { n: { type: "integer", minimum: 1 } },
    required: ["n"],
    additionalProperties: false,
  };
  expect(await checker.check(schema, { n: 3 })).toBeUndefined();
  expect(await checker.check(schema, { n: 0 })).toBe("$.n must be >= 1");
  expect(await checker.check(schema, {})).toContain("required property 'n'");
  expect(await checker.check(schema, { n: 1, extra: 2 })).toContain('"extra"');
  expect(await checker.check({ enum: ["a", "b"] }, "c")).toContain("(a, b)");
});

test("what is not a schema is an error with a code, and the next check works", async () => {
  await expect(checker.compile({ type: "nonsense" })).rejects.toMatchObject({ code: "invalid-schema" });
  await expect(checker.compile({ $ref: "https://example.org/other.json" })).rejects.toMatchObject({
    code: "invalid-schema",
  });
  await expect(checker.compile({ $ref: "#/$defs/missing" })).rejects.toMatchObject({
    code: "invalid-schema",
  });
  expect(await checker.check(true, 1)).toBeUndefined();
});

test("a pattern that explodes costs two seconds of a worker, not the event loop", async () => {
  const other = new WorkerSchemaChecker();
  stopped.push(other);
  let turns = 0;
  const beat = setInterval(() => turns++, 10);
  const bomb = other.check({ type: "string", pattern: "^(a+)+$" }, `${"a".repeat(40)}!`);
  await expect(bomb).rejects.toMatchObject({
    code: "invalid-schema",
    message: expect.stringContaining("2000 ms"),
  });
  clearInterval(beat);
  expect(turns).toBeGreaterThan(50);
  expect(await other.check({ type: "string" }, "fine")).toBeUndefined();
});

test("after stop it refuses", async () => {
  const other = new WorkerSchemaChecker();
  await other.check(true, 1);
  await other.stop();
  await expect(other.check(true, 1)).rejects.toMatchObject({ code: "stopping" });
});
