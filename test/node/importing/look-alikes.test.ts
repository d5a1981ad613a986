import { CollectiveError, type Json, type Proof } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { alikeAmong } from "../../../node/src/importing/look-alikes.ts";
import type { MadeAction } from "../../../node/src/importing/make-actions.ts";
import { type Look, type Prove, proveActions } from "../../../node/src/importing/prove-actions.ts";

interface Given {
  readonly name: string;
  readonly called?: string;
  readonly code?: string;
  /** From an input's values to the output. */
  readonly cases?: readonly (readonly [readonly Json[], Json])[];
  readonly parameters?: readonly string[];
}

function made({ name, called = name, code = "", cases = [], parameters = ["a"] }: Given): MadeAction {
  const properties = Object.fromEntries(parameters.map((one) => [one, {}]));
  return {
    called,
    from: "index.ts",
    notes: [],
    definition: {
      name,
      description: `What ${name} does`,
      useWhen: [],
      input: { type: "object", properties },
      output: {},
      tags: [],
      licence: "MIT",
      permissions: {},
      cases: cases.map(([values, output]) => ({
        input: Object.fromEntries(values.map((value, at) => [parameters[at] ?? "", value])),
        output,
      })),
      uses: [],
      language: "javascript",
      code,
    },
  };
}

/** By name: the names of what is like it, and why. */
function alike(...actions: readonly Given[]) {
  const own = actions.map((one) => ({ ...made(one), id: one.name }));
  return Object.fromEntries(
    [...alikeAmong(own)].map(([id, others]) => [id, others.map((one) => `${one.name}: ${one.why}`)]),
  );
}

test("code that differs in names, layout and comments alone is the same", () => {
  expect(
    alike(
      {
        name: "head",
        code: "/** First. */\nfunction head(list) {\n  return list[0];\n}\nexport { head as default };",
      },
      { name: "first", code: "function first(all) { return all[0]; } export { first as default };" },
      { name: "second", code: "function second(all) { return all[1]; } export { second as default };" },
      { name: "length", code: "function f(all) { return all.length; } export { f as default };" },
      { name: "size", code: "function f(all) { return all.size; } export { f as default };" },
    ),
  ).toEqual({ head: ["first: same code"], first: ["head: same code"], second: [], length: [], size: [] });
});

test("three cases with one answer each make two alike, whatever the parameters are called", () => {
  const cases = [1, 2, 3].map((n) => [[n], n * 2] as const);
  expect(
    alike(
      { name: "double", cases, code: "1" },
      { name: "twice", cases: [...cases, [[9], 18]], parameters: ["number"], code: "2" },
      { name: "sometimes", cases: [...cases.slice(0, 2), [[3], 7], [[4], 8]], code: "3" },
      { name: "yes", cases: [1, 2, 3].map((n) => [[n], true]), code: "4" },
      { name: "always", cases: [1, 2, 3].map((n) => [[n], true]), code: "5" },
    ),
  ).toEqual({
    double: ["twice: same cases"],
    twice: ["double: same cases"],
    sometimes: [],
    yes: [],
    always: [],
  });
});

test("functions of one name in two entries of a package are much alike", () => {
  expect(
    alike(
      { name: "chunk", code: "1" },
      { name: "compat_chunk", called: "chunk", code: "2" },
      { name: "sum", code: "3" },
    ),
  ).toEqual({ chunk: ["compat_chunk: same name"], compat_chunk: ["chunk: same name"], sum: [] });
});

test("what the peer knows of that name or description comes first; what is only near is not told", async () => {
  const prove: Prove = async ({ definition: { name } }) =>
    ({ id: name, name, verification: { outcome: "pass" }, similar: [] }) as unknown as Proof;
  const look: Look = async (query) =>
    query.startsWith("toSlug ")
      ? [
          { id: "L1", name: "to-slug", match: 0.4 },
          { id: "L2", name: "makeSlug", match: 0.9 },
          { id: "L3", name: "chunkText", match: 0.4 },
          { id: "toSlug", name: "toSlug", match: 1 },
        ]
      : Promise.reject(new CollectiveError("timeout", "late", "again"));
  const actions = [made({ name: "toSlug", code: "1" }), made({ name: "to_slug", code: "2" })];
  const { proved } = await proveActions(actions, prove, { look, progress: () => undefined });
  expect(proved.map(({ similar }) => similar)).toEqual([
    [
      { id: "L1", name: "to-slug", why: "same name" },
      { id: "L2", name: "makeSlug", why: "much the same words" },
      { id: "to_slug", name: "to_slug", why: "same name" },
    ],
    [{ id: "toSlug", name: "toSlug", why: "same name" }],
  ]);
});
