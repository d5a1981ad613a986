import { type AgentMessage, isJsonWithin, limits, MOST_MESSAGE_BYTES } from "@action-collective/protocol";
import { MessageTooLargeError, MessageUnsendableError, NoAddressError } from "./errors.ts";

/** An address whose peer is known. */
export interface Address {
  /** An agent's name, or `*`. */
  readonly name: string;
  readonly peer: string;
}

/** @param self the peer that is meant where none is named. Throws NoAddressError for `*`. */
export function addressOf(text: string, self: string): Address {
  const [name = "", peer = self] = text.split("@");
  if (text === "*") throw new NoAddressError(text);
  return { name, peer };
}

export function textOf({ name, peer }: Address): string {
  return `${name}@${peer}`;
}

/**
 * Bytes of the message as JSON. Throws MessageTooLargeError, MessageUnsendableError.
 */
export function sizeOf(message: AgentMessage): number {
  if (
    !isJsonWithin(message.content, limits.jsonDepth) ||
    !isJsonWithin(message.metadata ?? {}, limits.jsonDepth)
  )
    throw new MessageUnsendableError();
  const size = Buffer.byteLength(JSON.stringify(message));
  if (size > MOST_MESSAGE_BYTES) throw new MessageTooLargeError();
  return size;
}
