import type { Engine, Rebuilding } from "../types.ts";
import type { EmbedderDescription } from "../vectors/vector-generation.ts";
import type { CatalogueState } from "../words/word-snapshot.ts";

/** What the search thread is started with. */
export interface ThreadOptions {
  /** The catalogue's file, read-only to the thread, and how far it had come when the thread was started. */
  readonly file: string;
  readonly catalogue: CatalogueState;
  /** Beginning of the names of the thread's own files. */
  readonly base: string;
  readonly embedder: EmbedderDescription;
  /** Whose vectors serve until those of `embedder` are complete. */
  readonly previous: EmbedderDescription | undefined;
  readonly useHnsw: "auto" | "never";
  readonly hnswModule: string;
  readonly graphFrom: number;
  /** See native-guard.ts. */
  readonly guard: SharedArrayBuffer;
  /** The files of the last start may be why that failed: they are made anew. */
  readonly distrust: boolean;
}

export interface FindRequest {
  readonly text: string;
  /** A document's cosine is the best with one of them. */
  readonly vectors: readonly Float32Array[];
  /** Who made them. */
  readonly embedder: string;
  readonly count: number;
  /** Look among the ids alone that were sent ahead in parts under this key, so many. */
  readonly only: { readonly key: number; readonly ids: number } | undefined;
}

/** Candidates, column by column. */
export interface FindAnswer {
  readonly numbers: readonly number[];
  readonly ids: readonly string[];
  readonly keywords: Float64Array;
  /** Not a number where there is none. */
  readonly cosines: Float64Array;
  readonly twins: readonly number[];
  readonly terms: number;
  readonly exhausted: boolean;
}

/** Every request by its name: what goes in, what comes out. */
export interface ThreadCalls {
  find: { input: FindRequest; output: FindAnswer };
  /** Positions in the list of ids, two for each pair. */
  similar: { input: { readonly ids: readonly string[]; readonly least: number }; output: Uint32Array };
  /** Answered when everything that was committed has arrived everywhere. */
  settle: { input: null; output: null };
  /** Nobody embeds queries by it any more: its vectors may go. */
  release: { input: string; output: null };
  /** Saves everything; no request is answered after this. Says what went wrong. */
  stop: { input: null; output: readonly string[] };
}

export type CallName = keyof ThreadCalls;

export type ThreadRequest = {
  [Name in CallName]: {
    readonly id: number;
    readonly name: Name;
    readonly input: ThreadCalls[Name]["input"];
  };
}[CallName];

/** What the main thread sends without waiting for an answer. */
export type ThreadNotice =
  /** Something was committed. */
  | { readonly notice: "wake" }
  | { readonly notice: "want"; readonly ids: readonly string[] }
  /** Ids of a question to come, in parts, so that no part holds up the event loop. */
  | { readonly notice: "only"; readonly key: number; readonly ids: readonly string[] }
  /** The question will not come. */
  | { readonly notice: "never"; readonly key: number }
  | { readonly notice: "embedded"; readonly batch: number; readonly vectors: readonly Float32Array[] }
  | { readonly notice: "not-embedded"; readonly batch: number; readonly reason: string };

export interface ThreadState {
  /** Documents that can be found by keyword. */
  readonly documents: number;
  /** …and by vector. */
  readonly vectors: number;
  /** Whose vectors serve. */
  readonly embedder: string;
  readonly engine: Engine;
  readonly rebuilding: Rebuilding | null;
}

export type ThreadMessage =
  | { readonly kind: "ready"; readonly problem?: string }
  | { readonly kind: "reply"; readonly id: number; readonly output: ThreadCalls[CallName]["output"] }
  | { readonly kind: "failure"; readonly id: number; readonly reason: string }
  | { readonly kind: "state"; readonly state: ThreadState }
  | { readonly kind: "warn"; readonly message: string }
  | { readonly kind: "info"; readonly message: string }
  /** Asks for vectors of documents. */
  | {
      readonly kind: "embed";
      readonly batch: number;
      readonly embedder: string;
      readonly texts: readonly string[];
    }
  /** From now on the vectors of this embedder serve; the one before may be released. */
  | { readonly kind: "switched"; readonly embedder: string };
