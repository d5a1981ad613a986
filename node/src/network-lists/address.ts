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
  const { problem, rest } = readPlace(address);
  if (problem !== undefined) return problem;
  const [p2p, id, ...more] = rest;
  if (p2p !== "p2p" || id === undefined || more.length > 0) return "must end in /p2p/ and the node's peer id";
  return isId(id, kind)
    ? undefined
    : `ends in "${id.slice(0, 64)}", which is no peer id that is possible here`;
}

/** Why a peer cannot tell others that it is reached there; undefined when it can. */
export function announcedProblem(address: string): string | undefined {
  if (address.startsWith("/dnsaddr/")) return "must begin with /ip4, /ip6, /dns, /dns4 or /dns6";
  const { problem, rest } = readPlace(address);
  return (
    problem ?? (rest.length > 0 ? "must end after the port: the peer's id is added by itself" : undefined)
  );
}

/** Host and port at the head of an address; what follows them, or what is wrong. */
function readPlace(address: string): { problem?: string; rest: string[] } {
  const bad = (problem: string) => ({ problem, rest: [] });
  if (address.length > MAX_ADDRESS_CHARACTERS)
    return bad(`is longer than ${MAX_ADDRESS_CHARACTERS} characters`);
  const [before, protocol = "", host = "", ...rest] = address.split("/");
  if (before !== "") return bad("does not begin with a slash");
  if (protocol === "dnsaddr") return isName(host) ? { rest } : bad("holds no host name in lower case");
  const isHost = Object.hasOwn(HOSTS, protocol) ? HOSTS[protocol] : undefined;
  if (isHost === undefined) return bad("must begin with /ip4, /ip6, /dns, /dns4, /dns6 or /dnsaddr");
  if (!isHost(host)) return bad(`holds no host that fits /${protocol}`);
  if (rest.shift() !== "tcp") return bad("must go on with /tcp after the host");
  return isPort(rest.shift()) ? { rest } : bad("holds no port from 1 to 65535");
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
