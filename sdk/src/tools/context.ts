import type { Approval } from "../approval.ts";
import type { ActionClient } from "../client.ts";
import type { SearchOptions } from "../search-options.ts";
import type { OutboundGuard } from "./outbound-guard.ts";
import type { AnswerBounds } from "./untrusted.ts";

/** What the tools need of a peer: the client gives it over the local API, the peer's own MCP endpoint directly. */
export type ToolClient = Pick<
  ActionClient,
  "find" | "show" | "run" | "feedback" | "prove" | "publish" | "pinned"
>;

/** What all tools of one set share. */
export interface ToolContext {
  readonly client: ToolClient;
  readonly guard: OutboundGuard;
  readonly approve: Approval | undefined;
  /** How every search is made. */
  readonly search: Omit<SearchOptions, "limit" | "signal">;
  /** Of what a model publishes. */
  readonly licence: string;
  readonly bounds: AnswerBounds;
}
