import { type AgentMessage, agentMessageSchema, decodeCanonical } from "@action-collective/protocol";
import { MOST_STORED_BYTES } from "./limits.ts";

/** A message as a file held it; undefined for what an older version could write and this one does not take. */
export function storedMessage(bytes: unknown): AgentMessage | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    return agentMessageSchema.parse(decodeCanonical(bytes, MOST_STORED_BYTES));
  } catch {
    return undefined;
  }
}
