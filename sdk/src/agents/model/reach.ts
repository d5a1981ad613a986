import { limits } from "@action-collective/protocol";
import { oneLine } from "../../tools/one-line.ts";
import type { Message, Place } from "../types.ts";

/**
 * In a message's metadata: where its sender's model had read from the network when it wrote it. So the fence around what was
 * read goes with it from agent to agent.
 */
export const REACHED = "reached";

const HOSTS_CHARACTERS = 200;

/**
 * Where a message's text may come from beyond this machine: what it says itself, and the peer of an agent that is not here.
 * Pure.
 */
export function reachedIn(
  { from, metadata = {} }: Pick<Message, "from" | "metadata">,
  isHere: (address: string) => boolean,
): string[] {
  const said = metadata[REACHED];
  return [
    ...(typeof said === "string" && said !== "" ? [oneLine(said, HOSTS_CHARACTERS)] : []),
    ...(isHere(from) ? [] : [oneLine(`peer ${peerOf(from)}`, limits.permissionCharacters)]),
  ];
}

/** Whether an address is one of the agent's own space; outside one, none of another peer is. */
export function hereIn(place: Pick<Place, "who" | "address"> | undefined): (address: string) => boolean {
  const known = new Set([place?.address, ...(place?.who() ?? []).map(({ address }) => address)]);
  return (address) => peerOf(address) === undefined || known.has(address);
}

/** The peer in an address; undefined where it names none. */
export function peerOf(address: string): string | undefined {
  const at = address.indexOf("@");
  return at === -1 ? undefined : address.slice(at + 1);
}
