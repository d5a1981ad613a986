import { isJsonObject } from "@action-collective/protocol";
import { ModelMalformedError } from "./errors.ts";
import { modelLimits } from "./limits.ts";
import type { Message, TokenUsage, ToolCall } from "./types.ts";

/** What servers answer is read field by field: compatible ones leave out, null and rename. Nothing here trusts a shape. */

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** Both interfaces' names; absent is 0. */
export function usageOf(value: unknown): TokenUsage {
  return {
    input: countOf(fieldOf(value, "prompt_tokens") ?? fieldOf(value, "input_tokens")),
    output: countOf(fieldOf(value, "completion_tokens") ?? fieldOf(value, "output_tokens")),
  };
}

/** A call as it came, in whatever form. */
export interface RawCall {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly arguments?: unknown;
}

/** Bounded, with an id that no other call of the conversation has and a name that servers take back. */
export function callsOf(raw: readonly RawCall[], messages: readonly Message[]): ToolCall[] {
  if (raw.length > modelLimits.calls)
    throw new ModelMalformedError(`${raw.length} calls in one answer; at most ${modelLimits.calls} are read`);
  const taken = new Set(
    messages.flatMap((message) =>
      message.role === "assistant" ? (message.toolCalls ?? []).map(({ id }) => id) : [],
    ),
  );
  return raw.map((call, index) => {
    const given = textOf(call.id);
    const usable = given !== undefined && /^[\w.:-]+$/.test(given) && given.length <= modelLimits.id;
    const id = usable && !taken.has(given) ? given : `call_${messages.length}_${index}`;
    taken.add(id);
    const name = (textOf(call.name) ?? "").replaceAll(/[^\w-]/g, "_").slice(0, modelLimits.name);
    return { id, name: name === "" ? "nameless" : name, arguments: argumentsOf(call.arguments) };
  });
}

/** Some servers send the arguments as an object, some nothing at all for a function without any. */
function argumentsOf(value: unknown): string {
  const text = typeof value === "string" ? value : value == null ? "" : JSON.stringify(value);
  if (text.length > modelLimits.arguments)
    throw new ModelMalformedError(`a call's arguments have more than ${modelLimits.arguments} characters`);
  return text === "" ? "{}" : text.toWellFormed();
}

export function boundedText(text: string): string {
  if (text.length > modelLimits.text)
    throw new ModelMalformedError(`a text of more than ${modelLimits.text} characters`);
  return text.toWellFormed();
}

/** Several servers read the arguments of earlier calls as JSON, and fail the request when they are not. */
export function argumentsForHistory(text: string): string {
  try {
    if (isJsonObject(JSON.parse(text))) return text;
  } catch {
    // Sent as what it is: a text.
  }
  return JSON.stringify({ unreadable: text });
}
