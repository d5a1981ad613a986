import { rendezvousCid } from "@action-collective/protocol";
import { isPrivate } from "@libp2p/utils";
import type { CID } from "multiformats/cid";
import { parseBootstrapAddress } from "../addresses.ts";
import type { Host } from "../host.ts";
import { DIALS_PER_CUSTOMER, DIALS_PER_GROUP, DIALS_TOTAL, MAX_RATED_ADDRESSES } from "../limits.ts";
import { DialGuard } from "../neighbours/dial-guard.ts";
import type { Guests } from "../neighbours/guests.ts";
import type { Log, PublicDhtOptions, PublicDhtStats, Reach } from "../options.ts";
import { PublicDht } from "./public-dht.ts";
import { createPublicHost, PUBLIC_DHT_BOOTSTRAP, PUBLIC_DHT_PROTOCOL } from "./public-dht-host.ts";
import { PublicProvides } from "./public-provides.ts";
import { Rendezvous } from "./rendezvous.ts";
import type { HeardOf } from "./rendezvous-hearsay.ts";

interface PublicDhtServiceParts {
  options: PublicDhtOptions;
  host: Host;
  seed: Uint8Array;
  network: string;
  reach: Reach;
  guests: Guests;
  members(): number;
  degree: number;
  heardOf(peer: HeardOf): void;
  pinned(signal: AbortSignal): AsyncIterable<CID>;
  refuses(peer: string): boolean;
  lifetime: AbortSignal;
  now(): number;
  random(): number;
  log: Log;
}

/** All that this peer does in the public DHT: meeting its network there, and announcing bundles. Built when either is on. */
export class PublicDhtService {
  readonly #dht: PublicDht;
  readonly #guests: Guests;
  readonly #rendezvous: Rendezvous | undefined;
  readonly #provides: PublicProvides | undefined;

  /** Throws NetworkAddressError when an entry node's address is none. */
  constructor(parts: PublicDhtServiceParts) {
    const { options, host, reach, seed } = parts;
    const bootstrap = (options.bootstrap ?? PUBLIC_DHT_BOOTSTRAP).map(
      (address) => parseBootstrapAddress(address).address,
    );
    // Whom we are connected to in our own network would take a second node with our key for us, and for a stranger.
    const refuses = (peer: string) =>
      parts.refuses(peer) || host.getPeers().some((id) => id.toString() === peer);
    const addresses = () => reachableAddresses(host, reach);
    const protocol = options.protocol ?? PUBLIC_DHT_PROTOCOL;
    const dials = new DialGuard(
      {
        customerRate: DIALS_PER_CUSTOMER,
        groupRate: DIALS_PER_GROUP,
        totalRate: DIALS_TOTAL,
        rememberedTargets: MAX_RATED_ADDRESSES,
        // Where all peers are local nothing is probed.
        countLocal: reach !== "loopback",
        refuseLocal: reach !== "loopback",
      },
      parts.now(),
    );
    for (const address of bootstrap) dials.trust(address);
    this.#guests = parts.guests;
    this.#dht = new PublicDht({
      ...parts,
      bootstrap,
      addresses,
      create: (announce) =>
        createPublicHost({ seed, protocol, reach, announce, refuses, dials, now: parts.now, log: parts.log }),
    });
    if (options.meet) {
      this.#rendezvous = new Rendezvous({
        ...parts,
        dht: this.#dht,
        cid: rendezvousCid(parts.network),
        selfId: host.peerId.toString(),
        addresses,
      });
    }
    if (options.announceBundles) {
      const reachable = () => addresses().length > 0;
      this.#provides = new PublicProvides({ ...parts, dht: this.#dht, reachable });
    }
  }

  start(): void {
    this.#rendezvous?.start();
    this.#provides?.start();
  }

  async stop(): Promise<void> {
    this.#rendezvous?.stop();
    this.#provides?.stop();
    await this.#dht.leave();
  }

  /** Announces a block, in the background, if bundles are announced at all. */
  provide(cid: CID): void {
    this.#provides?.add(cid);
  }

  stats(): PublicDhtStats {
    const { connections, ready } = this.#dht;
    return {
      state: ready ? (connections > 0 ? "connected" : "idle") : "unreachable",
      connections,
      ...(this.#rendezvous?.stats() ?? { provided: false, lookUps: 0, heardOf: 0 }),
      ...(this.#provides?.stats() ?? { announced: 0, announcing: 0 }),
      guests: this.#guests.size,
    };
  }
}

/** Our addresses that somebody elsewhere could dial, directly or through a relay. */
function reachableAddresses(host: Host, reach: Reach): string[] {
  return host
    .getMultiaddrs()
    .filter((address) => reach === "loopback" || !isPrivate(address))
    .map(String);
}
