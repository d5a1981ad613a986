import { withBitswap } from "@helia/bitswap";
import * as dagCbor from "@ipld/dag-cbor";
import type { Libp2p, PeerInfo } from "@libp2p/interface";
import { peerIdFromCID } from "@libp2p/peer-id";
import type { Helia, HeliaInit, Peer, Provider, Router, RoutingOptions } from "helia";
import type { CID } from "multiformats/cid";
import type { Host } from "../host.ts";
import { MAX_BLOCK_BYTES } from "../limits.ts";
import type { Stores } from "../stores.ts";
import type { BitswapGuard } from "./bitswap-guard.ts";

const ROUTER = "libp2p-router";

/**
 * Helia on our own libp2p: bitswap and our DHT, nothing else. Helia's ready-made compositions fall back to public
 * gateways, delegated routing, public bootstrap nodes, mDNS, autoTLS and uPnP for whatever is left out.
 * Its start and stop are the host's too. Started by the caller. Without a guard bitswap has no bounds but a message's size.
 */
export async function composeHelia(
  host: Host,
  stores: Stores,
  exchange: boolean,
  guard?: BitswapGuard,
): Promise<Helia> {
  const Light = await loadLightHelia();
  const helia = new Light({
    name: "action-collective",
    version: "1",
    blockstore: stores.blockstore,
    datastore: stores.datastore,
    codecs: [dagCbor],
    routers: [new DhtRouter(host)],
  });
  const onHost = Object.assign(helia, { libp2p: host as Libp2p });
  if (exchange && guard) guard.install(onHost);
  else if (exchange) {
    // Before the host starts, so that the first identify exchange already names bitswap.
    withBitswap(onHost, {
      runOnLimitedConnections: true,
      maxIncomingMessageSize: 2 * MAX_BLOCK_BYTES,
      maxOutgoingMessageSize: 2 * MAX_BLOCK_BYTES,
    });
  }
  helia.addMixin({
    name: "host",
    start: async () => await host.start(),
    stop: async () => await host.stop(),
  });
  return helia;
}

type LightHelia = new (init: HeliaInit & { name: string; version: string }) => Helia;

/**
 * The class behind `createHeliaLight`. The package's only entry point also loads @helia/libp2p and @helia/http (WebRTC,
 * autoTLS, uPnP: 0.4 s and 60 MB that we never use), so the class's own module is preferred and the entry point is the
 * fallback should a later version move it.
 */
async function loadLightHelia(): Promise<LightHelia> {
  try {
    const entry = import.meta.resolve("helia");
    const module: unknown = await import(/* @vite-ignore */ new URL("../helia.js", entry).href);
    if (isHeliaModule(module)) return module.Helia;
  } catch {
    // Falls through to the public entry point, which is only slower.
  }
  const { createHeliaLight } = await import("helia");
  return class {
    constructor(init: HeliaInit) {
      // biome-ignore lint/correctness/noConstructorReturn: stands in for the class that could not be loaded by itself
      return createHeliaLight(init);
    }
  } as LightHelia;
}

function isHeliaModule(module: unknown): module is { Helia: LightHelia } {
  return (
    typeof module === "object" && module !== null && "Helia" in module && typeof module.Helia === "function"
  );
}

/** Helia's view of our DHT. A caller who passes `useNetwork: false` gets no look-up, only the providers it named. */
class DhtRouter implements Router {
  readonly name = ROUTER;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async provide(cid: CID, options?: RoutingOptions): Promise<void> {
    await this.#host.contentRouting.provide(cid, options);
  }

  async cancelReprovide(cid: CID, options?: RoutingOptions): Promise<void> {
    await this.#host.contentRouting.cancelReprovide(cid, options);
  }

  async *findProviders(cid: CID, options?: RoutingOptions): AsyncGenerator<Provider> {
    if (options?.useNetwork === false) return;
    for await (const provider of this.#host.contentRouting.findProviders(cid, options)) {
      if (provider.id.equals(this.#host.peerId)) continue;
      yield { ...toPeer(provider), fallback: false };
    }
  }

  async findPeer(id: CID, options?: RoutingOptions): Promise<Peer> {
    return toPeer(await this.#host.peerRouting.findPeer(peerIdFromCID(id), options));
  }
}

function toPeer(info: PeerInfo): Peer {
  return { id: info.id.toCID(), multiaddrs: info.multiaddrs, router: ROUTER };
}
