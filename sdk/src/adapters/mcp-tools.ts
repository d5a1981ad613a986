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
  let made: { readonly pinned: string; readonly tools: Promise<readonly CollectiveTool[]> } | undefined;
  let guard: OutboundGuard | undefined;
  return async (approve) => {
    guard ??= new OutboundGuard(approve, memory);
    const pinned = await pinnedNow(client).catch((error: unknown) => {
      onMissing?.(error);
      return undefined;
    });
    const known = made;
    if (known !== undefined && (pinned === undefined || pinned === known.pinned)) return await known.tools;
    const tools = makeTools(client, { ...options, approve, pinned: pinned !== undefined }, guard);
    made = { pinned: pinned ?? "", tools };
    tools.catch(() => {
      made = known;
    });
    return await tools;
  };
}

/** All that the tools are made of, as one text. */
async function pinnedNow(client: ToolClient): Promise<string> {
  const offered = (await client.pinned()).filter(({ withheld }) => withheld === undefined);
  return JSON.stringify(offered.map(({ id, tool }) => [id, tool]));
}
