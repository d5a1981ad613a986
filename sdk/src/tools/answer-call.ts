import { limits } from "@action-collective/protocol";
import type { CallOptions } from "../caller.ts";
import { parseJson } from "../parse-json.ts";
import { refusal } from "./make-tool.ts";
import type { CollectiveTool, ToolAnswer } from "./types.ts";

/** Calls in one message of a model; further ones are refused, each with an answer. */
const MOST_CALLS = 32;

export interface AnswerOptions extends CallOptions {
  /**
   * What becomes of calls of tools that are not among these. `refuse`, the default: each is answered with a failure, so
   * that a name that the model made up does not end the conversation. `leave`: they are somebody else's, and left out.
   */
  readonly others?: "refuse" | "leave" | undefined;
}

/** A call in whatever form a vendor gives it. `input` is a function because the text of arguments need not be JSON. */
export interface Call {
  readonly name: string;
  readonly input: () => { readonly value: unknown } | { readonly problem: string };
}

/**
 * Answers the calls of one message, all at once and in their order.
 * @throws the signal's reason, and nothing else
 */
export async function answerCalls<Given, Made>(
  tools: readonly CollectiveTool[],
  given: readonly Given[],
  parts: { readonly read: (call: Given) => Call; readonly write: (call: Given, answer: ToolAnswer) => Made },
  { others = "refuse", signal }: AnswerOptions,
): Promise<Made[]> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const ours = others === "refuse" ? given : given.filter((call) => byName.has(parts.read(call).name));
  return await Promise.all(
    ours.map(async (one, place) => {
      const call = parts.read(one);
      const answer =
        place < MOST_CALLS
          ? await answerCall(byName, call, { signal })
          : refusal(
              "too-many-calls",
              `At most ${MOST_CALLS} calls are answered at once.`,
              "Call again with the rest.",
            );
      return parts.write(one, answer);
    }),
  );
}

async function answerCall(
  tools: ReadonlyMap<string, CollectiveTool>,
  { name, input }: Call,
  options: CallOptions,
): Promise<ToolAnswer> {
  const tool = tools.get(name);
  if (tool === undefined)
    return refusal(
      "unknown-tool",
      "There is no tool of this name.",
      `Call one of: ${[...tools.keys()].join(", ")}.`,
    );
  const read = input();
  if ("problem" in read)
    return refusal("bad-arguments", read.problem, "Write the arguments as one JSON object.");
  return await tool.execute(read.value, options);
}

/**
 * The arguments of a call as the text that a model wrote; nothing at all stands for no arguments. Some servers give the
 * object itself.
 */
export function readArguments(text: unknown): ReturnType<Call["input"]> {
  if (text === undefined || text === null) return { value: {} };
  if (typeof text !== "string") return { value: text };
  if (text.length > limits.runBytes)
    return { problem: `The arguments are longer than ${limits.runBytes} characters.` };
  if (text.trim() === "") return { value: {} };
  const read = parseJson(text);
  if ("value" in read) return read;
  const { line, column, expected } = read.problem;
  return {
    problem: `The arguments are not JSON: ${expected} is expected at line ${line}, column ${column}.`,
  };
}
