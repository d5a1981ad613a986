import { judgeAnswer, type RawAnswer } from "./answer.ts";
import { type Ask, ask } from "./ask.ts";
import { ModelInterfaceMissingError, ModelMalformedError, ModelUnavailableError } from "./errors.ts";
import { modelLimits } from "./limits.ts";
import { argumentsForHistory, fieldOf, listOf, type RawCall, textOf } from "./read.ts";
import { GrowingText } from "./stream.ts";
import type { Message, Model, OpenAIModelOptions, Turn } from "./types.ts";

/**
 * A model behind OpenAI's Responses interface. Nothing is stored at the server (`store: false`): each request carries the
 * whole conversation.
 * @throws {ModelInterfaceMissingError} the client has no such interface.
 */
export function responsesModel(options: OpenAIModelOptions): Model {
  const { responses } = options.openai;
  if (responses === undefined) throw new ModelInterfaceMissingError("Responses interface");
  const create: Ask["create"] = (body, request) => responses.create(body as never, request as never);
  return {
    turn: async (turn) => {
      const body = { store: false, ...options.parameters, ...responsesBody(options.model, turn) };
      const raw = await ask({ create, body, turn, timeoutMs: options.timeoutMs }, { whole, streamed });
      return judgeAnswer(raw, turn);
    },
  };
}

function responsesBody(model: string, { messages, tools, choice, onText }: Turn): object {
  return {
    model,
    input: messages.flatMap(inputItems),
    ...(tools.length === 0
      ? {}
      : {
          // Schemas of actions are not of the strict kind.
          tools: tools.map(({ name, description, parameters }) => ({
            type: "function",
            name,
            description,
            parameters,
            strict: false,
          })),
          tool_choice: typeof choice === "string" ? choice : { type: "function", name: choice.name },
        }),
    ...(onText === undefined ? {} : { stream: true }),
  };
}

function inputItems(message: Message): object[] {
  if (message.role === "tool")
    return [{ type: "function_call_output", call_id: message.toolCallId, output: message.content }];
  const { role, name } = message;
  // This interface has no field for names.
  const content =
    name === undefined || message.content === "" ? message.content : `${name}: ${message.content}`;
  if (role !== "assistant") return [{ role, content }];
  const calls = (message.toolCalls ?? []).map((call) => ({
    type: "function_call",
    call_id: call.id,
    name: call.name,
    arguments: argumentsForHistory(call.arguments),
  }));
  return content === "" ? calls : [{ role, content }, ...calls];
}

function whole(answer: unknown): RawAnswer {
  const items = fieldOf(answer, "output");
  if (!Array.isArray(items)) throw new ModelMalformedError("it holds no list of output items");
  const parts = items
    .filter((item) => fieldOf(item, "type") === "message")
    .flatMap((item) => listOf(fieldOf(item, "content")));
  return {
    text: joined(parts, "output_text", "text"),
    refusal: joined(parts, "refusal", "refusal"),
    calls: items.filter((item) => fieldOf(item, "type") === "function_call").map(rawCall),
    finish: finishOf(answer),
    usage: fieldOf(answer, "usage"),
  };
}

function joined(parts: readonly unknown[], type: string, field: string): string {
  return parts
    .filter((part) => fieldOf(part, "type") === type)
    .map((part) => textOf(fieldOf(part, field)) ?? "")
    .join("");
}

function rawCall(item: unknown): RawCall {
  return {
    id: fieldOf(item, "call_id"),
    name: fieldOf(item, "name"),
    arguments: fieldOf(item, "arguments"),
  };
}

/** In the words of chat completions. @throws {ModelUnavailableError} the server failed while it answered. */
function finishOf(response: unknown): string {
  const reason = textOf(fieldOf(fieldOf(response, "incomplete_details"), "reason"));
  if (reason === "content_filter") return "content_filter";
  const status = textOf(fieldOf(response, "status"));
  if (status === "incomplete") return "length";
  if (status === "failed") {
    const error = fieldOf(response, "error");
    if (textOf(fieldOf(error, "code")) === "content_filter") return "content_filter";
    throw new ModelUnavailableError(
      (textOf(fieldOf(error, "message")) ?? "it failed while it answered").slice(0, modelLimits.said),
    );
  }
  return "stop";
}

/** Text is handed on as it comes; the answer itself is the one that the last event holds. */
async function streamed(events: AsyncIterable<unknown>, onText: (delta: string) => void): Promise<RawAnswer> {
  let last: unknown;
  const items: unknown[] = [];
  const text = new GrowingText(modelLimits.text);
  for await (const event of events) {
    const type = textOf(fieldOf(event, "type"));
    if (type === "response.output_text.delta") {
      const piece = textOf(fieldOf(event, "delta")) ?? "";
      text.add(piece);
      if (piece !== "") onText(piece);
    } else if (type === "response.output_item.done") {
      // A message, its reasoning and the calls; more would be refused below.
      if (items.length <= 4 * modelLimits.calls) items.push(fieldOf(event, "item"));
    } else if (type === "response.completed" || type === "response.incomplete" || type === "response.failed")
      last = fieldOf(event, "response");
    else if (type === "error")
      throw new ModelUnavailableError(
        (textOf(fieldOf(event, "message")) ?? "it failed").slice(0, modelLimits.said),
      );
  }
  if (last === undefined)
    return { text: String(text), refusal: "", calls: [], finish: undefined, usage: undefined };
  // Some servers leave the output out of the last event.
  return listOf(fieldOf(last, "output")).length > 0 || items.length === 0
    ? whole(last)
    : { ...whole({ output: items }), finish: finishOf(last), usage: fieldOf(last, "usage") };
}
