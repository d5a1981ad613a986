import type { ActionId } from "@action-collective/protocol";
import type { PinnedTools } from "../tools/pinned-tools.ts";
import type { ApiHandlers } from "./handlers.ts";

/** Which actions agents get as tools of their own: shown and chosen. */
export function toolsHandlers(
  pinned: PinnedTools,
  resolve: (ref: string) => ActionId,
): Pick<ApiHandlers, "tools" | "setTools"> {
  return {
    tools: async () => ({ tools: await pinned.list() }),
    setTools: async ({ body: { add, remove } }) => ({
      tools: await pinned.change({ add: add?.map(resolve), remove }),
    }),
  };
}
