import type { ParsedBodyOfRoute, ResponseOfRoute, RouteName } from "@action-collective/protocol";

/** One call of a route. `ref` is empty on routes whose path has none; `signal` aborts when the caller goes away. */
export interface ApiCall<N extends RouteName> {
  readonly ref: string;
  readonly body: ParsedBodyOfRoute<N>;
  readonly signal: AbortSignal;
}

export interface Readiness {
  readonly ready: boolean;
  readonly version: string;
}

/** What the peer does for each route of the contract; thrown `CollectiveError`s become the answer's error. */
export type ApiHandlers = {
  [N in Exclude<RouteName, "health" | "stop">]: (call: ApiCall<N>) => Promise<ResponseOfRoute<N>>;
} & {
  health(): Readiness;
  /** Called after the answer to the stop request has left. */
  stop(): void;
};
