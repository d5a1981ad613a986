import type { GraphIdentity } from "./graph-file.ts";
import type { Engine } from "./types.ts";

/** What the worker is started with. */
export interface WorkerOptions extends GraphIdentity {
  readonly indexFile: string;
  readonly useHnsw: "auto" | "never";
  readonly hnswModule: string;
}

/** Vectors by document number; `codes` holds them one after the other. */
export interface VectorBatch {
  readonly numbers: Uint32Array;
  readonly codes: Int8Array;
}

/** The worker's first message. */
export interface WorkerReady {
  readonly ready: true;
  readonly engine: Engine;
  /** Why there is no HNSW although it was asked for. */
  readonly problem?: string;
}

export interface VectorQuery {
  readonly query: Float32Array;
  readonly count: number;
  /** Documents whose cosine is wanted whether they are near or not. */
  readonly also: Uint32Array;
  /** Search these alone, exactly. */
  readonly only?: Uint32Array;
}

/** The nearest, then those of `also` that are not among them. */
export interface VectorAnswer {
  readonly numbers: Uint32Array;
  readonly cosines: Float32Array;
}

/** Every request by its name: what goes in, what comes out. */
export interface WorkerCalls {
  /** Texts through the worker's own embedder. */
  embed: { input: readonly string[]; output: Float32Array[] };
  /** New vectors, findable when this is answered. */
  add: { input: VectorBatch; output: null };
  remove: { input: Uint32Array; output: null };
  /** All vectors of the database were added: take over the saved graph. Says what was wrong with it. */
  loaded: { input: null; output: string | null };
  search: { input: VectorQuery; output: VectorAnswer };
  /** Answered when the graph has taken in every vector. */
  settle: { input: null; output: null };
  /** Saves the graph; no request is answered after this. Says what went wrong with saving. */
  stop: { input: null; output: string | null };
}

export type CallName = keyof WorkerCalls;

export type WorkerRequest = {
  [Name in CallName]: {
    readonly id: number;
    readonly name: Name;
    readonly input: WorkerCalls[Name]["input"];
  };
}[CallName];

export type WorkerReply =
  | { readonly id: number; readonly output: WorkerCalls[CallName]["output"] }
  | { readonly id: number; readonly error: string };
