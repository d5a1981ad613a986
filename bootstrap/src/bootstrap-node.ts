import { join } from "node:path";
import {
  Catalogue,
  gossipVerdict,
  Intake,
  type Log,
  Network,
  type NetworkOptions,
  type Reach,
  syncVerdict,
} from "@action-collective/node";
import { createVerifier } from "@action-collective/protocol";

export interface BootstrapOptions {
  readonly home: string;
  /** 32-byte ed25519 seed. */
  readonly seed: Uint8Array;
  readonly network: string;
  readonly host: string;
  readonly port: number;
  readonly reach: Reach;
  /** Where others reach it, beside what it finds out by itself: multiaddrs without its id. */
  readonly announce?: readonly string[];
  /** Other bootstrap nodes of the same network. */
  readonly bootstrap: readonly string[];
  /** Whether peers that nobody can dial are reached through this node. */
  readonly relay?: boolean;
  /** Connections of both directions. */
  readonly maxConnections?: number;
  /** Where what libp2p measures goes; left out, nothing is measured. */
  readonly metrics?: NetworkOptions["metrics"];
  readonly clock: () => number;
  readonly log: Log;
}

/**
 * The public entry point of a network: a DHT server and gossip relay that checks and keeps records, so that whoever
 * joins late can catch up from it. It publishes nothing, runs nothing and holds no code.
 */
export class BootstrapNode {
  readonly catalogue: Catalogue;
  readonly network: Network;
  readonly networkName: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  #stopped: Promise<void> | undefined;

  static async open(options: BootstrapOptions): Promise<BootstrapNode> {
    const { home, seed, network, host, port, reach, bootstrap, clock, log } = options;
    const { relay = true, announce = [], maxConnections, metrics } = options;
    const catalogue = new Catalogue(join(home, "catalogue.sqlite"));
    const intake = new Intake({
      catalogue,
      verifier: createVerifier(),
      network,
      clock,
      log: (message) => log("debug", message),
      stored: () => undefined,
      // It relays what peers prove; it says nothing of its own.
      equivocated: () => undefined,
    });
    try {
      const family = host.includes(":") ? "ip6" : "ip4";
      const opened = await Network.open(
        {
          seed,
          network,
          listen: [`/${family}/${host}/tcp/${port}`],
          announce,
          bootstrap,
          role: "bootstrap",
          reach,
          dataDir: home,
          log,
          serveRelay: relay,
          ...(maxConnections === undefined ? {} : { maxConnections }),
          ...(metrics === undefined ? {} : { metrics }),
        },
        {
          onRecord: (bytes, from) => gossipVerdict(intake.receive(bytes, from, "gossip")),
          records: catalogue.records.live,
          receive: async (records, from) => intake.receiveRun(records, from).map(syncVerdict),
        },
      );
      return new BootstrapNode(catalogue, opened, network, clock());
    } catch (error) {
      catalogue.close();
      throw error;
    }
  }

  private constructor(catalogue: Catalogue, network: Network, networkName: string, openedAt: number) {
    this.catalogue = catalogue;
    this.network = network;
    this.networkName = networkName;
    this.openedAt = openedAt;
  }

  async start(): Promise<void> {
    await this.network.start();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.network.stop().finally(() => this.catalogue.close());
    return this.#stopped;
  }
}
