import type { ModelTool } from "../model/types.ts";
import type { Stage } from "./types.ts";

/**
 * The functions of each stage. They are constants: no word of a stranger, nor of the conversation, is ever in them.
 */

const text = (description: string) => ({ type: "string", description });
const texts = (description: string) => ({ type: "array", items: { type: "string" }, description });

export const NEED_ACTION: ModelTool = {
  name: "need_action",
  description:
    "Asks for an action: a small program that computes, converts, parses, checks or looks up something exactly. Call it whenever the answer depends on such work. Do not call it for what you can simply say.",
  parameters: {
    type: "object",
    properties: {
      need: text(
        'What the action must do, in one general sentence: "I need an action that …". Name kinds of values, not the values of this conversation.',
      ),
    },
    required: ["need"],
    additionalProperties: false,
  },
};

export const USE_ACTION: ModelTool = {
  name: "use_action",
  description:
    "Runs an action that was found or made in this conversation, and returns its output. Fill its input from the conversation, by its input schema.",
  parameters: {
    type: "object",
    properties: {
      action: text("Its short reference, such as a1"),
      input: { type: "object", description: "Its whole input, as its input schema wants it" },
    },
    required: ["action"],
    additionalProperties: false,
  },
};

export const NONE_FITS: ModelTool = {
  name: "none_fits",
  description: "Says that none of the actions offered does what is needed.",
  parameters: {
    type: "object",
    properties: { why: text("What they lack, in one sentence") },
    required: ["why"],
    additionalProperties: false,
  },
};

export const WRITE_ACTION: ModelTool = {
  name: "write_action",
  description:
    "Writes a new action. It is tested in a sandbox before it is used; what fails comes back to you, and you call this again with the whole action mended.",
  parameters: {
    type: "object",
    properties: {
      name: text("camelCase, says what it does, at most 64 characters"),
      description: text("One or two sentences for somebody who looks for it, at most 600 characters"),
      useWhen: texts("Two to six requests as people would put them, each at most 160 characters"),
      input: {
        type: "object",
        description:
          "JSON Schema (2020-12) of the input: an object whose properties have descriptions, with required and additionalProperties: false",
      },
      output: { type: "object", description: "JSON Schema of what it returns" },
      code: text(
        "A TypeScript module without imports: export default (input: { … }, context) => output. No network, files, clock or randomness: the same input always gives the same output, and today's date is a parameter. Input and output are plain JSON: no Date, Map, NaN or undefined. It throws an Error with a clear message for input that makes no sense. It calls another action, if it lists its id in uses, with: await context.call(id, input).",
      ),
      cases: {
        type: "array",
        description:
          "At least 4 examples with made-up values that together try the usual, the edges and one error: each with input and output, or with input and error (a part of the message)",
        items: {
          type: "object",
          properties: {
            input: {
              description: "An input that the schema accepts; for an error also one that it does not",
            },
            output: {
              description:
                "What the code returns for it, compared exactly, every property and character. Work it out with care; keep the numbers small.",
            },
            error: text("In place of output: a part of the error's message"),
            tolerance: {
              type: "number",
              description: "How far a number may be off, relative above 1; for computed fractions",
            },
          },
          required: ["input"],
        },
      },
      test: text(
        'Seldom needed: a test module that imports { test, assert, assertEquals } from "action-collective/test" and action from "./action.ts"',
      ),
      tags: texts("One to four, lower case, with dashes"),
      uses: texts(
        "Ids (bafyrei…) of the found actions that the code calls, which need nothing themselves; leave it out when it calls none",
      ),
    },
    required: ["name", "description", "useWhen", "input", "output", "code", "cases"],
    additionalProperties: false,
  },
};

/** What the model may call in a stage; what was offered earlier in the task can be used again. */
export function functionsOf(stage: Stage, facts: { readonly offered: boolean }): readonly ModelTool[] {
  switch (stage) {
    case "think":
      return facts.offered ? [NEED_ACTION, USE_ACTION] : [NEED_ACTION];
    case "choose":
    case "fill":
      return [USE_ACTION, NONE_FITS];
    case "generate":
      return [WRITE_ACTION];
    default:
      return [];
  }
}
