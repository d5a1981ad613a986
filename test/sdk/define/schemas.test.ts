import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type DefinedAction, defineAction, type Json } from "action-collective";
import { type } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";

const about = {
  name: "repeatText",
  description: "Repeats a text.",
  licence: "MIT",
} as const;
const examples = [
  { input: { text: "a", times: 2 }, output: { text: "aa" } },
  { input: { text: "ab", times: 1 }, output: { text: "ab" } },
  { input: { text: "ab", times: 0 }, output: { text: "" } },
] as const;
type Input = { text: string; times: number };
type Output = { text: string };

const wantedInput = {
  type: "object",
  properties: { text: { type: "string" }, times: expect.objectContaining({ type: "number" }) },
  required: ["text", "times"],
};

function inputOf(action: Pick<DefinedAction<never, unknown>, "definition">): Json | undefined {
  return action.definition.input;
}

describe("defineAction takes types and JSON Schema from", () => {
  it("zod", async () => {
    const action = defineAction({
      ...about,
      input: z.object({ text: z.string(), times: z.number().min(0) }),
      output: z.object({ text: z.string() }),
      run: (input) => {
        input satisfies Input;
        return { text: input.text.repeat(input.times) };
      },
      examples,
    });
    expectTypeOf(action.run).parameter(0).toEqualTypeOf<Input>();
    expectTypeOf(action.run).returns.resolves.toEqualTypeOf<Output>();
    expect(inputOf(action)).toEqual(wantedInput);
    expect(await action.run({ text: "ab", times: 2 })).toEqual({ text: "abab" });
    await expect(action.run({ text: "ab", times: -2 })).rejects.toMatchObject({
      code: "input-invalid",
      details: [expect.stringMatching(/^times: .*>=0/)],
    });
  });

  it("valibot, wrapped", async () => {
    const action = defineAction({
      ...about,
      input: toStandardJsonSchema(v.object({ text: v.string(), times: v.number() })),
      output: toStandardJsonSchema(v.object({ text: v.string() })),
      run: async (input) => {
        input satisfies Input;
        return { text: input.text.repeat(input.times) };
      },
      examples,
    });
    expectTypeOf(action.run).returns.resolves.toEqualTypeOf<Output>();
    expect(inputOf(action)).toEqual(wantedInput);
    expect(await action.run({ text: "x", times: 3 })).toEqual({ text: "xxx" });
  });

  it("arktype", async () => {
    const action = defineAction({
      ...about,
      input: type({ text: "string", times: "number" }),
      output: type({ text: "string" }),
      run: (input) => {
        input satisfies Input;
        return { text: input.text.repeat(input.times) };
      },
      examples,
    });
    expect(inputOf(action)).toEqual(wantedInput);
    expect(await action.run({ text: "x", times: 3 })).toEqual({ text: "xxx" });
    // @ts-expect-error a text is wanted
    await expect(action.run({ text: 1, times: 3 })).rejects.toMatchObject({ code: "input-invalid" });
  });

  it("TypeBox", async () => {
    const action = defineAction({
      ...about,
      input: Type.Object({ text: Type.String(), times: Type.Number() }),
      output: Type.Object({ text: Type.String() }),
      run: (input) => {
        input satisfies Input;
        return { text: input.text.repeat(input.times) };
      },
      examples,
    });
    expectTypeOf(action.run).returns.resolves.toEqualTypeOf<Output>();
    expect(inputOf(action)).toEqual(wantedInput);
    expect(await action.run({ text: "x", times: 3 })).toEqual({ text: "xxx" });
    const rich = Type.Object({
      kind: Type.Union([Type.Literal("a"), Type.Literal(2)]),
      list: Type.Array(Type.Object({ n: Type.Integer() })),
      by: Type.Record(Type.String(), Type.Boolean()),
      maybe: Type.Optional(Type.Null()),
    });
    const wide = defineAction({ ...about, input: rich, output: Type.String(), run: ({ kind }) => `${kind}` });
    expectTypeOf(wide.run).parameter(0).toEqualTypeOf<{
      kind: "a" | 2;
      list: { n: number }[];
      by: Record<string, boolean>;
      maybe?: null;
    }>();
  });

  it("plain JSON Schema, written as a literal or not", async () => {
    const action = defineAction({
      ...about,
      input: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: { text: { type: "string" }, times: { type: "number" } },
        required: ["text", "times"],
      },
      output: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      run: (input) => {
        input satisfies Input;
        return { text: input.text.repeat(input.times) };
      },
      examples,
    });
    expect(inputOf(action)).toEqual(wantedInput);
    expect(await action.run({ text: "x", times: 3 })).toEqual({ text: "xxx" });
    const loose: { [keyword: string]: Json } = { type: "array" };
    const wide = defineAction({ ...about, input: loose, output: true, run: (input) => input });
    expectTypeOf(wide.run).parameter(0).toEqualTypeOf<Json>();
    expect(await wide.run([1])).toEqual([1]);
    const listed = defineAction({
      ...about,
      input: { enum: ["up", "down"] },
      output: { type: ["string", "null"] },
      run: (way) => (way === "up" ? way : null),
    });
    expectTypeOf(listed.run).parameter(0).toEqualTypeOf<"up" | "down">();
    expectTypeOf(listed.run).returns.resolves.toEqualTypeOf<string | null>();
  });
});

describe("schemas that do not fit", () => {
  const problemsOf = (input: object | undefined) =>
    defineAction({
      ...about,
      input: input as object,
      output: { type: "string" },
      run: () => "",
      examples: [1, 2, 3].map(() => ({ input: 1, output: "" })) as never,
    }).problems();

  it("have a way out each", () => {
    expect(problemsOf({ type: "number" })).toEqual([]);
    expect(problemsOf(undefined)).toEqual([expect.stringMatching(/^input: no schema; give a zod/)]);
    expect(problemsOf(v.object({ n: v.number() }))).toEqual([
      "input: this valibot schema cannot say its JSON Schema; wrap it in toStandardJsonSchema of @valibot/to-json-schema, or write one",
    ]);
    expect(problemsOf(z.object({ when: z.date() }))).toEqual([
      expect.stringMatching(/^input: zod cannot turn it into a JSON Schema: Date .*Use only what JSON has$/),
    ]);
    expect(problemsOf({ $schema: "http://json-schema.org/draft-07/schema#", type: "number" })).toEqual([
      expect.stringMatching(/^input: "\$schema" is "http:.*2020-12/),
    ]);
    expect(problemsOf({ $id: "https://example.org/x", type: "number" })).toEqual([
      "input.$id is not allowed",
    ]);
    const cyclic: Record<string, unknown> = {};
    cyclic.properties = cyclic;
    expect(problemsOf(cyclic)).toEqual([expect.stringContaining("no JSON Schema")]);
    expect(problemsOf({ type: "string", description: "x".repeat(7_000) })).toEqual([
      "input.description is longer than 6144 characters",
    ]);
  });

  it("say so when what is given for them throws", () => {
    const hostile = {
      "~standard": {
        vendor: "nobody",
        validate: () => ({}),
        jsonSchema: {
          input: () => {
            throw new Error("no such target");
          },
        },
      },
    };
    expect(problemsOf(hostile)).toEqual([expect.stringContaining("nobody cannot turn it")]);
  });
});
