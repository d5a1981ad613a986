import { isIPv4, isIPv6 } from "node:net";
import { keyOfPeerId, peerIdOfKey } from "@action-collective/protocol";
import { MAX_ADDRESS_CHARACTERS } from "./limits.ts";

/** Whose node an address leads to: one of this network, whose id is an ed25519 key's, or any of libp2p. */
export type NodeKind = "operator" | "public-dht";

const HOST_CHARACTERS = 253;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Base 58 of a multihash: `Qm…` of older keys, `12D3Koo…`. */
const ANY_ID = /^[1-9A-HJ-NP-Za-km-z]{46,64}$/;

const isName = (host: string) =>
  host.length <= HOST_CHARACTERS && host.split(".").every((label) => LABEL.test(label));
const HOSTS: Readonly<Record<string, (host: string) => boolean>> = {
  ip4: isIPv4,
  ip6: (host) => isIPv6(host) && !host.includes("%"),
  dns: isName,
  dns4: isName,
  dns6: isName,
};

/** Why this is no address that a list may hold (SPEC §8.3); undefined when it is one. */
export function addressProblem(address: string, kind: NodeKind): string | undefined {
  if (address.length > MAX_ADDRESS_CHARACTERS) return `is longer than ${MAX_ADDRESS_CHARACTERS} characters`;
  const [before, protocol = "", host = "", ...rest] = address.split("/");
  if (before !== "") return "does not begin with a slash";
  if (protocol === "dnsaddr") {
    if (!isName(host)) return "holds no host name in lower case";
  } else {
    const isHost = Object.hasOwn(HOSTS, protocol) ? HOSTS[protocol] : undefined;
    if (isHost === undefined) return "must begin with /ip4, /ip6, /dns, /dns4, /dns6 or /dnsaddr";
    if (!isHost(host)) return `holds no host that fits /${protocol}`;
    if (rest.shift() !== "tcp") return "must go on with /tcp after the host";
    if (!isPort(rest.shift())) return "holds no port from 1 to 65535";
  }
  const [p2p, id, ...more] = rest;
  if (p2p !== "p2p" || id === undefined || more.length > 0) return "must end in /p2p/ and the node's peer id";
  return isId(id, kind)
    ? undefined
    : `ends in "${id.slice(0, 64)}", which is no peer id that is possible here`;
}

/** The peer id at the end of an address that was found valid. */
export function nodeOf(address: string): string {
  return address.slice(address.lastIndexOf("/") + 1);
}

function isPort(text: string | undefined): boolean {
  return text !== undefined && /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65_535;
}

function isId(id: string, kind: NodeKind): boolean {
  return kind === "public-dht" ? ANY_ID.test(id) : isPeerId(id);
}

/** The one spelling of an ed25519 peer's id. */
export function isPeerId(id: string): boolean {
  try {
    return peerIdOfKey(keyOfPeerId(id)) === id;
  } catch {
    return false;
  }
}
