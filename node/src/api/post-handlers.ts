import { bearerOf } from "../capabilities/bearers.ts";
import type { Peer } from "../peer.ts";
import type { ApiHandlers } from "./handlers.ts";

/** How spaces of agents are connected to this peer. */
export function postHandlers({
  id,
  post,
}: Pick<Peer, "id" | "post">): Pick<ApiHandlers, "openDesk" | "frames" | "closeDesk"> {
  return {
    openDesk: async ({ caller }) => ({ desk: post.openDesk(bearerOf(caller)), peer: id }),
    frames: async ({ ref, body, signal, caller }) => ({
      frames: await post.frames(ref, bearerOf(caller), body, signal),
    }),
    closeDesk: async ({ ref, caller }) => {
      post.closeDesk(ref, bearerOf(caller));
      return { closed: true };
    },
  };
}
