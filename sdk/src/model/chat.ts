import { judgeAnswer, type RawAnswer } from "./answer.ts";
import { type Ask, ask } from "./ask.ts";
import { ModelMalformedError } from "./errors.ts";
import { modelLimits } from "./limits.ts";
import { argumentsForHistory, fieldOf, listOf, type RawCall, textOf } from "./read.ts";
import { GrowingText } from "./stream.ts";
import type { Message, Model, OpenAIModelOptions, Turn } from "./types.ts";

/**
 * A model behind the chat completions interface, which nearly every server speaks: OpenAI, Ollama, llama.cpp, vLLM.
 * Retries of 429 and 5xx are the openai client's (`maxRetries`); nothing is tried again here.
 */
export function chatModel(options: OpenAIModelOptions): Model {
  const { completions } = options.openai.chat;
  const create: Ask["create"] = (body, request) => completions.create(body as never, request as never);
  return {
    turn: async (turn) => {
      const body = { ...options.parameters, ...chatBody(options.model, turn) };
      const raw = await ask({ create, body, turn, timeoutMs: options.timeoutMs }, { whole, streamed });
      return judgeAnswer(raw, turn);
    },
  };
}

function chatBody(model: string, { messages, tools, choice, onText }: Turn): object {
  return {
    model,
    messages: messages.map(chatMessage),
    // An empty list is refused by several servers.
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: "function",
            function: { name, description, parameters },
          })),
          tool_choice: typeof choice === "string" ? choice : { type: "function", function: choice },
        }),
    ...(onText === undefined ? {} : { stream: true, stream_options: { include_usage: true } }),
  };
}

function chatMessage(message: Message): object {
  if (message.role === "tool")
    return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
  const { role, content, name } = message;
  const named = name === undefined ? { role } : { role, name };
  const toolCalls = role === "assistant" ? (message.toolCalls ?? []) : [];
  if (toolCalls.length === 0) return { ...named, content };
  return {
    ...named,
    content: content === "" ? null : content,
    tool_calls: toolCalls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: argumentsForHistory(call.arguments) },
    })),
  };
}

function whole(answer: unknown): RawAnswer {
  const choice = listOf(fieldOf(answer, "choices"))[0];
  const message = fieldOf(choice, "message");
  if (typeof message !== "object" || message === null)
    throw new ModelMalformedError("it holds no choice with a message");
  return {
    text: textOf(fieldOf(message, "content")) ?? "",
    refusal: textOf(fieldOf(message, "refusal")) ?? "",
    calls: listOf(fieldOf(message, "tool_calls")).map(rawCall),
    // A whole answer did end, whether or not the server says how.
    finish: textOf(fieldOf(choice, "finish_reason")) ?? "stop",
    usage: fieldOf(answer, "usage"),
  };
}

function rawCall(call: unknown): RawCall {
  const called = fieldOf(call, "function");
  return { id: fieldOf(call, "id"), name: fieldOf(called, "name"), arguments: fieldOf(called, "arguments") };
}

async function streamed(events: AsyncIterable<unknown>, onText: (delta: string) => void): Promise<RawAnswer> {
  const text = new GrowingText(modelLimits.text);
  const refusal = new GrowingText(modelLimits.text);
  const calls = new GrowingCalls();
  let finish: string | undefined;
  let usage: unknown;
  for await (const event of events) {
    usage = fieldOf(event, "usage") ?? usage;
    const choice = listOf(fieldOf(event, "choices"))[0];
    const delta = fieldOf(choice, "delta");
    const piece = textOf(fieldOf(delta, "content")) ?? "";
    text.add(piece);
    if (piece !== "") onText(piece);
    refusal.add(textOf(fieldOf(delta, "refusal")) ?? "");
    for (const call of listOf(fieldOf(delta, "tool_calls"))) calls.add(fieldOf(call, "index"), rawCall(call));
    finish = textOf(fieldOf(choice, "finish_reason")) ?? finish;
  }
  return { text: String(text), refusal: String(refusal), calls: calls.list(), finish, usage };
}

interface GrowingCall {
  /** Where the server says that it belongs. */
  readonly at: number;
  id: string;
  name: string;
  readonly arguments: GrowingText;
}

/**
 * Calls come in pieces, told apart by an index. Servers that send whole calls leave it out, or say the same index for all of
 * them: then another id, or without one a name, begins the next.
 */
class GrowingCalls {
  readonly #calls: GrowingCall[] = [];

  add(index: unknown, { id: givenId, name: givenName, arguments: piece }: RawCall): void {
    const [id, name] = [textOf(givenId) ?? "", textOf(givenName) ?? ""];
    const known =
      typeof index === "number"
        ? this.#calls.findLast(({ at }) => at === index)
        : name === ""
          ? this.#calls.at(-1)
          : undefined;
    const another = known !== undefined && name !== "" && id !== "" && known.id !== "" && known.id !== id;
    const call = known === undefined || another ? this.#begin(index) : known;
    if (call.id === "") call.id = id;
    if (call.name === "") call.name = name;
    if (piece != null) call.arguments.add(typeof piece === "string" ? piece : JSON.stringify(piece));
  }

  #begin(index: unknown): GrowingCall {
    if (this.#calls.length >= modelLimits.calls)
      throw new ModelMalformedError(`more than ${modelLimits.calls} calls in one answer`);
    const at = typeof index === "number" ? index : this.#calls.length;
    const call = { at, id: "", name: "", arguments: new GrowingText(modelLimits.arguments) };
    this.#calls.push(call);
    return call;
  }

  list(): RawCall[] {
    const inOrder = this.#calls.toSorted((one, other) => one.at - other.at);
    return inOrder.map(({ id, name, arguments: given }) => ({ id, name, arguments: String(given) }));
  }
}
