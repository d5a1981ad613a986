import type { ActionId, AskAnswer, AskRequest } from "@action-collective/protocol";

/** What became of a record that a neighbour sent; `fresh` names an action that was unknown here before. */
export type Taken =
  | { readonly kind: "fresh"; readonly action: ActionId }
  | { readonly kind: "nothing-new" }
  | { readonly kind: "dishonest" };

export interface RemoteParts {
  /** Connected peers that answer questions. */
  readonly neighbours: () => readonly string[];
  readonly ask: (
    peer: string,
    request: AskRequest,
    limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ) => Promise<AskAnswer>;
  /** Passes a record through everything that one from gossip passes, and stores it. */
  readonly take: (record: Uint8Array, from: string) => Taken;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  readonly random: () => number;
  readonly log: (level: "debug" | "warn", message: string, fields: Record<string, unknown>) => void;
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Ask even what was asked a moment ago, because somebody insists. */
  readonly again: boolean;
}

/** What asking came to. */
export interface Asked {
  /** Neighbours that the question went to. */
  readonly peers: number;
  /** Actions that were unknown here before, each with the neighbour that brought it. */
  readonly fresh: ReadonlyMap<ActionId, string>;
}

export interface RemoteStats {
  readonly questions: number;
  readonly fresh: number;
}
