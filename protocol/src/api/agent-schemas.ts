import { z } from "zod";
import type { Json } from "../json.ts";
import { AGENT_ADDRESS, AGENT_NAME, capabilityBlockSchema, privilegesSchema } from "../privileges.ts";

const json = z.custom<Json>((value) => value !== undefined);
const time = z.number().int().min(0);

/** A capability's text form is bounded by its chain: nine blocks of lists that restrict. */
export const MOST_CAPABILITY_CHARACTERS = 64 * 1024;
const capability = z.string().min(1).max(MOST_CAPABILITY_CHARACTERS);
/** Names one link of a chain: 16 bytes, base64url. It tells nothing of the token. */
const blockId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

export const capabilityRequest = capabilityBlockSchema;
export const capabilityResponse = z.object({ id: blockId, token: capability });

const spentSchema = z.object({
  calls: z.number(),
  tokens: z.number(),
  milliseconds: z.number(),
  messages: z.number(),
});
/** One agent's capability, as the peer has seen it used. */
export const capabilityViewSchema = z.object({
  id: blockId,
  /** Whose privileges it was cut from; absent at level 0. */
  parent: blockId.optional(),
  level: z.number(),
  agent: z.string(),
  role: z.string().optional(),
  /** In force: no more than everybody's above it. */
  privileges: privilegesSchema,
  /** By it and all below it. */
  spent: spentSchema,
  revoked: z.boolean(),
  lastSeen: time,
});
export type CapabilityView = z.infer<typeof capabilityViewSchema>;
export const capabilitiesResponse = z.object({ capabilities: z.array(capabilityViewSchema) });

/** Told by whoever uses up what the peer does not see: the tokens of models, the messages within one space. */
export const spendRequest = z.strictObject({
  tokens: z.number().int().min(0).max(1_000_000_000).optional(),
  messages: z.number().int().min(0).max(1_000_000).optional(),
});
export const spendResponse = z.object({
  /** Left of the nearest bound; absent where none is set. */
  left: z.object({
    calls: z.number().optional(),
    tokens: z.number().optional(),
    milliseconds: z.number().optional(),
    messages: z.number().optional(),
  }),
});

/** Ends a capability and everything cut from it. The caller holds one above it in its chain, or the peer's own token. */
export const revokeRequest = z.union([
  z.strictObject({ id: blockId }),
  z.strictObject({ token: capability }),
]);
export const revokeResponse = z.object({ id: blockId });

/** Most of one message, as JSON. */
export const MOST_MESSAGE_BYTES = 64 * 1024;
export const MOST_MESSAGE_ID = 255;

/** What agents say to each other, on every way (SPEC §16.1). */
export const agentMessageSchema = z.strictObject({
  id: z.string().min(1).max(MOST_MESSAGE_ID),
  from: z.string().regex(AGENT_ADDRESS),
  to: z.string().regex(AGENT_ADDRESS),
  intent: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/),
  content: json,
  /** The id of the message that it answers. */
  replyTo: z.string().min(1).max(MOST_MESSAGE_ID).optional(),
  timestamp: time,
  metadata: z.record(z.string().min(1).max(64), json).optional(),
});
export type AgentMessage = z.infer<typeof agentMessageSchema>;

const exchange = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
const failure = { code: z.string().min(1).max(64), message: z.string().max(1_000) };

/** What became of a message that was sent. `kept`: it waits for an agent that is briefly absent. */
export const messageReceiptSchema = z.strictObject({
  id: z.string(),
  status: z.enum(["delivered", "kept", "refused", "lost"]),
  /** Why it was refused or lost. */
  code: z.string().optional(),
  message: z.string().optional(),
  at: time,
});
export type MessageReceipt = z.infer<typeof messageReceiptSchema>;

/**
 * What passes between a space and its peer, in both directions (SPEC §16.3). An exchange is one message and what is answered
 * to it; whoever opens it names it, and the names of both directions are apart. `letter` with `ask` opens one that is answered
 * one message at a time: each is fetched with `next`, until `end`, `fail` or `cancel`. Without `ask`, a receipt is all that comes
 * back.
 */
export const agentFrameSchema = z.discriminatedUnion("kind", [
  /** Space → peer: an agent is here. `expose`: other peers may reach it. The token says as whom; none: the desk's own. */
  z.strictObject({
    kind: z.literal("join"),
    agent: z.string().regex(AGENT_NAME),
    expose: z.boolean(),
    capability: capability.optional(),
  }),
  /** Peer → space: it is known under this address now; or it is not, and why. */
  z.strictObject({ kind: z.literal("joined"), agent: z.string(), address: z.string() }),
  z.strictObject({ kind: z.literal("refused"), agent: z.string(), ...failure }),
  /** Space → peer: it is gone. */
  z.strictObject({ kind: z.literal("leave"), agent: z.string() }),
  z.strictObject({ kind: z.literal("letter"), exchange, ask: z.boolean(), message: agentMessageSchema }),
  z.strictObject({ kind: z.literal("receipt"), exchange, receipt: messageReceiptSchema }),
  z.strictObject({ kind: z.literal("next"), exchange }),
  z.strictObject({ kind: z.literal("answer"), exchange, message: agentMessageSchema }),
  z.strictObject({ kind: z.literal("end"), exchange }),
  z.strictObject({ kind: z.literal("fail"), exchange, ...failure }),
  z.strictObject({ kind: z.literal("cancel"), exchange }),
]);
export type AgentFrame = z.infer<typeof agentFrameSchema>;

/** Longest that a call waits for frames, in milliseconds: shorter than what anything between gives up after. */
export const MOST_FRAMES_WAIT_MS = 25_000;
/** A desk of which nobody asks for so long is closed: its process is gone. */
export const DESK_IDLE_MS = 60_000;

export const openDeskRequest = z.strictObject({});
export const openDeskResponse = z.object({ desk: z.string(), peer: z.string() });
export const framesRequest = z.strictObject({
  frames: z.array(agentFrameSchema).max(64).default([]),
  /** Wait so long for a frame if there is none; 0: answer at once. */
  waitMs: z.number().int().min(0).max(MOST_FRAMES_WAIT_MS).default(0),
});
export const framesResponse = z.object({ frames: z.array(agentFrameSchema) });
export const closeDeskRequest = z.strictObject({});
export const closeDeskResponse = z.object({ closed: z.literal(true) });

/** What the methods of a class say of themselves by their types and comments. */
export const describedMethodSchema = z.object({
  method: z.string(),
  description: z.string().optional(),
  /** Of its first parameter; an object without properties where it takes none. */
  input: json.optional(),
  /** Of what it returns, or yields; promises and iterables taken off. */
  output: json.optional(),
  streams: z.boolean(),
  problems: z.array(z.string()),
});
export type DescribedMethod = z.infer<typeof describedMethodSchema>;
