import type { ParsedBodyOfRoute, ResponseOfRoute, RouteName } from "@action-collective/protocol";
import type { Caller } from "../capabilities/caller.ts";

/** One call of a route. `ref` is empty on routes whose path has none; `signal` aborts when the caller goes away. */
export interface ApiCall<N extends RouteName> {
  readonly ref: string;
  readonly body: ParsedBodyOfRoute<N>;
  readonly signal: AbortSignal;
  /** For whom: handlers that are not the user's alone heed it. */
  readonly caller: Caller;
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
