import { setImmediate as nextTurn } from "node:timers/promises";
import type { PeerId } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import type { Multiaddr } from "@multiformats/multiaddr";
import { isRelayed, throughRelay, withPeerId } from "../addresses.ts";
import { pause, withDeadline } from "../deadline.ts";
import { DialFailedError } from "../errors.ts";
import type { Host } from "../host.ts";
import {
  DIAL_TIMEOUT_MS,
  KNOWN_ADDRESS_MS,
  LOOK_UP_AFTER_MS,
  MAX_ADDRESSES_DIALLED,
  MAX_RELAYS_TRIED,
  THROUGH_RELAY_MS,
} from "../limits.ts";
import { reason } from "../safely.ts";

interface ReachParts {
  host: Host;
  /** Relays we are connected to. */
  relays(): readonly string[];
}

/**
 * Connects to a peer known by its id only: through addresses we have, else through a relay we share with it, else
 * through what the DHT knows, which is asked meanwhile. Throws DialFailedError, and the signal's reason.
 *
 * libp2p dials a peer's addresses one after another and one dial per peer at a time, so each of these ways has a short
 * while before the next takes its place. The look-up is ours and not left to libp2p's dial queue: the queue's job for
 * this peer would wait for the DHT's first walk, which may itself be waiting to dial this very peer.
 */
export async function reachPeer(
  { host, relays }: ReachParts,
  peer: string,
  signal: AbortSignal,
): Promise<void> {
  const id = peerIdFromString(peer);
  if (host.getConnections(id).length > 0) return;
  const known = await knownAddresses(host, id, signal);
  const direct = known.filter((address) => !isRelayed(address));
  const relayed = relays()
    .filter((relay) => relay !== peer)
    .slice(0, MAX_RELAYS_TRIED)
    .map((relay) => throughRelay(relay, peer));
  const failures: unknown[] = [];
  const attempt = async (ms: number, addresses: readonly Multiaddr[]): Promise<boolean> => {
    if (addresses.length === 0) return false;
    const targets = addresses
      .slice(0, MAX_ADDRESSES_DIALLED)
      .map((address) => withPeerId(address.toString(), peer));
    try {
      await withDeadline(ms, [signal], (bounded) => host.dial(targets, { signal: bounded }));
      return true;
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
      // An aborted dial leaves libp2p's queue a little later; until then the next would join it and fail with it.
      await nextTurn();
      return host.getConnections(id).length > 0;
    }
  };

  await withDeadline(DIAL_TIMEOUT_MS, [signal], async (whole) => {
    const done = new AbortController();
    const hurry = new AbortController();
    const lookUp = withDeadline(DIAL_TIMEOUT_MS, [whole, done.signal], async (bounded) => {
      if (direct.length > 0) await pause(LOOK_UP_AFTER_MS, hurry.signal).catch(() => undefined);
      return (await host.peerRouting.findPeer(id, { signal: bounded })).multiaddrs;
    });
    // It may fail long before anybody waits for it, or after.
    lookUp.catch(() => undefined);
    try {
      if (await attempt(KNOWN_ADDRESS_MS, direct)) return;
      hurry.abort();
      if (await attempt(THROUGH_RELAY_MS, [...relayed, ...known.filter(isRelayed)])) return;
      const found = await lookUp.catch((error: unknown) => {
        failures.push(error);
        return [];
      });
      if (await attempt(DIAL_TIMEOUT_MS, found)) return;
      signal.throwIfAborted();
      throw new DialFailedError(peer, failures.map(reason).join("; "));
    } finally {
      hurry.abort();
      done.abort();
    }
  });
}

async function knownAddresses(host: Host, id: PeerId, signal: AbortSignal): Promise<Multiaddr[]> {
  if (!(await host.peerStore.has(id, { signal }))) return [];
  return (await host.peerStore.get(id, { signal })).addresses.map((address) => address.multiaddr);
}
