import type { JsonObject } from "@action-collective/protocol";
import type { Message, ToolCall } from "../model/types.ts";
import { type Marked, untrusted } from "../tools/untrusted.ts";

/** An answer to a call in words of ours alone. */
export function reply(call: ToolCall, ours: JsonObject): Message {
  return { role: "tool", toolCallId: call.id, content: JSON.stringify(ours) };
}

/** An answer to a call that holds others' text, marked. */
export function replyMarked(call: ToolCall, answer: Marked): Message {
  return { role: "tool", toolCallId: call.id, content: untrusted(answer) };
}
