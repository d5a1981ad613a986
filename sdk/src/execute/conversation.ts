import { isJsonObject, type Json, limits } from "@action-collective/protocol";
import type { Message } from "../model/types.ts";
import { parseJson } from "../parse-json.ts";
import { oneLine } from "../tools/one-line.ts";
import { NEED_ACTION, NONE_FITS, USE_ACTION, WRITE_ACTION } from "./functions.ts";
import { taskLimits } from "./limits.ts";

/** Answers to these belong to the collective, or to the draft itself. */
const SHARED = new Set([NEED_ACTION.name, NONE_FITS.name, WRITE_ACTION.name]);

/**
 * What nobody else is to learn: the words of the user and of the model, what actions returned, and what the program's own
 * tools answered earlier in the conversation. Pure.
 */
export function privateTexts(messages: readonly Message[]): string[] {
  let names = new Map<string, string>();
  return messages.flatMap((message) => {
    if (message.role === "assistant")
      names = new Map((message.toolCalls ?? []).map(({ id, name }) => [id, name]));
    if (message.role !== "tool") return [message.content];
    const name = names.get(message.toolCallId) ?? "";
    return SHARED.has(name) ? [] : leavesOf(message.content, name === USE_ACTION.name);
  });
}

/** What a run returned, or what its failure says; not the schemas that stand beside it. */
function outputOf(answer: Json): Json {
  if (!isJsonObject(answer) || !("content" in answer)) return answer;
  const { content = null, failed, told } = answer;
  if (failed !== undefined) return isJsonObject(content) ? (content.message ?? null) : content;
  return told === undefined ? content : null;
}

/** Texts and numbers of what a tool answered; names of properties are the tool's, not the user's. */
function leavesOf(content: string, ran: boolean): string[] {
  const json = parseJson(content);
  if (!("value" in json)) return [content];
  const leaves: string[] = [];
  const open: unknown[] = [ran ? outputOf(json.value as Json) : json.value];
  while (open.length > 0 && leaves.length < taskLimits.values) {
    const next = open.pop();
    if (typeof next === "string" || typeof next === "number") leaves.push(String(next));
    else if (typeof next === "object" && next !== null) open.push(...Object.values(next));
  }
  return leaves;
}

/** Hosts from which earlier answers in a history came: a task that goes on with them is as wary as the one before. Pure. */
export function reachedIn(messages: readonly Message[]): string[] {
  const hosts = new Set<string>();
  for (const message of messages) {
    if (message.role !== "tool") continue;
    const json = parseJson(message.content);
    const reached = "value" in json && isJsonObject(json.value) ? json.value.reached : undefined;
    for (const host of typeof reached === "string" ? reached.split(", ") : [])
      if (host !== "" && hosts.size < taskLimits.hosts) hosts.add(oneLine(host, limits.permissionCharacters));
  }
  return [...hosts];
}
