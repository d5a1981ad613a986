import type { Connection, PeerId } from "@libp2p/interface";
import { base64 } from "multiformats/bases/base64";
import type { CID } from "multiformats/cid";
import type { BitswapBlock, BitswapPresence } from "./bitswap-message.ts";
import type { WantAnswer } from "./bitswap-server.ts";

/** A message in the form that the package queues for sending. */
interface QueuedMessage {
  full: boolean;
  pendingBytes: number;
  wantlist: Map<string, unknown>;
  blocks: Map<string, BitswapBlock>;
  blockPresences: Map<string, BitswapPresence>;
}

interface Received {
  blocks: BitswapBlock[];
  blockPresences: BitswapPresence[];
}

/** The parts of `@helia/bitswap` that its interface does not name. */
export interface BitswapNetwork {
  /** Rejects after ten seconds when the neighbour does not read. */
  sendMessage(peer: PeerId, message: QueuedMessage): Promise<void>;
  /** Blocks and presences, for whoever here waits for one; a block that nobody waits for goes nowhere. */
  received(peer: PeerId, connection: Connection, message: Received): void;
}

/** Undefined when a later version of the package is built differently. */
export function networkOf(broker: unknown): BitswapNetwork | undefined {
  const network = property(property(broker, "bitswap"), "network");
  const ledgers = property(property(broker, "bitswap"), "peerWantLists");
  const sendMessage = property(network, "sendMessage");
  if (typeof sendMessage !== "function" || typeof property(ledgers, "receiveMessage") !== "function")
    return undefined;
  if (!(network instanceof EventTarget)) return undefined;
  // The ledgers would keep an entry for everybody who ever sent anything.
  Reflect.set(ledgers as object, "receiveMessage", () => {});
  return {
    sendMessage: async (peer, message) => await sendMessage.call(network, peer, message),
    received: (peer, connection, message) => {
      const detail = { peer, connection, message: { ...message, pendingBytes: 0 } };
      network.dispatchEvent(new CustomEvent("bitswap:message", { detail }));
    },
  };
}

export function messageOf(answers: readonly WantAnswer[]): QueuedMessage {
  const message: QueuedMessage = {
    full: false,
    pendingBytes: 0,
    wantlist: new Map(),
    blocks: new Map(),
    blockPresences: new Map(),
  };
  for (const answer of answers) {
    const key = base64.encode(answer.cid.multihash.bytes);
    if (answer.kind === "block") message.blocks.set(key, { prefix: prefixOf(answer.cid), data: answer.data });
    else
      message.blockPresences.set(key, {
        cid: answer.cid.bytes,
        type: answer.kind === "have" ? "HaveBlock" : "DoNotHaveBlock",
      });
  }
  return message;
}

/** A CID without its digest; every number in ours fits one byte. */
function prefixOf({ version, code, multihash }: CID): Uint8Array {
  return Uint8Array.of(version, code, multihash.code, multihash.size);
}

function property(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, name) : undefined;
}
