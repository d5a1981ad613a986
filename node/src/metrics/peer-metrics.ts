import { Registry } from "prom-client";
import type { NetworkOptions } from "../network/options.ts";
import type { Peer } from "../peer.ts";
import type { Endpoint } from "./endpoint.ts";
import { libp2pMeasures } from "./libp2p-measures.ts";
import type { Meter, PeerMeasures } from "./meter.ts";
import { metricsPage } from "./metrics-page.ts";
import { Monitor } from "./monitor.ts";
import { addPeerFamilies } from "./peer-families.ts";
import { peerMeter } from "./peer-meter.ts";

/** For people, where the port cannot be had. */
const WORDS = {
  pages: "metrics",
  remedy: "Choose another with --metrics-port, or leave it out: then nothing is measured.",
};

/** All that one peer measures: made before the peer, which is given its meter, and shown once it is open. */
export class PeerMetrics implements PeerMeasures {
  readonly meter: Meter;
  /** What libp2p measures, for the network. */
  readonly libp2p: NonNullable<NetworkOptions["metrics"]>;
  readonly #registry = new Registry();

  constructor(home: string) {
    this.libp2p = libp2pMeasures(this.#registry, home);
    this.meter = peerMeter(this.#registry, () => performance.now());
  }

  /** Answers `GET /metrics` there until it is closed. @throws {MonitorListenError} */
  async show(peer: Peer, endpoint: Endpoint, clock: () => number): Promise<Monitor> {
    addPeerFamilies(this.#registry, peer);
    return await Monitor.listen(endpoint, { "/metrics": metricsPage(this.#registry, clock) }, WORDS);
  }
}
