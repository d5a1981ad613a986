import { isLoopback, isPrivate } from "@libp2p/utils";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import type { Reach } from "../options.ts";

interface Announcing {
  readonly reach: Reach;
  /** Where we listen. */
  readonly listen: readonly string[];
  /** What the user said to announce. */
  readonly announce: readonly string[];
}

/**
 * Which of our own addresses others are told: those that lead to us from as far as we want to be reached. Listening on
 * every interface includes 127.0.0.1 and private ones, where a stranger would find somebody else, and learn what our
 * network looks like inside. What the user said to announce always is, and who listens on loopback alone has nothing
 * else. Pure.
 */
export function announcedAddresses(
  addresses: readonly Multiaddr[],
  { reach, listen, announce }: Announcing,
): Multiaddr[] {
  if (reach === "loopback" || listen.every((address) => isLoopback(multiaddr(address))))
    return [...addresses];
  const said = (address: Multiaddr) => announce.some((given) => `${address}/`.startsWith(`${given}/`));
  const tooNear = reach === "lan" ? isLoopback : isPrivate;
  const far = addresses.filter((address) => said(address) || !tooNear(address));
  // Without any line a machine is a network of its own.
  return far.length === 0 && reach === "lan" ? [...addresses] : far;
}
