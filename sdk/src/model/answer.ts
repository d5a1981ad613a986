import { cleanText } from "@action-collective/protocol";
import { ModelContentFilterError, ModelCutOffError, ModelRefusalError } from "./errors.ts";
import { modelLimits } from "./limits.ts";
import { boundedText, callsOf, type RawCall, usageOf } from "./read.ts";
import type { Turn, TurnAnswer } from "./types.ts";

/** An answer as one of the interfaces brought it, put together and not yet judged. */
export interface RawAnswer {
  readonly text: string;
  readonly refusal: string;
  readonly calls: readonly RawCall[];
  /** `stop`, `tool_calls`, `length`, `content_filter` …; undefined when the answer never ended. */
  readonly finish: string | undefined;
  readonly usage: unknown;
}

/** Servers that do not know their model leave what it thinks aloud in the text. */
const THOUGHTS = /^\s*<think>[\s\S]*?<\/think>\s*/;

/** @throws what the answer says went wrong: a refusal, a filter, an end in the middle, more than is read. */
export function judgeAnswer(raw: RawAnswer, { messages }: Turn): TurnAnswer {
  if (raw.finish === "content_filter") throw new ModelContentFilterError("the answer was withheld");
  if (raw.finish === "length") throw new ModelCutOffError("it ran out of tokens");
  if (raw.finish === undefined) throw new ModelCutOffError("the server closed the connection early");
  if (raw.refusal.trim() !== "") throw new ModelRefusalError(cleanText(raw.refusal, modelLimits.said));
  return {
    text: boundedText(raw.text).replace(THOUGHTS, ""),
    toolCalls: callsOf(raw.calls, messages),
    usage: usageOf(raw.usage),
  };
}
