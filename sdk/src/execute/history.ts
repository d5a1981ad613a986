import { fieldOf, listOf, textOf } from "../model/read.ts";
import type { Message, ToolCall } from "../model/types.ts";
import { InvalidTaskError } from "./errors.ts";
import { taskLimits } from "./limits.ts";
import { paired } from "./pairing.ts";
import type { TaskOptions } from "./types.ts";

/**
 * A chat history in this library's own form, each call answered once. Nothing is lost: parts of text become lines, a
 * developer's message a system message, and a call that nobody answered is said not to have been done. Pure.
 * @throws {InvalidTaskError} for what has no such form: images, sound, answers to calls that were not made.
 */
export function readHistory(history: TaskOptions["chatHistory"]): Message[] {
  if (!Array.isArray(history) || history.length === 0)
    throw new InvalidTaskError("chatHistory must hold at least one message");
  if (history.length > taskLimits.history)
    throw new InvalidTaskError(`chatHistory has more than ${taskLimits.history} messages`);
  const messages = history.map((message: unknown, index) => readMessage(message, index + 1));
  checkAnswers(messages);
  return paired(messages);
}

function readMessage(message: unknown, number: number): Message {
  const role = fieldOf(message, "role");
  switch (role) {
    case "system":
    case "developer":
    case "user":
      return {
        role: role === "user" ? role : "system",
        content: contentOf(fieldOf(message, "content"), number),
        ...nameOf(message),
      };
    case "assistant": {
      for (const what of ["audio", "function_call"])
        if (fieldOf(message, what) != null)
          throw new InvalidTaskError(`message ${number} has ${what}; give its text, or its tool_calls`);
      const content = fieldOf(message, "content") ?? fieldOf(message, "refusal") ?? "";
      const toolCalls = callsOf(message, number);
      return {
        role,
        content: contentOf(content, number),
        ...nameOf(message),
        ...(toolCalls.length === 0 ? {} : { toolCalls }),
      };
    }
    case "tool": {
      const toolCallId = fieldOf(message, "toolCallId") ?? fieldOf(message, "tool_call_id");
      if (typeof toolCallId !== "string")
        throw new InvalidTaskError(`message ${number} must name the call that it answers (tool_call_id)`);
      return { role, toolCallId, content: contentOf(fieldOf(message, "content"), number) };
    }
    default:
      throw new InvalidTaskError(
        `message ${number} must have the role system, developer, user, assistant or tool`,
      );
  }
}

function contentOf(content: unknown, number: number): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content))
    throw new InvalidTaskError(`the content of message ${number} must be a text, or parts of text`);
  const parts = content.map((part: unknown) => {
    const text = textOf(fieldOf(part, "text")) ?? textOf(fieldOf(part, "refusal"));
    if (text !== undefined) return text;
    const type = (textOf(fieldOf(part, "type")) ?? "unknown").slice(0, taskLimits.partType);
    throw new InvalidTaskError(`message ${number} holds a part of type ${type}; only text can be given`);
  });
  return parts.join("\n");
}

function nameOf(message: unknown): { readonly name?: string } {
  const name = textOf(fieldOf(message, "name")) ?? "";
  return name === "" ? {} : { name };
}

/** Calls as this library writes them, or as chat completions do. */
function callsOf(message: unknown, number: number): ToolCall[] {
  return listOf(fieldOf(message, "toolCalls") ?? fieldOf(message, "tool_calls")).map((call) => {
    const called = fieldOf(call, "function") ?? fieldOf(call, "custom") ?? call;
    const [id, name] = [fieldOf(call, "id"), fieldOf(called, "name")];
    // Custom tools are called with a text.
    const input = textOf(fieldOf(called, "input"));
    const given = fieldOf(called, "arguments") ?? (input === undefined ? input : JSON.stringify({ input }));
    if (typeof id !== "string" || typeof name !== "string" || typeof given !== "string")
      throw new InvalidTaskError(`each call of message ${number} must have an id, a name and arguments`);
    return { id, name, arguments: given };
  });
}

/** An answer whose call is not there is refused by every server. */
function checkAnswers(messages: readonly Message[]): void {
  let open: string[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role !== "tool") {
      open = message.role === "assistant" ? (message.toolCalls ?? []).map(({ id }) => id) : [];
      continue;
    }
    const at = open.indexOf(message.toolCallId);
    if (at === -1)
      throw new InvalidTaskError(
        `message ${index + 1} answers a call that was not made just before it, or was answered already`,
      );
    open.splice(at, 1);
  }
}
