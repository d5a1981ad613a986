import { isJsonObject, limits } from "@action-collective/protocol";
import type { Message } from "../model/types.ts";
import { parseJson } from "../parse-json.ts";
import { oneLine } from "../tools/one-line.ts";
import { USE_ACTION } from "./functions.ts";
import { taskLimits } from "./limits.ts";

/**
 * What nobody else is to learn: the words of the user and of the model, and what actions returned. What was found, and
 * the reports on drafts, belong to the collective or to the draft itself. Pure.
 */
export function privateTexts(messages: readonly Message[]): string[] {
  const runs = new Set(
    messages.flatMap((message) =>
      message.role === "assistant"
        ? (message.toolCalls ?? []).filter(({ name }) => name === USE_ACTION.name).map(({ id }) => id)
        : [],
    ),
  );
  return messages.flatMap((message) =>
    message.role !== "tool"
      ? [message.content]
      : runs.has(message.toolCallId)
        ? leavesOf(message.content)
        : [],
  );
}

/** Texts and numbers of what a tool answered; names of properties are the action's, not the user's. */
function leavesOf(content: string): string[] {
  const json = parseJson(content);
  if (!("value" in json)) return [content];
  const { value } = json;
  const leaves: string[] = [];
  const open: unknown[] = [isJsonObject(value) && "content" in value ? value.content : value];
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
