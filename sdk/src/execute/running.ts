import { CollectiveError, type Json, type JsonObject } from "@action-collective/protocol";
import { oneLine } from "../tools/one-line.ts";
import { AFTER_RUNNING } from "../tools/outbound-guard.ts";
import { schemaForModel } from "../tools/schema-for-model.ts";
import { errorForModel, marked, outputForModel } from "../tools/untrusted.ts";
import { nextWish } from "./after-turn.ts";
import { taskLimits } from "./limits.ts";
import { replyMarked } from "./messages.ts";
import { said } from "./prompts.ts";
import type { Shell } from "./shell.ts";
import type { TaskState, Wish } from "./state.ts";
import type { Candidate } from "./types.ts";

/** Of the hosts that an answer names. */
const HOSTS_CHARACTERS = 200;

type Use = Extract<Wish, { kind: "use" }>;

/** Failures that the model can do something about; every other one ends the stage. */
const TOLD = new Set([
  "input-invalid",
  "output-invalid",
  "action-threw",
  "sandbox-limit",
  "verification-failed",
  "verification-unknown",
  "content-unavailable",
  "scan-refused",
  "not-found",
  "limit-exceeded",
  "bad-request",
]);
const REFUSED = new Set(["approval-needed", "refused-by-policy"]);

/** Runs the action that was chosen; what went wrong is told to the model. */
export async function run(shell: Shell, state: TaskState, wish: Use): Promise<TaskState> {
  const { action, input, call } = wish;
  if (input === undefined) return await showSchema(shell, state, wish);
  if (!(await maySend(shell, state, action)))
    return failed(
      state,
      wish,
      marked(`action ${action.name}`, null, { failed: "not-allowed", told: said.notAllowed }),
    );
  const { peer, ask, signal, emit } = shell;
  const { id, name } = action;
  const attempted = { ...state, runs: state.runs + 1 };
  try {
    const receipt = await peer.run(id, input, {
      signal,
      ...(shell.options.canAsk
        ? { approve: ({ message }: { message: string }) => ask({ kind: "run", id, name, message }) }
        : {}),
    });
    emit({ type: "ran", action: { id, name }, receipt });
    const wishes = state.wishes.slice(1);
    return {
      ...attempted,
      wishes,
      proved: undefined,
      stage: nextWish(wishes) ?? "think",
      used: state.used.some((used) => used.id === id) ? state.used : [...state.used, { id, name }],
      reached: reachedToo(state, receipt.granted.net ?? []),
      messages: [...state.messages, replyMarked(call, outputForModel(receipt))],
    };
  } catch (error) {
    if (!(error instanceof CollectiveError) || !(TOLD.has(error.code) || REFUSED.has(error.code)))
      throw error;
    emit({ type: "failed", action: { id, name }, code: error.code, message: error.message });
    const answer = errorForModel(`action ${name}`, error);
    const told = REFUSED.has(error.code) ? said.notAllowed : said.retry;
    const content = withSchema(answer.content, error.code === "input-invalid" ? action.input : undefined);
    const hosts = AFTER_RUNNING.has(error.code) ? action.hosts : [];
    const reached = hosts.length === 0 ? {} : { reached: oneLine(hosts.join(", "), HOSTS_CHARACTERS) };
    const after = { ...attempted, reached: reachedToo(state, hosts) };
    return failed(after, wish, { ...answer, ...reached, told, content });
  }
}

function reachedToo({ reached }: TaskState, hosts: readonly string[]): readonly string[] {
  return [...new Set([...reached, ...hosts])].slice(0, taskLimits.hosts);
}

function withSchema(content: Json, schema: Json | undefined): Json {
  return schema === undefined ? content : { ...(content as JsonObject), input: schemaForModel(schema) };
}

/** Nothing was run yet: the input is filled by the schema, in a turn of its own. */
async function showSchema({ peer, signal }: Shell, state: TaskState, wish: Use): Promise<TaskState> {
  const { action } = wish;
  const input = action.input ?? (await peer.show(action.id, { signal })).input;
  const offered = state.offered.map((known) => (known.id === action.id ? { ...known, input } : known));
  const content = { action: action.ref, name: action.name, input: schemaForModel(input) };
  const answer = marked(`action ${action.name}`, content, { told: said.needInput });
  return failed({ ...state, offered }, wish, answer);
}

function failed(state: TaskState, { call }: Use, answer: ReturnType<typeof marked>): TaskState {
  const wishes = state.wishes.slice(1);
  return {
    ...state,
    wishes,
    stage: nextWish(wishes) ?? "fill",
    messages: [...state.messages, replyMarked(call, answer)],
  };
}

/** What strangers wrote just now may say what to send: whatever could send asks first. */
async function maySend({ ask }: Shell, { reached }: TaskState, { name, hosts }: Candidate): Promise<boolean> {
  if (reached.length === 0 || hosts.length === 0) return true;
  return await ask({
    kind: "send",
    doing: "run",
    name,
    from: reached,
    hosts,
    message: `${name} can reach ${hosts.join(", ")}, and its input may hold what was just read from ${reached.join(", ")}.`,
  });
}
