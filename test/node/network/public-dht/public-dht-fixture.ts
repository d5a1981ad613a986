import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { type KadDHT, kadDHT, passthroughMapper } from "@libp2p/kad-dht";
import { noise } from "@libp2p/noise";
import { ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import type { CID } from "multiformats/cid";
import { dhtSize } from "../../../../node/src/network/host.ts";
import { until } from "../fixture.ts";

export type PlainNode = Libp2p<{ identify: unknown; ping: unknown; dht: KadDHT }>;

/** A libp2p node that knows nothing of us: `/ipfs/kad/1.0.0` and no protocol of ours. Not started. */
export async function plainNode(clientMode: boolean, port = 0): Promise<PlainNode> {
  return await createLibp2p({
    start: false,
    addresses: { listen: [`/ip4/127.0.0.1/tcp/${port}`] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { allow: ["/ip4/127.0.0.0/ipcidr/8"], reconnectRetries: 0 },
    services: {
      identify: identify(),
      ping: ping(),
      dht: kadDHT({
        protocol: "/ipfs/kad/1.0.0",
        clientMode,
        peerInfoMapper: passthroughMapper,
        initialQuerySelfInterval: 100,
      }),
    },
  });
}

/** A small DHT that everybody shares. */
export class PlainDht implements AsyncDisposable {
  readonly nodes: PlainNode[];
  /** Who was ever connected to any of its nodes. */
  readonly visitors = new Set<string>();

  private constructor(nodes: PlainNode[]) {
    this.nodes = nodes;
    const own = new Set(nodes.map((node) => node.peerId.toString()));
    for (const node of nodes) {
      node.addEventListener("peer:connect", ({ detail }) => {
        if (!own.has(detail.toString())) this.visitors.add(detail.toString());
      });
    }
  }

  static async start(size: number): Promise<PlainDht> {
    const nodes = await Promise.all(Array.from({ length: size }, () => plainNode(false)));
    const dht = new PlainDht(nodes);
    await Promise.all(nodes.map((node) => node.start()));
    const [first, ...others] = nodes;
    if (!first) throw new Error("a DHT has nodes");
    for (const other of others) await other.dial(first.getMultiaddrs());
    await until("the nodes of the DHT know each other", () => nodes.every((node) => dhtSize(node) > 0));
    return dht;
  }

  /** The address of one node, as a peer is told it. */
  entry(index: number): string {
    const address = this.nodes[index]?.getMultiaddrs()[0];
    if (!address) throw new Error(`no node ${index}`);
    return address.toString();
  }

  /** Who provides a CID, as any node of this DHT sees it. */
  async providers(cid: CID): Promise<Set<string>> {
    const found = new Set<string>();
    for (const { services } of this.nodes) {
      for await (const event of services.dht.findProviders(cid, { signal: AbortSignal.timeout(10_000) })) {
        if (event.name === "PROVIDER") for (const { id } of event.providers) found.add(id.toString());
      }
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}
