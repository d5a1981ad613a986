import { ModelRequestError } from "../model/errors.ts";
import type { Turn } from "../model/types.ts";
import { afterTurn } from "./after-turn.ts";
import { functionsOf, USE_ACTION, WRITE_ACTION } from "./functions.ts";
import { paired } from "./pairing.ts";
import { conversation } from "./prompts.ts";
import type { Shell } from "./shell.ts";
import type { TaskState } from "./state.ts";

/** One turn of the model, at the state's stage. @throws {ModelError} */
export async function takeTurn(
  { model, options, signal, emit }: Shell,
  state: TaskState,
): Promise<TaskState> {
  const turn: Turn = {
    messages: conversation(paired(state.messages)),
    tools: functionsOf(state.stage, { offered: state.offered.length > 0 }),
    choice: choiceAt(state),
    signal,
    onText: options.stream === true ? (delta) => emit({ type: "text", delta }) : undefined,
  };
  const answer = await model.turn(turn).catch((error: unknown) => {
    // Some servers, and some models when they reason, refuse a request that forces a function: then it is only offered.
    if (typeof turn.choice === "string" || !(error instanceof ModelRequestError)) throw error;
    return model.turn({ ...turn, choice: "auto" });
  });
  const after = afterTurn(state, answer, options);
  emit({ type: "turn", step: after.steps, usage: answer.usage });
  return after;
}

function choiceAt({ stage, proved }: TaskState): Turn["choice"] {
  if (stage === "generate") return { name: WRITE_ACTION.name };
  // What was just made is wanted: only its input is left to fill in.
  if (stage === "fill" && proved !== undefined) return { name: USE_ACTION.name };
  return stage === "answer" ? "none" : "auto";
}
