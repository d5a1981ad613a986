import { cleanText, isJsonObject, type Json, type JsonObject } from "@action-collective/protocol";
import type { Message, ToolCall, TurnAnswer } from "../model/types.ts";
import { parseJson } from "../parse-json.ts";
import { functionsOf, NEED_ACTION, NONE_FITS, USE_ACTION, WRITE_ACTION } from "./functions.ts";
import { taskLimits } from "./limits.ts";
import { reply } from "./messages.ts";
import { said } from "./prompts.ts";
import { counted, fingerprint } from "./repeats.ts";
import type { TaskState, Wish } from "./state.ts";
import type { Stopped } from "./types.ts";

/** What the options say that decides how a model's answer is taken. */
export interface TurnRules {
  readonly generate: boolean;
}

/** What one call comes to: a wish, an answer at once, or the word that nothing fits. */
type Reading =
  | { readonly wish: Wish }
  | { readonly told: string; readonly blunder?: true }
  | { readonly noneFits: true };

/** The state after the model's answer to a turn of `state.stage`. Pure. */
export function afterTurn(state: TaskState, answer: TurnAnswer, rules: TurnRules): TaskState {
  const { usage } = state;
  const turned: TaskState = {
    ...state,
    steps: state.steps + 1,
    usage: { input: usage.input + answer.usage.input, output: usage.output + answer.usage.output },
  };
  return answer.toolCalls.length === 0
    ? afterText(turned, answer.text.trim())
    : afterCalls(turned, answer, rules);
}

function afterText(state: TaskState, text: string): TaskState {
  const blundered = { ...state, blunders: state.blunders + 1 };
  if (text === "") return blunder(blundered, [{ role: "user", content: said.empty }]);
  const messages: Message[] = [...state.messages, { role: "assistant", content: text }];
  // A server that cannot force a function may answer in text; a model that does so twice means it.
  if (state.stage === "generate" && state.blunders === 0)
    return { ...blundered, messages: [...messages, { role: "user", content: said.mustCall }] };
  return { ...state, messages, answer: text, stage: "answer" };
}

function afterCalls(state: TaskState, { text, toolCalls }: TurnAnswer, rules: TurnRules): TaskState {
  const wishes: Wish[] = [];
  const replies: Message[] = [];
  let { seen } = state;
  let looping: Stopped | undefined;
  let noneFits: ToolCall | undefined;
  let blunders = 0;
  for (const call of toolCalls) {
    const reading = readCall(call, state, wishes);
    if ("wish" in reading) {
      wishes.push(reading.wish);
      const counts = counted(seen, printOf(reading.wish));
      seen = counts.seen;
      if (counts.times >= taskLimits.repeats) looping = repeatedly(call.name, counts.times);
    } else if ("noneFits" in reading) {
      if (noneFits === undefined) noneFits = call;
      else replies.push(reply(call, { told: said.notNow }));
    } else {
      replies.push(reply(call, { told: reading.told }));
      if (reading.blunder === true) blunders++;
    }
  }
  const spoken: TaskState = {
    ...state,
    seen,
    messages: [...state.messages, { role: "assistant", content: text, toolCalls }],
  };
  const heard = noneFits === undefined ? spoken : afterNoneFits(spoken, noneFits, wishes.length > 0, rules);
  const answered: TaskState = { ...heard, messages: [...heard.messages, ...replies] };
  if (looping !== undefined) return { ...answered, wishes, stopped: looping };
  const first = wishes[0];
  if (first !== undefined) return { ...answered, wishes, blunders: 0, stage: stageOf(first) };
  if (noneFits !== undefined) return { ...answered, blunders: 0 };
  return blunders > 0 ? blunder({ ...answered, blunders: state.blunders + 1 }, []) : answered;
}

function afterNoneFits(state: TaskState, call: ToolCall, used: boolean, { generate }: TurnRules): TaskState {
  const told = used ? said.notNow : generate ? said.writeOne : said.writeNone;
  const messages = [...state.messages, reply(call, { told })];
  if (used) return { ...state, messages };
  return generate ? { ...beginMaking(state), messages } : { ...state, messages, stage: "think" };
}

/** A new action is made from nothing: what was tried for another need does not count. */
export function beginMaking(state: TaskState): TaskState {
  return { ...state, stage: "generate", tries: 0, problems: [], spare: undefined, proved: undefined };
}

function stageOf({ kind }: Wish): "search" | "run" | "prove" {
  return kind === "need" ? "search" : kind === "use" ? "run" : "prove";
}

/** Where what was asked for next leads; undefined when nothing is left. */
export function nextWish(wishes: readonly Wish[]): "search" | "run" | "prove" | undefined {
  return wishes[0] === undefined ? undefined : stageOf(wishes[0]);
}

function printOf(wish: Wish): string {
  switch (wish.kind) {
    case "need":
      return fingerprint("need", wish.need.toLowerCase().replaceAll(/\s+/g, " ").trim());
    case "use":
      return fingerprint("use", { id: wish.action.id, input: wish.input ?? null });
    case "draft":
      return fingerprint("draft", { ...wish.draft });
  }
}

function readCall(call: ToolCall, state: TaskState, before: readonly Wish[]): Reading {
  const offered = functionsOf(state.stage, { offered: state.offered.length > 0 });
  // Not offered while it chooses, to keep it to what was found; but a model that wants to look again may.
  const again = call.name === NEED_ACTION.name && ["choose", "fill"].includes(state.stage);
  if (!again && !offered.some(({ name }) => name === call.name)) return { told: said.notNow, blunder: true };
  const json = parseJson(call.arguments);
  if ("problem" in json || !isJsonObject(json.value)) return { told: said.notAnObject, blunder: true };
  const given = json.value as JsonObject;
  switch (call.name) {
    case NEED_ACTION.name:
      return before.length > 0 ? { told: said.oneAtATime } : readNeed(call, given);
    case USE_ACTION.name:
      return before.some(({ kind }) => kind !== "use")
        ? { told: said.oneAtATime }
        : readUse(call, given, state);
    case WRITE_ACTION.name:
      return before.length > 0 ? { told: said.oneAtATime } : { wish: { kind: "draft", call, draft: given } };
    case NONE_FITS.name:
      return { noneFits: true };
    default:
      return { told: said.notNow, blunder: true };
  }
}

function readNeed(call: ToolCall, { need }: JsonObject): Reading {
  const text = typeof need === "string" ? cleanText(need, taskLimits.needCharacters).trim() : "";
  return text === ""
    ? { told: said.notAnObject, blunder: true }
    : { wish: { kind: "need", call, need: text } };
}

function readUse(call: ToolCall, { action, input }: JsonObject, { offered }: TaskState): Reading {
  const ref = typeof action === "string" ? action.trim() : "";
  const found = offered.find((candidate) => candidate.ref === ref);
  if (found === undefined) return { told: said.unknownRef, blunder: true };
  return { wish: { kind: "use", call, action: found, input: plainInput(input) } };
}

/** Some models write the input as a JSON text. */
function plainInput(input: Json | undefined): Json | undefined {
  if (typeof input !== "string") return input;
  const json = parseJson(input);
  return "value" in json && isJsonObject(json.value) ? (json.value as Json) : input;
}

function blunder(state: TaskState, messages: readonly Message[]): TaskState {
  const told = { ...state, messages: [...state.messages, ...messages] };
  if (state.blunders < taskLimits.blunders) return told;
  return {
    ...told,
    stopped: {
      reason: "loop",
      message: `The model called nothing that can be called, or said nothing, ${state.blunders} times in a row.`,
    },
  };
}

function repeatedly(name: string, times: number): Stopped {
  return { reason: "loop", message: `The model made the same call of ${name} ${times} times.` };
}
