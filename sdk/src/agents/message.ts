import {
  agentMessageSchema,
  firstIssue,
  isJsonWithin,
  type Json,
  limits,
  MOST_MESSAGE_BYTES,
} from "@action-collective/protocol";
import { InvalidMessageError } from "./errors.ts";
import type { Message } from "./types.ts";

/** All messages there are: only what was made here is one, so nobody passes a look-alike off as received. */
const sizes = new WeakMap<object, number>();

/** `undefined` is as good as left out. */
export interface MessageFields {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly intent: string;
  readonly content: Json;
  readonly replyTo?: string | undefined;
  readonly timestamp: number;
  readonly metadata?: Readonly<Record<string, Json>> | undefined;
}

/**
 * A message: checked, copied, frozen through and through.
 * @throws {InvalidMessageError}
 */
export function makeMessage(fields: MessageFields): Message {
  const { content, metadata, ...rest } = fields;
  if (!isJsonWithin(content, limits.jsonDepth))
    throw new InvalidMessageError(`its content is not plain JSON of at most ${limits.jsonDepth} levels`);
  if (metadata !== undefined && !isJsonWithin(metadata, limits.jsonDepth))
    throw new InvalidMessageError("its metadata is not plain JSON");
  const text = JSON.stringify({ ...rest, content, metadata });
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_MESSAGE_BYTES)
    throw new InvalidMessageError(`it has ${bytes} bytes, of at most ${MOST_MESSAGE_BYTES}`);
  const parsed = agentMessageSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new InvalidMessageError(firstIssue(parsed.error));
  const message = freeze(parsed.data) as Message;
  sizes.set(message, bytes);
  return message;
}

/** Whether this very object was made as a message. */
export function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && sizes.has(value);
}

/** In bytes, as JSON. */
export function sizeOf(message: Message): number {
  return sizes.get(message) ?? 0;
}

/** Recurses no deeper than the check above lets anything be. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
