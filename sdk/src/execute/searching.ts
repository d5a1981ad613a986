import type { ActionView, Card, JsonObject } from "@action-collective/protocol";
import { ApiError } from "../errors.ts";
import { cardForModel, marked } from "../tools/untrusted.ts";
import { beginMaking } from "./after-turn.ts";
import { privateTexts } from "./conversation.ts";
import { ownValues } from "./generality.ts";
import { taskLimits } from "./limits.ts";
import { reply, replyMarked } from "./messages.ts";
import { said } from "./prompts.ts";
import type { Shell } from "./shell.ts";
import type { TaskState, Wish } from "./state.ts";
import type { Candidate } from "./types.ts";

/** Looks for actions, and offers what was found under short names. */
export async function search(
  shell: Shell,
  state: TaskState,
  { call, need }: Extract<Wish, { kind: "need" }>,
): Promise<TaskState> {
  const { peer, options, signal, emit } = shell;
  const found = await peer.find(need, {
    ...options.filters,
    limit: options.candidates,
    ask: await mayAsk(shell, state, need),
    signal,
  });
  const cards = found.cards.slice(0, options.candidates);
  const views = await Promise.all(
    cards.slice(0, taskLimits.withSchemas).map((card) => viewOf(shell, card.id)),
  );
  const offered = [...state.offered];
  const shown: JsonObject[] = [];
  const candidates = cards.map((card, index) => {
    const candidate = offer(offered, card, views[index]);
    shown.push({ action: candidate.ref, ...cardForModel(card, views[index]) });
    return candidate;
  });
  emit({ type: "found", need, candidates, weak: found.weak });
  const rest = { ...state, need, offered, wishes: state.wishes.slice(1) };
  if (candidates.length === 0) {
    const told = `${said.nothingFound} ${options.generate ? said.writeOne : said.writeNone}`;
    const messages = [...state.messages, reply(call, { found: 0, told })];
    return options.generate ? { ...beginMaking(rest), messages } : { ...rest, messages, stage: "think" };
  }
  const answer = marked("search results", shown, {
    found: shown.length,
    told: found.weak ? said.chooseWeakly : said.chooseOne,
  });
  return { ...rest, messages: [...state.messages, replyMarked(call, answer)], stage: "choose" };
}

/**
 * The words of the need leave this machine only if the user said so and none is the user's own, and after a look at
 * strangers' data only after a question.
 */
async function mayAsk(
  { options, ask }: Shell,
  { reached, messages }: TaskState,
  need: string,
): Promise<boolean> {
  if (!options.askPeers || ownValues(need, privateTexts(messages)).length > 0) return false;
  if (reached.length === 0) return true;
  return ask({
    kind: "send",
    doing: "search",
    name: need,
    from: reached,
    hosts: [],
    message: `Connected peers would be sent these words: "${need}". They may hold what was just read from ${reached.join(", ")}.`,
  });
}

/** The schemas, or nothing where the action went away in between. */
async function viewOf({ peer, signal }: Shell, id: string): Promise<ActionView | undefined> {
  try {
    return await peer.show(id, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.code === "not-found") return undefined;
    throw error;
  }
}

function offer(offered: Candidate[], card: Card, view: ActionView | undefined): Candidate {
  const at = offered.findIndex(({ id }) => id === card.id);
  const known = offered[at];
  const candidate: Candidate = {
    ref: known?.ref ?? `a${offered.length + 1}`,
    id: card.id,
    name: card.name,
    hosts: card.permissions.net ?? [],
    ...(view === undefined ? {} : { input: view.input }),
  };
  if (known === undefined) offered.push(candidate);
  else if (view !== undefined) offered[at] = candidate;
  return known !== undefined && view === undefined ? known : candidate;
}
