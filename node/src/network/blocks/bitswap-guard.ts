import { withBitswap } from "@helia/bitswap";
import type { Connection, Libp2p, Stream, StreamHandler } from "@libp2p/interface";
import { lpStream } from "@libp2p/utils";
import type { Helia } from "helia";
import type { CID } from "multiformats/cid";
import { KeyedBuckets } from "../../token-bucket.ts";
import { pause, withDeadline } from "../deadline.ts";
import {
  BITSWAP_FRAME_COST_BYTES,
  BITSWAP_FRAME_TIMEOUT_MS,
  BITSWAP_MALFORMED,
  BITSWAP_RECEIVED,
  MAX_BITSWAP_MESSAGE_BYTES,
  MAX_BITSWAP_STREAMS,
  MAX_BITSWAP_STREAMS_PER_PEER,
  MAX_RATED_PEERS,
} from "../limits.ts";
import { type DealingsHandler, EQUAL_DEALINGS, type Log } from "../options.ts";
import { reason } from "../safely.ts";
import { decodeBitswapMessage } from "./bitswap-message.ts";
import { type BitswapNetwork, messageOf, networkOf } from "./bitswap-network.ts";
import { BitswapServer } from "./bitswap-server.ts";
import type { BlockGivers } from "./block-givers.ts";

export interface BitswapGuardParts {
  /** A neighbour sent what no honest peer sends, again and again. */
  onHostile(peer: string): void;
  /** Default: all neighbours alike. */
  dealings?: DealingsHandler | undefined;
  givers: BlockGivers;
  lifetime: AbortSignal;
  now(): number;
  log: Log;
}

/**
 * Bitswap with bounds. The package's part that wants blocks is kept; what arrives is read here, a frame at a time and no
 * faster than a neighbour may send, and what neighbours want is answered by our own server.
 */
export class BitswapGuard {
  readonly #parts: BitswapGuardParts;
  readonly #server: BitswapServer;
  readonly #received = new KeyedBuckets(BITSWAP_RECEIVED, MAX_RATED_PEERS);
  readonly #malformed = new KeyedBuckets(BITSWAP_MALFORMED, MAX_RATED_PEERS);
  readonly #streams = new Map<string, Set<Stream>>();
  #network: BitswapNetwork | undefined;

  constructor(parts: BitswapGuardParts, read: (cid: CID) => Promise<Uint8Array | undefined>) {
    this.#parts = parts;
    this.#server = new BitswapServer({
      ...parts,
      dealings: parts.dealings ?? EQUAL_DEALINGS,
      read,
      wait: async (ms) => await pause(ms, parts.lifetime),
      send: async (peer, answers) => await this.#network?.sendMessage(peer, messageOf(answers)),
    });
  }

  /** Wants of neighbours that were over a ration. */
  get dropped(): number {
    return this.#server.dropped;
  }

  /** Adds bitswap to a Helia that is not started. */
  install(helia: Helia & { libp2p: Libp2p }): void {
    const libp2p = overlay(helia.libp2p, {
      handle: async (protocols: string | string[], _handler: StreamHandler, options?: object) =>
        await helia.libp2p.handle(protocols, this.#handler, {
          ...options,
          maxInboundStreams: MAX_BITSWAP_STREAMS_PER_PEER,
        }),
    });
    const addBlockBroker: Helia["addBlockBroker"] = (broker) => {
      this.#network = networkOf(broker);
      if (!this.#network)
        this.#parts.log("error", "this version of bitswap is not known: blocks are fetched, none are served");
      return helia.addBlockBroker(broker);
    };
    const guarded = overlay(helia, { libp2p, addBlockBroker });
    withBitswap(
      overlay(helia, {
        addMixin: (mixin: Parameters<Helia["addMixin"]>[0]) => {
          const { start } = mixin;
          helia.addMixin({ ...mixin, ...(start ? { start: async () => await start(guarded) } : {}) });
        },
      }),
      { runOnLimitedConnections: true, maxOutgoingMessageSize: MAX_BITSWAP_MESSAGE_BYTES },
    );
  }

  readonly #handler: StreamHandler = (stream, connection) => {
    this.#read(stream, connection).catch((error: unknown) => {
      stream.abort(error instanceof Error ? error : new Error(String(error)));
      this.#parts.log("debug", "a bitswap stream ended early", { reason: reason(error) });
    });
  };

  async #read(stream: Stream, connection: Connection): Promise<void> {
    const { lifetime } = this.#parts;
    const peer = connection.remotePeer.toString();
    this.#admit(peer, stream);
    try {
      // We only listen here: answers go over a stream of our own.
      await withDeadline(BITSWAP_FRAME_TIMEOUT_MS, [lifetime], (signal) => stream.close({ signal }));
      const frames = lpStream(stream, {
        maxDataLength: MAX_BITSWAP_MESSAGE_BYTES,
        maxBufferSize: 2 * MAX_BITSWAP_MESSAGE_BYTES,
      });
      for (;;) {
        const frame = await withDeadline(BITSWAP_FRAME_TIMEOUT_MS, [lifetime], (signal) =>
          frames.read({ signal }),
        ).catch(endOfStream);
        if (!frame) return;
        await this.#pace(peer, stream, frame.byteLength);
        this.#take(connection, frame.subarray());
      }
    } finally {
      this.#release(peer, stream);
    }
  }

  /** Each stream may hold a whole message in memory: when there are too many, who holds most loses one. */
  #admit(peer: string, stream: Stream): void {
    const streams = this.#streams.get(peer) ?? new Set();
    streams.add(stream);
    this.#streams.set(peer, streams);
    let count = 0;
    let most = streams;
    for (const others of this.#streams.values()) {
      count += others.size;
      if (others.size > most.size) most = others;
    }
    if (count <= MAX_BITSWAP_STREAMS) return;
    const [oldest] = most;
    oldest?.abort(new Error("too many bitswap streams"));
  }

  #release(peer: string, stream: Stream): void {
    const streams = this.#streams.get(peer);
    streams?.delete(stream);
    if (streams?.size === 0) this.#streams.delete(peer);
  }

  /** Charges a frame; who sends too fast is not read for a while. */
  async #pace(peer: string, stream: Stream, bytes: number): Promise<void> {
    const { now, lifetime } = this.#parts;
    const ration = this.#received.get(peer, now());
    ration.charge(Math.max(bytes, BITSWAP_FRAME_COST_BYTES), now());
    const ms = ration.waitFor(0, now());
    if (ms === 0) return;
    if (stream.readStatus === "readable") stream.pause();
    await pause(Math.min(ms, BITSWAP_FRAME_TIMEOUT_MS), lifetime);
    if (stream.readStatus === "paused") stream.resume();
  }

  #take(connection: Connection, bytes: Uint8Array): void {
    const { now, onHostile } = this.#parts;
    const peer = connection.remotePeer;
    const id = peer.toString();
    try {
      const { wants, blocks, blockPresences } = decodeBitswapMessage(bytes);
      if (wants.length > 0) this.#server.receive(peer, wants);
      this.#parts.givers.arrived(id, blocks);
      if (blocks.length > 0 || blockPresences.length > 0)
        this.#network?.received(peer, connection, { blocks, blockPresences });
    } catch (error) {
      if (!this.#malformed.get(id, now()).take(1, now())) onHostile(id);
      throw error;
    }
  }
}

/** The same object with some of its properties replaced; its methods still run on the original. */
function overlay<T extends object>(original: T, replaced: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(original, {
    get(target, key) {
      if (Object.hasOwn(replaced, key)) return Reflect.get(replaced, key);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function endOfStream(error: unknown): undefined {
  if (error instanceof Error && error.name === "UnexpectedEOFError") return undefined;
  throw error;
}
