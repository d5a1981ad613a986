import { isPrivate } from "@libp2p/utils";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { NetworkAddressError } from "./errors.ts";
import type { Reach } from "./options.ts";
import { reason } from "./safely.ts";

/** Throws NetworkAddressError. */
export function parseAddress(address: string): Multiaddr {
  try {
    return multiaddr(address);
  } catch (error) {
    throw new NetworkAddressError(address, reason(error));
  }
}

/** The peer id at the end of an address, if it has one. */
export function peerIdOf(address: Multiaddr): string | undefined {
  return address.getComponents().findLast((component) => component.name === "p2p")?.value;
}

/** An address of a bootstrap node, which must say whom to expect there. Throws NetworkAddressError. */
export function parseBootstrapAddress(address: string): { id: string; address: string } {
  const id = peerIdOf(parseAddress(address));
  if (id === undefined) {
    throw new NetworkAddressError(address, "a bootstrap address ends in /p2p/ and the peer's id");
  }
  return { id, address };
}

/** Whether an address that a stranger told us is worth a dial from where we are. */
export function isWorthDialling(address: Multiaddr, reach: Reach): boolean {
  if (reach !== "public") return true;
  // On the internet a private address is either useless or an invitation to probe our own network.
  return !isPrivate(address);
}

/** The address with the peer's id at its end, so that nobody else is accepted there. */
export function withPeerId(address: string, id: string): Multiaddr {
  const target = multiaddr(address);
  return peerIdOf(target) === undefined ? target.encapsulate(`/p2p/${id}`) : target;
}
