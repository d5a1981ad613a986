import { createHash } from "node:crypto";
import { identify } from "@libp2p/identify";
import type { Connection, Libp2p, Stream } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { networkNames } from "../../protocol/src/index.ts";
import type { TestPeer } from "../node/network/fixture.ts";

export const NAMES = networkNames("test");
export const GOSSIP = "/meshsub/1.2.0";
export const BITSWAP = "/ipfs/bitswap/1.2.0";

/** A peer that speaks libp2p and none of our code: it claims the protocols it is told to and says what it is told to. */
export class HostilePeer implements AsyncDisposable {
  readonly #node: Libp2p;
  readonly id: string;

  private constructor(node: Libp2p) {
    this.#node = node;
    this.id = node.peerId.toString();
  }

  /**
   * `claims`: protocols it pretends to handle. What others send there is read and dropped, or held when `deaf`. When `mute`
   * it does not even answer what a new stream is for.
   */
  static async start({
    claims = [GOSSIP, BITSWAP],
    deaf = false,
    mute = false,
    announce = [] as string[],
  } = {}): Promise<HostilePeer> {
    const node = await createLibp2p({
      // What identify says about where it can be reached: anything it likes.
      addresses: { listen: [], announce },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [mute ? muteYamux : yamux({ maxOutboundStreams: 10_000 })],
      services: { identify: identify() },
      connectionMonitor: { enabled: false },
    });
    // Claimed so that a victim takes it for a member of its network.
    for (const protocol of [...claims, NAMES.ask]) {
      await node.handle(protocol, (stream) => (deaf ? stream.pause() : drain(stream)), {
        maxInboundStreams: 10_000,
      });
    }
    return new HostilePeer(node);
  }

  /** With `force` another connection beside those it has. */
  async connect(victim: TestPeer, { force = false } = {}): Promise<Connection> {
    const [address = ""] = victim.network.addresses();
    return await this.#node.dial(multiaddr(address), { signal: AbortSignal.timeout(10_000), force });
  }

  /** A stream of its own making; with `deaf` nothing that comes back is ever read. */
  async stream(connection: Connection, protocol: string, { deaf = false } = {}): Promise<Stream> {
    const stream = await connection.newStream(protocol, {
      signal: AbortSignal.timeout(10_000),
      maxOutboundStreams: 10_000,
    });
    if (deaf) stream.pause();
    else drain(stream);
    return stream;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node.stop();
  }
}

/** Takes streams and never looks at them. */
const muteYamux: ReturnType<typeof yamux> = () => {
  const factory = yamux({ maxOutboundStreams: 10_000 })();
  const create = factory.createStreamMuxer.bind(factory);
  factory.createStreamMuxer = (connection) => {
    const muxer = create(connection);
    const listen = muxer.addEventListener.bind(muxer);
    muxer.addEventListener = (...[kind, ...rest]: Parameters<typeof listen>) => {
      if (kind !== "stream") listen(kind, ...rest);
    };
    return muxer;
  };
  return factory;
};

function drain(stream: Stream): void {
  stream.addEventListener("message", () => {});
}

/** Sends, and waits while the other side does not read. Resolves false when the stream is gone. */
export async function send(stream: Stream, bytes: Uint8Array): Promise<boolean> {
  try {
    if (stream.status !== "open") return false;
    if (!stream.send(bytes)) await stream.onDrain({ signal: AbortSignal.timeout(3_000) });
    return true;
  } catch {
    return false;
  }
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A protobuf field with bytes. */
export function field(number: number, ...parts: (Uint8Array | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

/** A protobuf field with a number. */
export function flag(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** With its length before it, as gossip and bitswap frame. */
export function framed(...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([varint(content.length), content]);
}

/** Gossip frames, by hand. */
export const gossip = {
  subscribe: (topic: string) => field(1, flag(1, 1), field(2, topic)),
  message: (text: string | Uint8Array, topic = NAMES.topic) => field(2, field(2, text), field(4, topic)),
  control: (...entries: Uint8Array[]) => field(3, ...entries),
  ihave: (ids: readonly Uint8Array[]) => field(1, field(1, NAMES.topic), ...ids.map((id) => field(2, id))),
  iwant: (ids: readonly Uint8Array[]) => field(2, ...ids.map((id) => field(1, id))),
  graft: () => field(3, field(1, NAMES.topic)),
  prune: () => field(4, field(1, NAMES.topic)),
};

export function messageId(text: string): Buffer {
  return createHash("sha256").update(NAMES.topic).update("|").update(text).digest();
}
