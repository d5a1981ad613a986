import { counted, fingerprint } from "../../execute/repeats.ts";
import type { Message, Model, ModelTool, ToolCall } from "../../model/types.ts";
import { answerCalls, readArguments } from "../../tools/answer-call.ts";
import type { CollectiveTool } from "../../tools/types.ts";
import { NoConclusionError, TokensSpentError } from "./errors.ts";
import { modelAgentLimits } from "./limits.ts";
import { type Meter, tokensOf } from "./metering.ts";

/** One message's turns: what they work with. */
export interface Conversing {
  readonly model: Model;
  readonly meter: Meter;
  /** What the first turn is told; it is not changed. */
  readonly messages: readonly Message[];
  /** Asked before every turn, so that a tool that came meanwhile is offered. */
  readonly tools: () => Promise<readonly CollectiveTool[]>;
  readonly maxSteps: number;
  readonly signal: AbortSignal;
}

const UNSAID = { text: "", toolCalls: [], usage: { input: 0, output: 0 } } as const;
const SAY_SOMETHING = "Please answer in plain text, or call a function.";

/**
 * Turns of a model and the calls that it makes, until it answers with text. Its last turn has no functions.
 * @throws {ModelError | NoConclusionError | TokensSpentError} or the signal's reason
 */
export async function converse({
  model,
  meter,
  tools,
  maxSteps,
  signal,
  ...given
}: Conversing): Promise<string> {
  const messages: Message[] = [...given.messages];
  let seen: Readonly<Record<string, number>> = {};
  for (let step = 1; step <= maxSteps; step++) {
    signal.throwIfAborted();
    meter.before();
    const offered = step === maxSteps ? [] : await tools();
    const turn = { messages: [...messages], tools: offered.map(modelTool) };
    const answer = await model.turn({ ...turn, choice: "auto", signal }).catch(async (error: unknown) => {
      // Nobody waits for it any more: what was asked is paid for all the same, unless whoever pays is gone.
      if (signal.aborted) await meter.after(tokensOf(turn, UNSAID)).catch(() => false);
      throw error;
    });
    const goesOn = await meter.after(tokensOf(turn, answer));
    if (answer.toolCalls.length === 0) {
      if (answer.text.trim() !== "") return answer.text.trim();
      messages.push({ role: "user", content: SAY_SOMETHING });
    } else {
      for (const call of answer.toolCalls) {
        const counts = counted(seen, fingerprint(call.name, call.arguments));
        seen = counts.seen;
        if (counts.times >= modelAgentLimits.repeats)
          throw new NoConclusionError(`it made the same call ${counts.times} times`);
      }
      if (goesOn && step < maxSteps)
        messages.push(
          { role: "assistant", content: answer.text, toolCalls: answer.toolCalls },
          ...(await answersTo(offered, answer.toolCalls, signal)),
        );
    }
    if (!goesOn) throw new TokensSpentError();
  }
  throw new NoConclusionError(`it had all its ${maxSteps} turns`);
}

function modelTool({ name, description, input }: CollectiveTool): ModelTool {
  return { name, description, parameters: input };
}

function answersTo(
  tools: readonly CollectiveTool[],
  calls: readonly ToolCall[],
  signal: AbortSignal,
): Promise<Message[]> {
  return answerCalls(
    tools,
    calls,
    {
      read: (call) => ({ name: call.name, input: () => readArguments(call.arguments) }),
      write: ({ id }, { text }): Message => ({ role: "tool", toolCallId: id, content: text }),
    },
    { signal },
  );
}
