import type { JsonObject } from "@action-collective/protocol";
import type { CallOptions } from "../caller.ts";
import { type Fields, readFields, schemaOf, type ValuesOf } from "./fields.ts";
import type { CollectiveTool, ToolAnswer } from "./types.ts";
import { type AnswerBounds, errorForModel, isMarked, type Marked, ownWords, untrusted } from "./untrusted.ts";

/** What a tool of the constant set is made of. */
export interface ToolParts<All extends Fields> extends Omit<CollectiveTool, "input" | "execute"> {
  readonly fields: All;
  /** What is answered: a stranger's words marked as such, or our own alone. What it throws becomes an answer too. */
  run(values: ValuesOf<All>, options: CallOptions): Promise<Marked | JsonObject>;
}

export function makeTool<All extends Fields>(
  { fields, run, ...tool }: ToolParts<All>,
  bounds: AnswerBounds,
): CollectiveTool {
  return {
    ...tool,
    input: schemaOf(fields),
    execute: async (written, options = {}) => {
      options.signal?.throwIfAborted();
      const read = readFields(fields, written);
      if ("problem" in read)
        return refusal("bad-arguments", read.problem, "Mend the arguments and call it again.");
      return await answering(tool.name, bounds, options, () => run(read.values, options));
    },
  };
}

/** A failure in our own words alone. */
export function refusal(code: string, message: string, remedy: string): ToolAnswer {
  return { failed: true, text: ownWords({ failed: code, message, remedy }) };
}

/**
 * Turns whatever `run` does into an answer.
 * @throws the signal's reason, and nothing else
 */
export async function answering(
  name: string,
  bounds: AnswerBounds,
  { signal }: CallOptions,
  run: () => Promise<Marked | JsonObject>,
): Promise<ToolAnswer> {
  signal?.throwIfAborted();
  try {
    const answer = await run();
    return { failed: false, text: isMarked(answer) ? untrusted(answer, bounds) : ownWords(answer) };
  } catch (error) {
    signal?.throwIfAborted();
    return { failed: true, text: untrusted(errorForModel(`tool ${name}`, error), bounds) };
  }
}
