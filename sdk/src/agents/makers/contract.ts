import { isJsonObject, type Json, type JsonObject, limits } from "@action-collective/protocol";
import { intent } from "../intent.ts";
import { MakerContractError } from "./errors.ts";
import { makerLimits } from "./limits.ts";

/** What a tool is needed for. */
export type ToolNeed = {
  /** What it must do, in one general sentence. */
  readonly need: string;
  /** An example of what it takes and, where that is known, gives. */
  readonly example?: { readonly input: Json; readonly output?: Json };
};

/** A tool that was found or made: an action of the collective. */
export type MadeTool = {
  readonly id: string;
  readonly name: string;
  readonly how: "found" | "made";
  /** Whether it was published to everybody; what was found was there already. */
  readonly published: boolean;
};

/** A run of a tool that failed. */
export type FailureReport = {
  readonly id: string;
  /** What the tool was needed for: a maker that did not hand it out itself can mend it all the same. */
  readonly need?: string;
  readonly input: Json;
  readonly code: string;
  readonly message: string;
};

/** What came of it: a version that takes its place, or, `kept`, the word that its input was at fault. */
export type MendedTool =
  | (MadeTool & { readonly replaces: string })
  | { readonly id: string; readonly name: string; readonly how: "kept"; readonly input: Json };

/** Content of `inform`: a new tool, or one that takes the place of another. */
export type ToolNews = {
  readonly kind: "tool";
  readonly id: string;
  readonly name: string;
  readonly need: string;
  readonly replaces?: string;
};

const text = (maxLength: number, description: string) => ({
  type: "string",
  minLength: 1,
  maxLength,
  description,
});
const idSchema = text(128, "Its id");

export const needSchema = {
  type: "object",
  properties: {
    need: text(makerLimits.need, 'What it must do, in one general sentence: "I need a function that …"'),
    example: {
      type: "object",
      description: "An example: an input and, where it is known, the output for it",
      properties: { input: {}, output: {} },
      required: ["input"],
      additionalProperties: false,
    },
  },
  required: ["need"],
  additionalProperties: false,
} satisfies JsonObject;

export const failureSchema = {
  type: "object",
  properties: {
    id: idSchema,
    need: text(makerLimits.need, "What it was asked for, in the same words"),
    input: { description: "What it was given" },
    code: text(64, "The failure's code, such as action-threw"),
    message: { type: "string", maxLength: makerLimits.message, description: "What the failure said" },
  },
  required: ["id", "input", "code", "message"],
  additionalProperties: false,
} satisfies JsonObject;

/** "I lack a function that …": asked of a maker of tools. */
export const MAKE_TOOL = intent<ToolNeed, MadeTool>("make_tool", { answer: { parse: readMade } });

/** "It failed": told to the maker that a tool came from. */
export const REPORT_FAILURE = intent<FailureReport, MendedTool>("report_failure", {
  answer: { parse: readMended },
});

function readMade(value: unknown): MadeTool {
  const { id, name, how, published } = objectOf(value);
  if (how !== "found" && how !== "made") throw new MakerContractError("how must be found or made");
  return { id: idOf(id), name: nameOf(name), how, published: published === true };
}

function readMended(value: unknown): MendedTool {
  const { id, name, how, input, replaces } = objectOf(value);
  if (how === "kept") return { id: idOf(id), name: nameOf(name), how, input: input ?? null };
  return { ...readMade(value), replaces: idOf(replaces) };
}

/** News of a tool, or undefined for whatever else an agent is informed of. @throws {MakerContractError} */
export function readNews(value: unknown): ToolNews | undefined {
  if (!isJsonObject(value) || value.kind !== "tool") return undefined;
  const { id, name, need, replaces } = value;
  if (typeof need !== "string" || need === "" || need.length > makerLimits.need)
    throw new MakerContractError("what it is for is missing");
  const old = replaces === undefined ? {} : { replaces: idOf(replaces) };
  return { kind: value.kind, id: idOf(id), name: nameOf(name), need, ...old };
}

function objectOf(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new MakerContractError("it is no object");
  return value;
}

/** Whole ids alone: a name may mean something else to each side. */
function idOf(value: unknown): string {
  if (typeof value !== "string" || !/^bafyrei[a-z2-7]{52}$/.test(value))
    throw new MakerContractError("an action's whole id is missing");
  return value;
}

function nameOf(value: unknown): string {
  if (typeof value !== "string" || value === "" || value.length > limits.nameCharacters)
    throw new MakerContractError("a name is missing");
  return value;
}
