import { type ActionDefinitionInput, type Bundle, buildBundle } from "@action-collective/protocol";
import { type Uses, usedActionOf } from "../../../node/src/uses/used-action.ts";

/** An action in JavaScript that takes and gives anything, with what a test wants otherwise. */
export function definitionOf(
  name: string,
  code: string,
  rest: Partial<ActionDefinitionInput> = {},
): ActionDefinitionInput {
  return {
    name,
    description: `Is there to be used: ${name}.`,
    language: "javascript",
    code,
    input: true,
    output: true,
    licence: "MIT",
    cases: [0, 1, 2].map((input) => ({ input, output: input })),
    ...rest,
  };
}

export function using(name: string, code: string, rest: Partial<ActionDefinitionInput> = {}): Bundle {
  return buildBundle(definitionOf(name, code, rest));
}

/** What an action needs of those that it names and of those that they lead to. */
export function usesOf(bundle: Bundle, all: readonly Bundle[]): Uses {
  return { named: bundle.manifest.uses ?? [], actions: all.map(usedActionOf) };
}

const NUMBER = { type: "number" };

/** Doubles a number; refuses 13. */
export const DOUBLE = using(
  "double",
  `export default (x) => { if (x === 13) throw new RangeError("unlucky"); return x * 2; };`,
  { input: NUMBER, output: NUMBER, cases: [1, 2, 3].map((x) => ({ input: x, output: 2 * x })) },
);

/** Four times a number, by doubling it twice. */
export const FOURFOLD = using(
  "fourfold",
  `export default async (x, { call }) => { const id = "${DOUBLE.id}"; return await call(id, await call(id, x)); };`,
  {
    ...{ input: NUMBER, output: NUMBER, uses: [DOUBLE.id] },
    cases: [1, 2, 3].map((x) => ({ input: x, output: 4 * x })),
  },
);
