import type { Message, ToolCall } from "../model/types.ts";
import { reply } from "./messages.ts";
import { said } from "./prompts.ts";

/**
 * The same messages, each call followed by its one answer, in the order of the calls: servers refuse a call without an
 * answer, and the templates of local models pair them by their places alone. Pure.
 */
export function paired(messages: readonly Message[]): Message[] {
  const ordered: Message[] = [];
  let calls: readonly ToolCall[] = [];
  let answers: Message[] = [];
  const close = () => {
    for (const call of calls) {
      const at = answers.findIndex((answer) => answer.role === "tool" && answer.toolCallId === call.id);
      ordered.push(...(at === -1 ? [reply(call, { told: said.notDone })] : answers.splice(at, 1)));
    }
  };
  for (const message of messages) {
    if (message.role === "tool") {
      answers.push(message);
      continue;
    }
    close();
    ordered.push(message);
    calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
    answers = [];
  }
  close();
  return ordered;
}
