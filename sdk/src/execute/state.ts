import type { ActionDefinition, Card, Json } from "@action-collective/protocol";
import type { Message, TokenUsage, ToolCall } from "../model/types.ts";
import { reachedIn } from "./conversation.ts";
import type { Draft } from "./draft.ts";
import type { ActionName, Candidate, MadeAction, Stage, Stopped } from "./types.ts";

/** A call that the model made (or a stage that was called by itself) and that has no answer in the messages yet. */
export type Wish =
  | { readonly kind: "need"; readonly call: ToolCall; readonly need: string }
  | {
      readonly kind: "use";
      readonly call: ToolCall;
      readonly action: Candidate;
      readonly input: Json | undefined;
    }
  | { readonly kind: "draft"; readonly call: ToolCall; readonly draft: Draft };

/** An action that passed its own test here, before it is decided whether it is published. */
export interface Proved {
  readonly definition: ActionDefinition;
  readonly action: MadeAction;
  readonly similar: readonly Card[];
  /** What it uses, directly or through others, and nobody has published: it would be published with it. */
  readonly along: readonly ActionName[];
}

/** How far a task is: all that it knows, plain values, open to inspection at any time. */
export interface TaskState {
  /** What `next()` will do. */
  readonly stage: Stage;
  /** The history and what was added so far; after a model's turn, its calls stand here before their answers do. */
  readonly messages: readonly Message[];
  readonly steps: number;
  readonly runs: number;
  readonly usage: TokenUsage;
  /** What the model wants to happen, in order; the first is next. */
  readonly wishes: readonly Wish[];
  /** The need that is being met. */
  readonly need?: string | undefined;
  /** Every action that was offered in this task, whose short names stay valid. */
  readonly offered: readonly Candidate[];
  /** Drafts of the action being made so far. */
  readonly tries: number;
  /** What was wrong with the last draft. */
  readonly problems: readonly string[];
  /** A draft that passed its test, and was not general enough: better than nothing. */
  readonly spare?: Draft | undefined;
  readonly proved?: Proved | undefined;
  readonly used: readonly ActionName[];
  readonly made: readonly MadeAction[];
  readonly published: readonly ActionName[];
  /** Hosts that runs of this task were given: once there are any, strangers may have a word in what comes next. */
  readonly reached: readonly string[];
  /** How often each call and search was made, by fingerprint. */
  readonly seen: Readonly<Record<string, number>>;
  readonly blunders: number;
  readonly answer?: string | undefined;
  readonly stopped?: Stopped | undefined;
}

export function beginning(chatHistory: readonly Message[]): TaskState {
  return {
    stage: "think",
    messages: [...chatHistory],
    steps: 0,
    runs: 0,
    usage: { input: 0, output: 0 },
    wishes: [],
    offered: [],
    tries: 0,
    problems: [],
    used: [],
    made: [],
    published: [],
    reached: reachedIn(chatHistory),
    seen: {},
    blunders: 0,
  };
}
