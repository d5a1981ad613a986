import { limits } from "@action-collective/protocol";
import { oneLine } from "../../tools/one-line.ts";
import type { Message } from "../types.ts";

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
  const peer = peerOf(from);
  return [
    ...(typeof said === "string" && said !== "" ? [oneLine(said, HOSTS_CHARACTERS)] : []),
    ...(peer === undefined || isHere(from) ? [] : [oneLine(`peer ${peer}`, limits.permissionCharacters)]),
  ];
}

/** The peer in an address; undefined where it names none. */
export function peerOf(address: string): string | undefined {
  const at = address.indexOf("@");
  return at === -1 ? undefined : address.slice(at + 1);
}
