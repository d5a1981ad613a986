import { reply } from "./messages.ts";
import { said } from "./prompts.ts";
import type { TaskState } from "./state.ts";
import type { Budget, Stage, Stopped } from "./types.ts";

export interface TaskBounds extends Budget {
  readonly maxSteps: number;
}

const TURNS: readonly Stage[] = ["think", "choose", "generate", "fill", "answer"];

/** Why the task must end here, before its next stage; undefined while it may go on. Pure. */
export function reasonToStop(state: TaskState, bounds: TaskBounds, elapsedMs: number): Stopped | undefined {
  if (state.stage === "done") return undefined;
  if (state.stopped !== undefined) return state.stopped;
  // An answer that is there is given, whatever it cost.
  if (state.answer !== undefined) return undefined;
  const { maxSteps, tokens, runs, milliseconds } = bounds;
  if (milliseconds !== undefined && elapsedMs >= milliseconds) return outOfTime(milliseconds);
  const asks = TURNS.includes(state.stage);
  if (asks && state.steps >= maxSteps)
    return { reason: "steps", message: `The model had all its ${maxSteps} turns.` };
  const spent = state.usage.input + state.usage.output;
  if (asks && tokens !== undefined && spent >= tokens)
    return { reason: "tokens", message: `${spent} tokens were spent; ${tokens} were allowed.` };
  if (state.stage === "run" && runs !== undefined && state.runs >= runs)
    return { reason: "runs", message: `Actions ran ${state.runs} times; ${runs} were allowed.` };
  return undefined;
}

export function outOfTime(milliseconds: number): Stopped {
  return { reason: "milliseconds", message: `The ${milliseconds} ms for this task are over.` };
}

/** The end of a task that did not come to its answer: every open call is answered, and the last message says why. Pure. */
export function halted(state: TaskState, stopped: Stopped): TaskState {
  const ran = state.used.length;
  const answer = [
    "I stopped before the task was done.",
    stopped.message,
    // Not by name: this becomes a part of the conversation, and strangers chose the names.
    ran === 0
      ? "No action had returned anything."
      : `${ran} action${ran === 1 ? "" : "s"} had returned something.`,
  ].join(" ");
  return {
    ...state,
    stage: "done",
    stopped,
    answer,
    wishes: [],
    messages: [
      ...state.messages,
      ...state.wishes.map(({ call }) => reply(call, { told: said.stopped })),
      { role: "assistant", content: answer },
    ],
  };
}
