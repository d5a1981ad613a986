import type { Json } from "@action-collective/protocol";
import type { ObjectSchema } from "../tools/types.ts";

/** One message of a conversation with a model, as this library keeps it; the form of chat completions, reduced. */
export type Message =
  | {
      readonly role: "system" | "user";
      readonly content: string;
      /** Who of several speaks. */
      readonly name?: string;
    }
  | {
      readonly role: "assistant";
      readonly content: string;
      readonly name?: string;
      readonly toolCalls?: readonly ToolCall[];
    }
  | { readonly role: "tool"; readonly toolCallId: string; readonly content: string };

/** What a model asked for. `arguments` is the text it wrote, which need not be JSON. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** A function that a model may call. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: ObjectSchema;
}

/** Tokens, as the server counts them; 0 where it does not say. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
}

export interface Turn {
  readonly messages: readonly Message[];
  readonly tools: readonly ModelTool[];
  /** `auto`: text or calls, as the model likes. `none`: text. A name: that function (servers that cannot force one are free not to). */
  readonly choice: "auto" | "none" | { readonly name: string };
  readonly signal?: AbortSignal | undefined;
  /** Told each piece of text as it comes; where it is given, the answer is streamed. */
  readonly onText?: ((delta: string) => void) | undefined;
}

export interface TurnAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: TokenUsage;
}

/** A model behind some interface. Implementations throw only errors of `model/errors.ts`, or the signal's reason. */
export interface Model {
  turn(turn: Turn): Promise<TurnAnswer>;
}

/**
 * The part of an `OpenAI` client that is used, by shape, so that this package works with any version of `openai` from 6 on
 * (and anything that looks like it) and does not depend on its types.
 */
export interface OpenAILike {
  readonly chat: { readonly completions: { create(body: never, options?: never): unknown } };
  readonly responses?: { create(body: never, options?: never): unknown };
}

export interface OpenAIModelOptions {
  readonly openai: OpenAILike;
  readonly model: string;
  /** Which interface the server speaks; nearly all speak `chat`. */
  readonly api?: "chat" | "responses" | undefined;
  /** Further fields of every request, such as `temperature` or `reasoning_effort`. */
  readonly parameters?: Readonly<Record<string, Json>> | undefined;
  /** Longest that one answer may take, in milliseconds; 120,000 by default. */
  readonly timeoutMs?: number | undefined;
}
