import type { ActionDefinition, Card, Json, Receipt, VerificationView } from "@action-collective/protocol";
import type { CallOptions } from "../caller.ts";
import type { Message, OpenAIModelOptions, TokenUsage } from "../model/types.ts";
import type { SearchFilters } from "../search-options.ts";
import type { Tracing } from "../tracing/types.ts";

/** What a task does, one after the other; `done` when there is nothing left to do. */
export type Stage =
  | "think"
  | "search"
  | "choose"
  | "generate"
  | "prove"
  | "publish"
  | "fill"
  | "run"
  | "answer"
  | "done";

/** Something waits for the user's word. Texts may quote strangers. */
export type Question =
  /** The peer doubts this action, and the user's policy says to ask. */
  | { readonly kind: "run"; readonly id: string; readonly name: string; readonly message: string }
  /** After an action that reached the network, something that could send data out. */
  | {
      readonly kind: "send";
      readonly doing: "run" | "publish" | "search";
      /** Of the action; of a search, its words. */
      readonly name: string;
      /** Where the data may come from, and where it could go; `hosts` is empty for what goes to other peers. */
      readonly from: readonly string[];
      readonly hosts: readonly string[];
      readonly message: string;
    }
  /** An action that was made for this task could be shared with everybody. */
  | {
      readonly kind: "publish";
      readonly name: string;
      /** All that would be published. */
      readonly definition: ActionDefinition;
      /** What the collective has already that is much like it. */
      readonly similar: readonly Card[];
      readonly message: string;
    };

/** The user's word on a question. Without such a function every answer is no. */
export type Approve = (question: Question) => boolean | Promise<boolean>;

/** Whether what is made for a task is published: after asking, without asking, or not at all. */
export type Publishing = "ask" | "always" | "never";

export interface Budget {
  /** Tokens of input and output together; the turn that goes over it is the last. */
  readonly tokens?: number | undefined;
  /** Runs of actions, failed ones counted. */
  readonly runs?: number | undefined;
  /** What was begun by then is ended. */
  readonly milliseconds?: number | undefined;
}

/** A message as the `openai` library types it, by shape. */
export interface ChatMessage {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool" | "function";
  /** A text, or parts of text. */
  readonly content?: string | readonly ChatPart[] | null | undefined;
  readonly name?: string | undefined;
  readonly refusal?: string | null | undefined;
  readonly tool_calls?: readonly ChatToolCall[] | null | undefined;
  readonly tool_call_id?: string | undefined;
}

export interface ChatPart {
  readonly type: string;
  readonly text?: string;
  readonly refusal?: string;
}

export interface ChatToolCall {
  readonly id: string;
  readonly type?: string;
  readonly function?: { readonly name: string; readonly arguments: string };
  readonly custom?: { readonly name: string; readonly input: string };
}

export interface TaskOptions extends OpenAIModelOptions, CallOptions {
  /**
   * The conversation so far; the last message is usually the user's request. It goes to `openai` and nowhere else. Messages of
   * chat completions are taken as they are, if they hold text and calls alone; so are those that a task returned.
   */
  readonly chatHistory: readonly (Message | ChatMessage)[];
  /** Turns of the model; 20 by default. */
  readonly maxSteps?: number | undefined;
  readonly budget?: Budget | undefined;
  /** Told what happens, as it does. What it throws is not heard. */
  readonly onEvent?: ((event: TaskEvent) => void) | undefined;
  /** Stream the model's text, as `text` events. */
  readonly stream?: boolean | undefined;
  readonly approve?: Approve | undefined;
  /** `ask` by default. */
  readonly publish?: Publishing | undefined;
  /** Whether actions may be made when none is found; true by default. */
  readonly generate?: boolean | undefined;
  /** What found actions must be. */
  readonly filters?: SearchFilters | undefined;
  /**
   * Ask connected peers when searching: the words of the need are sent to them, unless a value of the conversation stands in
   * them. Never by default.
   */
  readonly ask?: boolean | undefined;
  /** Drafts of one action that are tried; 4 by default. */
  readonly tries?: number | undefined;
  /** Actions that one search offers to the model, 1 to 10; 5 by default. */
  readonly candidates?: number | undefined;
  /** Licence of what is made, by its SPDX name; MIT by default. */
  readonly licence?: string | undefined;
  /** Spans for the task, each turn of the model and each thing that the peer does for it; none by default. */
  readonly tracing?: Tracing | undefined;
}

/** An action that the model can be offered, under a short name that only this task knows. */
export interface Candidate {
  /** `a1`, `a2`, … */
  readonly ref: string;
  readonly id: string;
  readonly name: string;
  /** Hosts that it may reach. */
  readonly hosts: readonly string[];
  readonly input?: Json;
}

export interface ActionName {
  readonly id: string;
  readonly name: string;
}

export interface MadeAction extends ActionName {
  /** False while a value of the conversation, or a secret, stands in it: then it is never published. */
  readonly general: boolean;
}

/** Why a task ended before the model was done with it. */
export interface Stopped {
  readonly reason: "steps" | "tokens" | "runs" | "milliseconds" | "loop" | "tries";
  /** One sentence, for people. */
  readonly message: string;
  /** Of `tries`: what was wrong with the last draft, one line each. They may quote strangers. */
  readonly problems?: readonly string[];
}

export interface ExecuteResult {
  readonly answer: string;
  /** The history and all that was added; the last is the answer. It can be given as the history of the next task. */
  readonly messages: readonly Message[];
  /** Turns of the model. */
  readonly steps: number;
  /** Actions that ran and returned something, each once. */
  readonly used: readonly ActionName[];
  readonly made: readonly MadeAction[];
  readonly published: readonly ActionName[];
  readonly usage: TokenUsage;
  readonly stopped?: Stopped;
}

export type TaskEvent =
  | { readonly type: "stage"; readonly stage: Stage }
  | { readonly type: "text"; readonly delta: string }
  | { readonly type: "turn"; readonly step: number; readonly usage: TokenUsage }
  | {
      readonly type: "found";
      readonly need: string;
      readonly candidates: readonly Candidate[];
      readonly weak: boolean;
    }
  | { readonly type: "drafted"; readonly try: number; readonly name: string }
  | {
      readonly type: "proved";
      readonly name: string;
      readonly passed: boolean;
      /** What is wrong with it, one line each; empty when nothing is. */
      readonly problems: readonly string[];
      readonly verification?: VerificationView;
    }
  | { readonly type: "asked"; readonly question: Question; readonly answer: boolean }
  | { readonly type: "ran"; readonly action: ActionName; readonly receipt: Receipt }
  | { readonly type: "failed"; readonly action: ActionName; readonly code: string; readonly message: string }
  | { readonly type: "published"; readonly action: ActionName }
  | { readonly type: "stopped"; readonly stopped: Stopped }
  | { readonly type: "answered"; readonly answer: string };
