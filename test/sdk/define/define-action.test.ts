import { limits } from "@action-collective/protocol";
import {
  type AccessQuestion,
  defineAction,
  IncompleteActionError,
  NotRunnableHereError,
} from "action-collective";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";

const numbers = { input: z.object({ n: z.number() }), output: z.number() };
const about = { name: "double", description: "Doubles a number.", licence: "MIT" };
const examples = [1, 2, 3].map((n) => ({ input: { n }, output: 2 * n }));

describe("an action defined in a program", () => {
  it("is what a peer is given", () => {
    const double = defineAction({
      ...about,
      ...numbers,
      useWhen: ["twice as much"],
      tags: ["arithmetic"],
      run: ({ n }) => n * 2,
      examples: [...examples.slice(1), { input: { n: "x" }, error: "number" }],
    });
    expect(double.problems()).toEqual([]);
    expect(double.definition).toEqual({
      name: "double",
      description: "Doubles a number.",
      useWhen: ["twice as much"],
      tags: ["arithmetic"],
      licence: "MIT",
      permissions: {},
      uses: [],
      input: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
      output: { type: "number" },
      language: "javascript",
      code: expect.stringMatching(/^export default \(\{ ?n ?\}\) => n \* 2;\n$/),
      cases: [...examples.slice(1), { input: { n: "x" }, error: "number" }],
    });
  });

  it("says all that is missing at once, and runs meanwhile", async () => {
    const outside = 1;
    const half = defineAction({
      ...numbers,
      name: "1half",
      run: ({ n }: { n: number }) => n / 2 + outside,
    } as never);
    expect(half.problems()).toEqual([
      expect.stringContaining("run: it uses outside, which is defined outside of it"),
      expect.stringMatching(/^name: must begin with a letter/),
      expect.stringContaining("description: it has none"),
      expect.stringContaining('licence: it has none; say under which others may use it, such as "MIT"'),
      expect.stringContaining("examples: 0 given; give at least 3"),
    ]);
    expect(() => half.definition).toThrow(IncompleteActionError);
    expect(() => half.definition).toThrow(/The action 1half is not complete:\n {2}- run: it uses outside/);
    expect(await half.run({ n: 4 } as never)).toBe(3);
  });

  it("wants fewer examples beside a test, and names a wrong one", () => {
    const test = 'import { test } from "action-collective/test";\n';
    const tested = defineAction({ ...about, ...numbers, run: ({ n }) => n, test });
    expect(tested.problems()).toEqual([]);
    const wrong = [{ input: { n: 1 }, output: 1, tolerance: 2 }];
    const named = defineAction({ ...about, ...numbers, run: ({ n }) => n, test, examples: wrong });
    expect(named.problems()).toEqual([expect.stringMatching(/^examples\.0\.tolerance: Too big/)]);
  });

  it("counts its bytes, as whoever is sent it will", () => {
    const large = examples.map(({ output }) => ({
      input: { n: output / 2, note: "x".repeat(5_000) },
      output,
    }));
    const bulky = defineAction({ ...about, ...numbers, run: ({ n }) => n * 2, examples: large });
    expect(bulky.problems()).toEqual([expect.stringMatching(/^The manifest has \d+ bytes; at most 12288/)]);
    const code = `export default () => 1; //${"x".repeat(limits.codeBytes)}`;
    const long = defineAction({ ...about, ...numbers, code, examples });
    expect(long.problems()).toEqual([expect.stringMatching(/^The code has \d+ bytes; at most 65536/)]);
  });

  it("takes examples as they would be sent", () => {
    const action = defineAction({
      ...about,
      input: z.object({ n: z.number(), by: z.number().optional() }),
      output: z.number(),
      run: ({ n, by = 2 }) => n * by,
      examples: [1, 2, 3].map((n) => ({ input: { n, by: undefined }, output: 2 * n })),
    });
    expect(action.problems()).toEqual([]);
    expect(action.definition.cases).toEqual([1, 2, 3].map((n) => ({ input: { n }, output: 2 * n })));
  });

  it("takes a whole module as it is", async () => {
    const code = "const twice = 2;\nexport default ({ n }: { n: number }): number => n * twice;\n";
    const double = defineAction({ ...about, ...numbers, code, examples });
    expect(double.definition).toMatchObject({ code, language: "typescript" });
    await expect(double.run({ n: 1 })).rejects.toBeInstanceOf(NotRunnableHereError);
    expect(
      defineAction({ ...about, ...numbers, code, language: "javascript", examples }).definition,
    ).toMatchObject({
      language: "javascript",
    });
  });

  it("types its examples and its run by its schemas", () => {
    defineAction({
      ...about,
      ...numbers,
      // @ts-expect-error a number is wanted
      run: ({ n }) => `${n}`,
      // @ts-expect-error no such output
      examples: [{ input: { n: 1 }, output: "2" }],
    });
    const double = defineAction({ ...about, ...numbers, run: ({ n }) => n });
    expectTypeOf(double.run).parameter(0).toEqualTypeOf<{ n: number }>();
  });
});

describe("a local run", () => {
  it("goes through JSON, both ways", async () => {
    const seen: unknown[] = [];
    const echo = defineAction({
      ...about,
      input: {},
      output: {},
      run: (input) => {
        seen.push(input);
        return { when: new Date(0), left: undefined } as never;
      },
    });
    const given = { at: new Date(0), none: undefined };
    expect(await echo.run(given as never)).toEqual({ when: "1970-01-01T00:00:00.000Z" });
    expect(seen).toEqual([{ at: "1970-01-01T00:00:00.000Z" }]);
    await expect(echo.run(1n as never)).rejects.toMatchObject({ code: "input-invalid" });
    const nothing = defineAction({ ...about, input: {}, output: {}, run: () => undefined as never });
    await expect(nothing.run(1)).rejects.toMatchObject({ code: "output-invalid" });
  });

  it("checks what comes out, and passes on what is thrown", async () => {
    const wrong = defineAction({ ...about, ...numbers, run: () => "no" as never });
    await expect(wrong.run({ n: 1 })).rejects.toMatchObject({ code: "output-invalid" });
    const throwing = defineAction({
      ...about,
      ...numbers,
      run: () => {
        throw new RangeError("too much");
      },
    });
    await expect(throwing.run({ n: 1 })).rejects.toThrow(new RangeError("too much"));
  });

  it("fills in nothing and transforms nothing, as no peer does", async () => {
    const seen: unknown[] = [];
    const action = defineAction({
      ...about,
      input: z.object({ n: z.number().default(5) }),
      output: z.number(),
      run: ({ n }) => {
        expectTypeOf(n).toEqualTypeOf<number | undefined>();
        seen.push(n);
        return n ?? 7;
      },
    });
    expect(await action.run({})).toBe(7);
    expect(seen).toEqual([undefined]);
  });

  it("has secrets and other actions where they are given", async () => {
    const action = defineAction({
      ...about,
      input: { type: "string" },
      output: {},
      run: async (id, { secrets, call }) => [secrets.API_TOKEN ?? null, await call(id, 1)],
    });
    const secrets = { API_TOKEN: "t" };
    expect(await action.run("x", { secrets, call: async (id, input) => [id, input] })).toEqual([
      "t",
      ["x", 1],
    ]);
    await expect(action.run("x")).rejects.toThrow('Nothing answers context.call("x")');
  });
});

describe("access", () => {
  const withAccess = (access: "permitted" | "denied" | "requested", run = ({ n }: { n: number }) => n) =>
    defineAction({ ...about, ...numbers, access, run, examples });

  it("is no part of what is published", () => {
    expect(withAccess("denied").definition).not.toHaveProperty("access");
    expect(withAccess("denied").access).toBe("denied");
    expect(defineAction({ ...about, ...numbers, run: ({ n }) => n }).access).toBe("permitted");
  });

  it("denied: never runs", async () => {
    let ran = false;
    const denied = withAccess("denied", ({ n }) => {
      ran = true;
      return n;
    });
    await expect(denied.run({ n: 1 }, { approve: () => true })).rejects.toMatchObject({
      code: "refused-by-policy",
    });
    expect(ran).toBe(false);
  });

  it("requested: asks before each run, with the input, and takes nothing but a yes", async () => {
    const asked: AccessQuestion[] = [];
    const requested = withAccess("requested");
    const approve = (question: AccessQuestion) => {
      asked.push(question);
      return asked.length < 3;
    };
    expect(await requested.run({ n: 1 }, { approve })).toBe(1);
    expect(await requested.run({ n: 2 }, { approve })).toBe(2);
    await expect(requested.run({ n: 3 }, { approve })).rejects.toMatchObject({
      code: "approval-needed",
      message: "Nobody agreed to running double",
    });
    expect(asked).toEqual([1, 2, 3].map((n) => ({ name: "double", input: { n } })));
    await expect(requested.run({ n: 1 })).rejects.toMatchObject({
      code: "approval-needed",
      remedy: expect.stringContaining("approve"),
    });
    await expect(requested.run({ n: 1 }, { approve: () => "yes" as never })).rejects.toMatchObject({
      code: "approval-needed",
    });
    // Nobody is asked about what could not run anyway.
    await expect(requested.run({ n: "x" as never }, { approve })).rejects.toMatchObject({
      code: "input-invalid",
    });
    expect(asked).toHaveLength(3);
  });
});
