import type { GossipSub } from "@libp2p/gossipsub";
import type { Connection, PeerId } from "@libp2p/interface";

/** One message of a gossip frame, as gossipsub decodes it. */
export interface RpcMessage {
  topic: string;
  data?: Uint8Array;
  from?: Uint8Array;
  seqno?: Uint8Array;
  signature?: Uint8Array;
  key?: Uint8Array;
}

type ControlPart = "ihave" | "iwant" | "graft" | "prune" | "idontwant";

/** One gossip frame. */
export interface Rpc {
  subscriptions: unknown[];
  messages: RpcMessage[];
  control?: Partial<Record<ControlPart, unknown[]>>;
}

/**
 * What the guard needs of gossipsub's class and its interface does not name. The package bounds what it decodes, but not
 * how much of it there is per second, and calls these methods on itself so that they can be replaced.
 */
export interface GossipInternals {
  decodeRpc(bytes: Uint8Array): Rpc;
  handleReceivedRpc(from: PeerId, rpc: Rpc): Promise<void>;
  createOutboundStream(peer: PeerId, connection: Connection): Promise<void>;
  msgIdToStrFn(id: Uint8Array): string;
  readonly streamsOutbound: ReadonlyMap<string, unknown>;
  readonly seenCache: { has(id: string): boolean };
  readonly gossipTracer: { deliverMessage(id: string): void };
}

const METHODS = ["decodeRpc", "handleReceivedRpc", "createOutboundStream", "msgIdToStrFn"] as const;
const HOLDERS = [
  ["streamsOutbound", "has"],
  ["seenCache", "has"],
  ["gossipTracer", "deliverMessage"],
] as const;

/** Undefined when a later version of the package is built differently. */
export function internalsOf(gossipsub: GossipSub): GossipInternals | undefined {
  const parts = gossipsub as unknown as Record<string, unknown>;
  const complete =
    METHODS.every((name) => typeof parts[name] === "function") &&
    HOLDERS.every(([name, method]) => hasMethod(parts[name], method));
  return complete ? (gossipsub as unknown as GossipInternals) : undefined;
}

function hasMethod(holder: unknown, method: string): boolean {
  return typeof holder === "object" && holder !== null && typeof Reflect.get(holder, method) === "function";
}
