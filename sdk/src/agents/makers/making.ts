import { type Json, visibleJson } from "@action-collective/protocol";
import type { ActionClient } from "../../client.ts";
import { ApiError } from "../../errors.ts";
import { NEED_ACTION, USE_ACTION } from "../../execute/functions.ts";
import type { TaskState } from "../../execute/state.ts";
import { Task } from "../../execute/task.ts";
import type { ActionName, Stage, TaskOptions } from "../../execute/types.ts";
import type { Message, ToolCall } from "../../model/types.ts";
import { cardForModel, type Marked, marked, untrusted } from "../../tools/untrusted.ts";
import { contentText } from "../model/conversation.ts";
import { modelAgentLimits } from "../model/limits.ts";
import type { Meter } from "../model/metering.ts";
import type { FailureReport, ToolNeed } from "./contract.ts";
import { ToolNotMadeError } from "./errors.ts";
import { makerLimits } from "./limits.ts";

/** The only words of this library in what is told to a maker's model, beside those of every task. */
const MAKER = `You make tools for other agents. One of them lacks a function; the user's message says which. Do not solve its task.
- If an action that is offered does exactly that, hand it over: call use_action with its reference and an input that suits it. It is not run.
- If none does, call none_fits, and write one with write_action: a general one, that others can use too.`;

/** What came of a need: an action that was there, one that was made, or the failing one itself, with an input that suits it. */
export type Making =
  | { readonly how: "found" | "made"; readonly action: ActionName; readonly published: boolean }
  | { readonly how: "kept"; readonly action: ActionName; readonly input: Json };

export interface MakingOptions {
  readonly client: ActionClient;
  /** Model, publishing, filters and the like, as for any task. */
  readonly task: Omit<TaskOptions, "chatHistory">;
  /** The maker's own instructions. */
  readonly instructions: string;
  readonly meter: Meter;
}

/**
 * Meets a need: the stages of a task, up to where an action that was found would be run. That one passed its test here, or
 * one is made.
 * @throws {ToolNotMadeError | TokensSpentError | ModelError} and what the client throws
 */
export async function meetNeed(
  options: MakingOptions,
  { need, example }: ToolNeed,
  failing?: FailureReport,
): Promise<Making> {
  const { client, meter, task: given } = options;
  const system = [MAKER, options.instructions].filter((text) => text !== "").join("\n\n");
  const task = new Task(client, {
    ...given,
    chatHistory: [
      { role: "system", content: system },
      { role: "user", content: requestOf(need, example, failing) },
      ...(failing === undefined ? [] : await storyOf(client, need, failing, given.signal)),
    ],
  });
  const turn = async (step: () => Promise<TaskState>) => {
    meter.before();
    const before = task.state;
    try {
      await step();
    } finally {
      // A turn that nobody waits for any more is paid for all the same, unless whoever pays is gone.
      const paid = meter.after(costOf(before, task.state, given.signal));
      await (given.signal?.aborted === true ? paid.catch(() => false) : paid);
    }
  };
  await task.search(need);
  while (!task.done) {
    const { stage, wishes, proved } = task.state;
    const [wish] = wishes;
    if (stage === "run" && wish?.kind === "use") {
      const { id, name } = wish.action;
      if (id === failing?.id && failing.code !== "verification-failed")
        return { how: "kept", action: { id, name }, input: wish.input ?? null };
      const published = await provedHere(client, id, given.signal);
      if (published !== undefined) return { how: "found", action: { id, name }, published };
      if (given.generate === false) throw new ToolNotMadeError("What was found does not pass its test here.");
      // What does not pass here is no tool, whatever the model makes of it.
      await turn(() => task.generate(need));
    } else if (stage === "fill" && proved !== undefined) {
      const { id, name } = proved.action;
      if (id === failing?.id) return { how: "kept", action: { id, name }, input: null };
      return {
        how: "made",
        action: { id, name },
        published: task.state.published.some((one) => one.id === id),
      };
    } else if (TURNS.includes(stage)) await turn(() => task.next());
    else await task.next();
  }
  const { answer = "", stopped } = task.state;
  throw new ToolNotMadeError(stopped?.message ?? answer, stopped?.problems);
}

/** Whether what passed its test here is published; undefined for what did not pass. */
async function provedHere(
  client: ActionClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  const { standing, publishers } = await client.show(id, { signal });
  const passed = standing === "passed" || (await verified(client, id, signal));
  return passed ? publishers.length > 0 : undefined;
}

async function verified(client: ActionClient, id: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return (await client.verify(id, { signal })).outcome === "pass";
  } catch (error) {
    // Nobody has its code at hand, or the user's rules are against it.
    if (error instanceof ApiError) return false;
    throw error;
  }
}

const TURNS: readonly Stage[] = ["think", "choose", "generate", "answer"];

/** Tokens of one turn: as the server says, or by the length of the conversation where that says nothing. */
function costOf(before: TaskState, after: TaskState, signal: AbortSignal | undefined): number {
  const spent = ({ usage }: TaskState) => usage.input + usage.output;
  const counted = spent(after) - spent(before);
  if (counted > 0 || (after.steps === before.steps && signal?.aborted !== true)) return counted;
  return Math.ceil(JSON.stringify(after.messages).length / modelAgentLimits.charactersPerToken);
}

/** Words of other agents, as a user's: a task keeps values that stand in them out of what it publishes. */
function requestOf(need: string, example: ToolNeed["example"], failing: FailureReport | undefined): string {
  const wanted = `An agent lacks a function. What it must do: ${contentText(need, makerLimits.need)}`;
  const shown =
    example === undefined ? "" : `\nAn example: ${contentText({ ...example }, makerLimits.sample)}`;
  if (failing === undefined) return wanted + shown;
  const input = contentText(visibleJson(failing.input), makerLimits.sample);
  return `${wanted}${shown}
The one that it was given failed for this input: ${input}
Below is what that one is, and how it failed. Write the whole action again, mended, under the same name, with input and output as they are where they can stay: call none_fits first. Only if the input itself makes no sense, call use_action with the same action and an input that does.`;
}

/**
 * What failed, and how, as if the model had looked at it and run it: both are strangers' words, and belong into answers of
 * functions. The failure's message counts as private there, as any output does.
 */
async function storyOf(
  client: ActionClient,
  need: string,
  { id, input, code, message }: FailureReport,
  signal: AbortSignal | undefined,
): Promise<Message[]> {
  const [view, { code: source }] = await Promise.all([
    client.show(id, { signal }),
    client.source(id, { signal }),
  ]);
  const { description, input: takes, output: gives, cases, ...card } = view;
  const content = {
    ...cardForModel({ ...card, summary: description }, { input: takes, output: gives }),
    code: source.slice(0, makerLimits.code),
    cases: JSON.parse(JSON.stringify(cases)) as Json,
  };
  const failure = marked(
    `action ${view.name}`,
    { code, message: contentText(message, makerLimits.message) },
    { failed: "failed-in-use" },
  );
  return [
    ...answered("look", NEED_ACTION.name, { need }, marked(`the publisher of ${view.name}`, content)),
    ...answered("run", USE_ACTION.name, { action: "a0", input }, failure),
  ];
}

function answered(id: string, name: string, given: Json, answer: Marked): Message[] {
  const call: ToolCall = { id: `given_${id}`, name, arguments: JSON.stringify(given) };
  return [
    { role: "assistant", content: "", toolCalls: [call] },
    { role: "tool", toolCallId: call.id, content: untrusted(answer) },
  ];
}
