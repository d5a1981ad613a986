import { type Json, visibleJson } from "@action-collective/protocol";
import type { Message as ModelMessage } from "../../model/types.ts";
import { marked, untrusted } from "../../tools/untrusted.ts";
import type { Message } from "../types.ts";
import { modelAgentLimits } from "./limits.ts";

export interface ConversationOptions {
  /** The addresses of the agent whose model it is for: its own messages become the model's. */
  readonly self: readonly string[];
  /** Which texts are a stranger's, and are marked as such; by default none. */
  readonly isStranger?: ((message: Message) => boolean) | undefined;
  /** Put names into the texts too, for servers that take no notice of the field `name`. */
  readonly namesInText?: boolean | undefined;
  /** Most in all; the newest messages are kept, the last one in any case. 60,000 by default. */
  readonly characters?: number | undefined;
}

/**
 * Messages of a thread, the oldest first, as messages of chat completions: what others said are messages of users that carry
 * the speaker's name. None is ever a system message. Pure.
 */
export function toModelMessages(
  messages: readonly Message[],
  { characters = modelAgentLimits.conversation, ...options }: ConversationOptions,
): ModelMessage[] {
  const kept: ModelMessage[] = [];
  let left = characters;
  for (const message of messages.toReversed()) {
    const converted = toModelMessage(message, options, characters);
    left -= converted.content.length;
    if (left < 0 && kept.length > 0) break;
    kept.unshift(converted);
  }
  return kept;
}

function toModelMessage(
  message: Message,
  { self, isStranger = () => false, namesInText = false }: ConversationOptions,
  most: number,
): ModelMessage {
  const { from, content } = message;
  const name = speakerName(from);
  // A stranger's text has its name inside the mark; that name may well be this agent's own.
  if (isStranger(message))
    return { role: "user", name, content: untrusted(marked(`the agent ${from}`, content)) };
  const text = contentText(content, most);
  if (self.includes(from)) return { role: "assistant", content: text };
  return { role: "user", name, content: namesInText ? `${name}: ${text}` : text };
}

/** Invisible letters, in which instructions are hidden from people. */
const HIDDEN = /[\u{e0000}-\u{e0fff}]/gu;

/** A text as it is, anything else as JSON; what is too long is cut, and hidden letters are taken out. */
export function contentText(content: Json, most: number = modelAgentLimits.conversation): string {
  const text = (typeof content === "string" ? content : visibleJson(content)).replaceAll(HIDDEN, "");
  return (text.length > most ? `${text.slice(0, most)}…` : text).toWellFormed();
}

/** An address as servers take the name of a speaker: letters, digits, dashes and underscores, at most 64. */
export function speakerName(address: string): string {
  return address.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 64);
}

/** The beginning of a text that fits into so many bytes of UTF-8. */
export function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  // A character that was cut through becomes a mark that says so; it goes.
  return `${bytes
    .subarray(0, most - 3)
    .toString()
    .replace(/\uFFFD$/, "")}…`;
}
