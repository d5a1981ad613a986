import type { ActionDefinitionInput } from "action-collective";

/** A small action like any other, one for each number: `addN7` adds seven. */
export function addingAction(n: number): ActionDefinitionInput {
  return {
    name: `addN${n}`,
    description: `Adds ${n} to a number.`,
    language: "typescript",
    code: `export default ({ x }: { x: number }) => x + ${n};\n`,
    input: {
      type: "object",
      properties: { x: { type: "number" } },
      required: ["x"],
      additionalProperties: false,
    },
    output: { type: "number" },
    licence: "MIT",
    cases: [0, 1, 2].map((x) => ({ input: { x }, output: x + n })),
  };
}
