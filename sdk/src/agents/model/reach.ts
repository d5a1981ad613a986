import { isJsonObject, type Json, limits } from "@action-collective/protocol";
import { oneLine } from "../../tools/one-line.ts";
import { NotReceivedError } from "../errors.ts";
import type { Caller, Message, Place } from "../types.ts";

/**
 * In a message's metadata: where its sender's model had read from the network when it wrote it. So the fence around what was
 * read goes with it from agent to agent.
 */
export const REACHED = "reached";

const HOSTS_CHARACTERS = 200;

/**
 * The peer whose words a message has: that of its speaker, or of whoever it was forwarded from; undefined for words of this
 * space. By the space's own word, never by an address alone: other programs may be at the same peer. Pure.
 */
export function peerBehind(
  { metadata = {} }: Pick<Message, "metadata">,
  speaker: Caller,
): string | undefined {
  const { forwarded } = metadata;
  const origin = isJsonObject(forwarded) ? forwarded.origin : undefined;
  return speaker.peer ?? peerOf(speaker.address) ?? peerFrom(forwarded) ?? peerFrom(origin);
}

function peerFrom(step: Json | undefined): string | undefined {
  return isJsonObject(step) && typeof step.from === "string" ? peerOf(step.from) : undefined;
}

/**
 * Where a message's text may come from beyond this machine: the peer whose words it has, else what its sender says, which is
 * not taken from strangers: the user reads it. Pure.
 */
export function reachedIn(message: Pick<Message, "metadata">, speaker: Caller): string[] {
  const peer = peerBehind(message, speaker);
  if (peer !== undefined) return [oneLine(`peer ${peer}`, limits.permissionCharacters)];
  const said = message.metadata?.[REACHED];
  return typeof said === "string" && said !== "" ? [oneLine(said, HOSTS_CHARACTERS)] : [];
}

/** Who said a message; by its address where the space does not say: outside one, and of failures in answers to all. */
export function speakerOf(message: Message, place: Pick<Place, "caller"> | undefined): Caller {
  try {
    return place?.caller(message) ?? { address: message.from };
  } catch (error) {
    if (error instanceof NotReceivedError) return { address: message.from };
    throw error;
  }
}

/** A message of a thread, and whoever said it. */
export interface Spoken {
  readonly said: Message;
  readonly speaker: Caller;
}

/** What led to a message, the oldest first; nothing where a network outside any space handed it over. */
export function spokenBefore(
  place: Pick<Place, "ancestors" | "caller">,
  message: Message,
): readonly Spoken[] {
  try {
    return place.ancestors(message).map((said) => ({ said, speaker: place.caller(said) }));
  } catch (error) {
    if (error instanceof NotReceivedError) return [];
    throw error;
  }
}

/** The peer in an address; undefined where it names none. */
export function peerOf(address: string): string | undefined {
  const at = address.indexOf("@");
  return at === -1 ? undefined : address.slice(at + 1);
}
