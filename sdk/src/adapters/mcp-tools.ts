import type { PinnedTool } from "@action-collective/protocol";
import type { WithheldAction } from "../lock/errors.ts";
import type { ToolClient } from "../tools/context.ts";
import { type NetworkMemory, OutboundGuard } from "../tools/outbound-guard.ts";
import { makeTools, type ToolOptions } from "../tools/tools.ts";
import type { CollectiveTool } from "../tools/types.ts";
import type { Approve } from "./mcp.ts";

export interface PeerToolsOptions extends Omit<ToolOptions, "approve" | "pinned" | "refs"> {
  /** Told when the peer cannot say what is pinned: those tools are missing until it can. */
  readonly onMissing?: ((error: unknown) => void) | undefined;
  /** Where one conversation goes over several connections: what was read from the network in it. */
  readonly memory?: NetworkMemory | undefined;
}

/**
 * The tools of a peer for one connection, asked for anew at each request. They stay the same until the user pins something
 * else; what they remember of the conversation outlasts that. A peer that does not answer takes none away: that it does not is
 * what they answer.
 */
export function peerTools(
  client: ToolClient,
  { onMissing, memory, ...options }: PeerToolsOptions = {},
): (approve: Approve) => Promise<readonly CollectiveTool[]> {
  let made: { readonly pinned: string; readonly tools: readonly CollectiveTool[] } | undefined;
  let guard: OutboundGuard | undefined;
  return async (approve) => {
    guard ??= new OutboundGuard(approve, memory);
    if (options.lock !== undefined) {
      if (made !== undefined) return made.tools;
      let isWhole = true;
      const onWithheld = (action: WithheldAction) => {
        isWhole = false;
        options.onWithheld?.(action);
      };
      const tools = await makeTools(client, { ...options, approve, onWithheld }, guard);
      // What is withheld now may be there at the next request.
      if (isWhole) made = { pinned: "", tools };
      return tools;
    }
    const offered = await client.pinned().catch((error: unknown) => {
      onMissing?.(error);
      return undefined;
    });
    const pinned = offered === undefined ? made?.pinned : keyOf(offered);
    if (made !== undefined && made.pinned === pinned) return made.tools;
    const tools = await makeTools(client, { ...options, approve, pinned: offered ?? false }, guard);
    made = { pinned: pinned ?? "", tools };
    return tools;
  };
}

/** All that the tools are made of, as one text. */
function keyOf(offered: readonly PinnedTool[]): string {
  return JSON.stringify(
    offered.filter(({ withheld }) => withheld === undefined).map(({ id, tool }) => [id, tool]),
  );
}
