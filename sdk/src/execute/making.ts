import { type ActionDefinition, CollectiveError, type Json, type Proof } from "@action-collective/protocol";
import { ApiError, UnsendableError } from "../errors.ts";
import { schemaForModel } from "../tools/schema-for-model.ts";
import { marked } from "../tools/untrusted.ts";
import { privateTexts } from "./conversation.ts";
import { type Draft, readDraft } from "./draft.ts";
import { failuresOf, generalityProblems, secretProblems } from "./feedback.ts";
import { type Particular, particulars } from "./generality.ts";
import { replyMarked } from "./messages.ts";
import { said } from "./prompts.ts";
import type { Shell } from "./shell.ts";
import type { Proved, TaskState, Wish } from "./state.ts";
import type { Candidate } from "./types.ts";

type Drafted = Extract<Wish, { kind: "draft" }>;

/** What the peer says of a draft that cannot even be tested. */
const DRAFT_CODES = new Set([
  "invalid-definition",
  "invalid-schema",
  "bad-request",
  "limit-exceeded",
  "unsafe-text",
  "scan-refused",
]);

/** What came of one draft: ready, working but bound to this conversation, or not working. */
type Trial =
  | { readonly proof: Proof; readonly definition: ActionDefinition; readonly problems: readonly string[] }
  | { readonly problems: readonly string[]; readonly proof?: undefined };

/** Tries the draft in the peer's sandbox; what is wrong with it goes back to the model, a few times. */
export async function prove(shell: Shell, state: TaskState, wish: Drafted): Promise<TaskState> {
  const { options, emit } = shell;
  const tries = state.tries + 1;
  emit({ type: "drafted", try: tries, name: typeof wish.draft.name === "string" ? wish.draft.name : "" });
  const trial = await tryDraft(shell, state, wish.draft);
  const works = trial.proof !== undefined && trial.proof.verification.outcome === "pass";
  emit({
    type: "proved",
    name: String(wish.draft.name ?? ""),
    passed: works,
    problems: trial.problems,
    ...(trial.proof === undefined ? {} : { verification: trial.proof.verification }),
  });
  const after: TaskState = { ...state, tries, problems: trial.problems };
  if (works && trial.problems.length === 0) return made(after, wish, trial, true);
  const spare = works ? wish.draft : state.spare;
  const left = options.tries - tries;
  if (left > 0) return again({ ...after, spare }, wish, trial.problems, left);
  return spare === undefined ? givenUp(after, wish) : await makeDo(shell, after, wish, spare);
}

async function tryDraft(shell: Shell, state: TaskState, draft: Draft): Promise<Trial> {
  const read = readDraft(draft, shell.options.licence);
  if ("problems" in read) return read;
  const { definition } = read;
  const bound: readonly Particular[] = particulars(definition, privateTexts(state.messages));
  try {
    const proof = await proveOnce(shell, definition, bound.length === 0);
    const problems = [
      ...failuresOf(proof.verification),
      ...secretProblems(proof),
      ...generalityProblems(bound),
    ];
    return { proof, definition, problems };
  } catch (error) {
    if (!(error instanceof CollectiveError) || !DRAFT_CODES.has(error.code)) throw error;
    const details = error instanceof ApiError ? error.details : [];
    if (!(error instanceof ApiError || error instanceof UnsendableError)) throw error;
    return { problems: [error.message, ...details, ...generalityProblems(bound)] };
  }
}

/** A machine that is busy just now says "unknown", which no model can mend: it is asked once more. */
async function proveOnce(
  { peer, signal }: Shell,
  definition: ActionDefinition,
  keep: boolean,
): Promise<Proof> {
  const proof = await peer.prove(definition, { keep, signal });
  return proof.verification.outcome === "unknown" ? await peer.prove(definition, { keep, signal }) : proof;
}

function again(state: TaskState, { call }: Drafted, problems: readonly string[], left: number): TaskState {
  const answer = marked("the test of your action", [...problems], {
    passed: false,
    triesLeft: left,
    told: left === 1 ? said.lastTry : said.mend,
  });
  return {
    ...state,
    stage: "generate",
    wishes: state.wishes.slice(1),
    messages: [...state.messages, replyMarked(call, answer)],
  };
}

/** What works for this task is used for it, and stays here. */
async function makeDo(shell: Shell, state: TaskState, wish: Drafted, spare: Draft): Promise<TaskState> {
  const read = readDraft(spare, shell.options.licence);
  if ("problems" in read) return givenUp(state, wish);
  const proof = await proveOnce(shell, read.definition, true);
  if (proof.verification.outcome !== "pass") return givenUp(state, wish);
  return made(state, wish, { proof, definition: read.definition }, false);
}

function givenUp(state: TaskState, { call }: Drafted): TaskState {
  const answer = marked("the test of your action", [...state.problems], { passed: false, triesLeft: 0 });
  return {
    ...state,
    wishes: state.wishes.slice(1),
    messages: [...state.messages, replyMarked(call, answer)],
    stopped: {
      reason: "tries",
      // Without the problems: this becomes a part of the conversation, and actions that a draft uses have a word in them.
      message: `No action does what was needed, and none of ${state.tries} drafts of one passed its test.`,
      problems: state.problems,
    },
  };
}

function made(
  state: TaskState,
  { call }: Drafted,
  { proof, definition }: { readonly proof: Proof; readonly definition: ActionDefinition },
  general: boolean,
): TaskState {
  const { id, name, similar, publishesAlong: along = [] } = proof;
  const known = state.offered.find((action) => action.id === id);
  const input: Json = definition.input;
  const candidate: Candidate = known ?? { ref: `a${state.offered.length + 1}`, id, name, hosts: [], input };
  const action = { id, name, general };
  const proved: Proved = { definition, action, similar, along };
  const shown = { action: candidate.ref, id, name, input: schemaForModel(input) };
  return {
    ...state,
    proved,
    spare: undefined,
    problems: [],
    stage: "publish",
    wishes: state.wishes.slice(1),
    made: [...state.made.filter((before) => before.id !== id), action],
    offered: known === undefined ? [...state.offered, candidate] : state.offered,
    messages: [
      ...state.messages,
      replyMarked(call, marked("your action", shown, { passed: true, told: said.fillIt })),
    ],
  };
}
