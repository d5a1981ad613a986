import { isJsonObject, type Json } from "@action-collective/protocol";
import { NotDeliveredError } from "./errors.ts";
import { BOARD_ID } from "./hierarchy/roster.ts";
import type { Member } from "./members.ts";
import { isMessage, type MessageFields } from "./message.ts";
import type { Provenance } from "./provenance.ts";
import type { Caller, Failure, Message, SendOptions } from "./types.ts";

export interface SpeechParts {
  readonly provenance: Provenance<Member>;
  readonly now: () => number;
  readonly newId: () => string;
}

/** Whoever answers: a member, or one of another peer. */
interface Speaker {
  readonly address: string;
  readonly member?: Member;
}

/** Makes all messages of a space, and nobody's in another's name. */
export class Speech {
  readonly #provenance: Provenance<Member>;
  readonly #now: () => number;
  readonly #newId: () => string;

  constructor({ provenance, now, newId }: SpeechParts) {
    this.#provenance = provenance;
    this.#now = now;
    this.#newId = newId;
  }

  /** A message of this member's own. @throws {InvalidMessageError} */
  make(
    sender: Member,
    to: string,
    intent: string,
    content: Json,
    { replyTo, metadata, forwarded }: SendOptions & { readonly forwarded?: Json } = {},
  ): Message {
    const own = ownMetadata(metadata);
    const fields: MessageFields = {
      id: this.#newId(),
      from: sender.id,
      to,
      intent,
      content,
      replyTo,
      timestamp: this.#now(),
      metadata: forwarded === undefined ? own : { ...own, forwarded },
    };
    return this.#provenance.make(sender, sender.caller, fields);
  }

  /** What came from another peer becomes a message: of its sender there, a stranger. @throws {InvalidMessageError | NotDeliveredError} */
  hear(said: MessageFields): Message {
    const peer = said.from.split("@")[1];
    // Else it would bear the name of one of this space.
    if (peer === undefined) throw new NotDeliveredError("no-address", `"${said.from}" is at no peer`);
    return this.#provenance.make(undefined, Object.freeze({ address: said.from, peer }), said);
  }

  /** An error in place of a member's answer. */
  failure(of: Member | undefined, asked: Message, content: Failure): Message {
    const { id: replyTo, from } = asked;
    const fields = {
      id: this.#newId(),
      from: of?.id ?? BOARD_ID,
      to: from,
      intent: "error",
      content: content as Json,
      replyTo,
      timestamp: this.#now(),
    };
    return this.#provenance.make(of, of?.caller ?? { address: BOARD_ID }, fields);
  }

  /** What a node yields is its own, or what it received; anything else becomes its own words. */
  accept(answer: unknown, asked: Message, { address, member }: Speaker): Message {
    if (isMessage(answer) && (member === undefined || this.#provenance.holds(member, answer))) return answer;
    const said = answer as Partial<Message> | null | undefined;
    return this.#provenance.make(member, member?.caller ?? { address }, {
      id: this.#newId(),
      from: address,
      to: asked.from,
      intent: said?.intent ?? "inform",
      content: said?.content as Json,
      replyTo: asked.id,
      timestamp: this.#now(),
      metadata: ownMetadata(said?.metadata),
    });
  }
}

/**
 * What goes along with a message that is forwarded: its metadata, and where it came from, now and at first. Of a stranger's
 * message neither: what it says of itself would become the word of whoever forwards it.
 */
export function handedOn(
  { id, from, metadata = {} }: Message,
  speaker: Caller | undefined,
): { readonly carried: Readonly<Record<string, Json>>; readonly forwarded: Json } {
  if (speaker === undefined || speaker.peer !== undefined) return { carried: {}, forwarded: { from, id } };
  const { forwarded: earlier, ...carried } = metadata;
  if (!isJsonObject(earlier)) return { carried, forwarded: { from, id } };
  return { carried, forwarded: { from, id, origin: earlier.origin ?? earlier } };
}

/** `forwarded` is the space's word alone: otherwise anybody could say that somebody else had said it. */
function ownMetadata(metadata: SendOptions["metadata"]): SendOptions["metadata"] {
  if (metadata === undefined || !("forwarded" in metadata)) return metadata;
  const { forwarded: _, ...own } = metadata;
  return own;
}
