import type { PeerId } from "@action-collective/protocol";
import { isPeerId } from "../network-lists/address.ts";
import type { Peer } from "../peer.ts";
import type { ApiHandlers } from "./handlers.ts";
import { UnknownPeerError } from "./resolve-peer.ts";

/** What the peer's user says about the end of its key. */
export function keyHandlers({ id, ownKey }: Peer): Pick<ApiHandlers, "succession" | "compromise"> {
  return {
    succession: async ({ body: { successor, consent } }) => {
      // Said for good: an abbreviation will not do.
      if (!isPeerId(successor)) throw new UnknownPeerError(successor);
      const { recipients } = await ownKey.succeedBy(successor as PeerId, Buffer.from(consent, "base64"));
      return { peer: id, successor, compromisedSince: null, recipients };
    },
    compromise: async ({ body: { since } }) => {
      const { recipients } = await ownKey.compromisedSince(since);
      return { peer: id, successor: null, compromisedSince: since, recipients };
    },
  };
}
