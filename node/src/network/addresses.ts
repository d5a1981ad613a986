import { peerIdFromString } from "@libp2p/peer-id";
import { isPrivate } from "@libp2p/utils";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { NetworkAddressError } from "./errors.ts";
import type { Reach } from "./options.ts";
import { reason } from "./safely.ts";

/** A host's name, a port and two peer ids fit; a stranger's six addresses are kept for weeks. */
const MAX_ADDRESS_CHARACTERS = 512;
const CIRCUIT = "p2p-circuit";

/** Throws NetworkAddressError. */
export function parseAddress(address: string): Multiaddr {
  try {
    return multiaddr(address);
  } catch (error) {
    throw new NetworkAddressError(address, reason(error));
  }
}

/** The peer id at the end of an address, if it has one: that of the relay, before `/p2p-circuit`, is not meant. */
export function peerIdOf(address: Multiaddr): string | undefined {
  const components = address.getComponents();
  const circuit = components.findLastIndex((component) => component.name === CIRCUIT);
  return components.slice(circuit + 1).findLast((component) => component.name === "p2p")?.value;
}

/** Whether an address leads through a relay. */
export function isRelayed(address: Multiaddr): boolean {
  return address.getComponents().some((component) => component.name === CIRCUIT);
}

/** The id of the (last) relay that an address leads through, if it names one. */
export function relayOf(address: Multiaddr): string | undefined {
  const components = address.getComponents();
  const circuit = components.findLastIndex((component) => component.name === CIRCUIT);
  return components.slice(0, Math.max(circuit, 0)).findLast((component) => component.name === "p2p")?.value;
}

/** A peer, through a relay that we are connected to. */
export function throughRelay(relay: string, peer: string): Multiaddr {
  return multiaddr(`/p2p/${relay}/p2p-circuit/p2p/${peer}`);
}

/** An address of a bootstrap node, which must say whom to expect there. Throws NetworkAddressError. */
export function parseBootstrapAddress(address: string): { id: string; address: string } {
  const id = peerIdOf(parseAddress(address));
  if (id === undefined) {
    throw new NetworkAddressError(address, "a bootstrap address ends in /p2p/ and the peer's id");
  }
  try {
    peerIdFromString(id);
  } catch {
    throw new NetworkAddressError(address, `"${id}" is not a whole peer id`);
  }
  return { id, address };
}

/**
 * Whether an address that a stranger told us is worth a dial from where we are, to have one neighbour more. Through a
 * relay it is not: gossip and catching up go by way of the relay's own records anyway, and circuits are scarce. They
 * are made when somebody is needed for what only he has (`reachPeer`).
 */
export function isWorthDialling(address: Multiaddr, reach: Reach): boolean {
  if (isRelayed(address) || address.toString().length > MAX_ADDRESS_CHARACTERS) return false;
  if (reach !== "public") return true;
  // On the internet a private address is either useless or an invitation to probe our own network.
  return !isPrivate(address);
}

/** The address with the peer's id at its end, so that nobody else is accepted there. */
export function withPeerId(address: string, id: string): Multiaddr {
  const target = multiaddr(address);
  return peerIdOf(target) === undefined ? target.encapsulate(`/p2p/${id}`) : target;
}
