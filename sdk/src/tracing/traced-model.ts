import type { Message, Model, TokenUsage } from "../model/types.ts";
import { CLIENT, inSpan } from "./span.ts";
import type { SpanLike, Tracing } from "./types.ts";

export const DEFAULT_PROVIDER = "openai";

/** The same model, with a span `chat {model}` for each turn. */
export function tracedModel(model: Model, name: string, tracing: Tracing | undefined): Model {
  if (tracing === undefined) return model;
  const { tracer, contents = false, provider = DEFAULT_PROVIDER } = tracing;
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": name,
  };
  return {
    turn: (turn) =>
      inSpan(tracer, `chat ${name}`, { kind: CLIENT, attributes }, async (span) => {
        if (contents)
          span.setAttribute("gen_ai.input.messages", JSON.stringify(turn.messages.map(messageOf)));
        const answer = await model.turn(turn);
        setUsage(span, answer.usage);
        if (contents) {
          const { text, toolCalls } = answer;
          const said = {
            ...messageOf({ role: "assistant", content: text, toolCalls }),
            finish_reason: reasonOf(toolCalls),
          };
          span.setAttribute("gen_ai.output.messages", JSON.stringify([said]));
        }
        span.setAttribute("gen_ai.response.finish_reasons", [reasonOf(answer.toolCalls)]);
        return answer;
      }),
  };
}

/** Servers that do not count say 0, and nothing is claimed of them. */
export function setUsage(span: SpanLike, { input, output }: TokenUsage): void {
  if (input > 0) span.setAttribute("gen_ai.usage.input_tokens", input);
  if (output > 0) span.setAttribute("gen_ai.usage.output_tokens", output);
}

/** An answer that was cut off is an error, so there are two. */
function reasonOf(calls: readonly unknown[]): "tool_call" | "stop" {
  return calls.length > 0 ? "tool_call" : "stop";
}

/** In the conventions' form. */
function messageOf(message: Message) {
  if (message.role === "tool")
    return {
      role: "tool",
      parts: [{ type: "tool_call_response", id: message.toolCallId, response: message.content }],
    };
  const text = message.content === "" ? [] : [{ type: "text", content: message.content }];
  const calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
  const parts = calls.map(({ id, name, arguments: given }) => ({
    type: "tool_call",
    id,
    name,
    arguments: given,
  }));
  return { role: message.role, parts: [...text, ...parts] };
}
