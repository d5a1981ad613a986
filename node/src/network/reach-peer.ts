import { peerIdFromString } from "@libp2p/peer-id";
import type { Multiaddr } from "@multiformats/multiaddr";
import { withPeerId } from "./addresses.ts";
import type { Host } from "./host.ts";

/**
 * Connects to a peer known by its id only: through addresses we have, else through the DHT.
 *
 * The look-up is done before the dial and not left to libp2p's dial queue: the queue's job for this peer would wait for
 * the DHT's first walk, which may itself be waiting to dial this very peer, and both time out after five seconds.
 */
export async function reachPeer(host: Host, peer: string, signal: AbortSignal): Promise<void> {
  const id = peerIdFromString(peer);
  if (host.getConnections(id).length > 0) return;
  const known = (await host.peerStore.has(id, { signal }))
    ? (await host.peerStore.get(id, { signal })).addresses
    : [];
  const dial = async (addresses: readonly Multiaddr[]) => {
    const targets = addresses.map((address) => withPeerId(address.toString(), peer));
    await host.dial(targets, { signal });
  };
  if (known.length > 0) {
    try {
      return await dial(known.map((address) => address.multiaddr));
    } catch {
      // Most likely moved: a restarted peer listens elsewhere. The DHT may know where.
      signal.throwIfAborted();
    }
  }
  const found = await host.peerRouting.findPeer(id, { signal });
  await dial(found.multiaddrs);
}
