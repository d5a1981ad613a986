import { createSigner, peerIdOfKey, type Signer } from "@action-collective/protocol";
import type { NetworkTuning } from "../../node/src/network/options.ts";
import { DEFAULT_TUNING } from "../../node/src/network/tuning.ts";
import type { SeedRules } from "../../node/src/seeding/plan.ts";
import { Audit, type Missing } from "./audit.ts";
import { type Contact, type Endpoint, Fabric } from "./fabric.ts";
import { Kernel } from "./kernel.ts";
import { SimPeer, type World } from "./peer.ts";
import { normal, pick, type Stream, sample, streamOf } from "./random.ts";
import { RecordMaker } from "./records.ts";
import { rememberingVerifier } from "./remembering-verifier.ts";
import { Sybil } from "./sybil.ts";
import { Trace } from "./trace.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** Honest peers, bootstrap nodes among them. */
  readonly peers: number;
  readonly sybilsPerPeer?: number;
  /** Each also dials so many honest peers, to fill their places. */
  readonly sybilDials?: number;
  readonly tuning?: Partial<NetworkTuning>;
  readonly seeding?: SeedRules;
  /** No gossip reaches the bootstrap nodes. */
  readonly deafBootstrap?: boolean;
  /** Everybody but the bootstrap nodes is behind a NAT. */
  readonly hiddenPeers?: boolean;
  /** Gets every line of the trace. */
  readonly sink?: (line: string) => void;
}

const NETWORK = "sim";
/** Honest peers come from everywhere; hirelings from a few providers. */
const SYBIL_GROUPS = 4;
/** Deviation of an honest clock; the protocol forgives ten minutes. */
const SKEW_MS = 20_000;
/** Peers start within this. */
const STARTED_WITHIN_MS = 5_000;
const SYBIL_DIALS_EVERY_MS = 2_000;

/** A network of many peers in one process, and what can happen to it. Everything follows from the seed. */
export class Simulation {
  readonly kernel = new Kernel();
  readonly trace: Trace;
  readonly fabric: Fabric;
  readonly audit = new Audit();
  readonly tuning: NetworkTuning;
  readonly peers: SimPeer[] = [];
  readonly sybils: Sybil[] = [];
  readonly #options: SimulationOptions;
  readonly #world: World;
  readonly #bootstrap: Contact[] = [];
  readonly #records: RecordMaker;
  readonly #random: Stream;

  constructor(options: SimulationOptions) {
    const { seed, tuning, sink } = options;
    this.#options = options;
    this.tuning = { ...DEFAULT_TUNING, ...tuning };
    this.trace = new Trace(sink);
    this.fabric = new Fabric(this.kernel, this.trace, seed);
    this.#random = streamOf(seed, "simulation");
    this.#records = new RecordMaker(NETWORK, streamOf(seed, "records"));
    this.#world = {
      kernel: this.kernel,
      fabric: this.fabric,
      trace: this.trace,
      audit: this.audit,
      verifier: rememberingVerifier(),
      seed,
      network: NETWORK,
      tuning: this.tuning,
      seeding: options.seeding,
    };
    this.#populate();
  }

  /** Peers that are no bootstrap nodes. */
  get ordinary(): SimPeer[] {
    return this.peers.filter(({ options }) => options.role === "peer");
  }

  /** Adds a peer, which does nothing before it is started. */
  addPeer(overrides: Partial<SimPeer["options"]> = {}): SimPeer {
    const number = this.peers.length;
    const peer = new SimPeer(this.#world, {
      signer: signerOf(number),
      name: `p${number}`,
      address: this.#honestAddress(),
      role: "peer",
      bootstrap: this.#bootstrap,
      skewMs: Math.round(SKEW_MS * normal(this.#random)),
      ...overrides,
    });
    this.peers.push(peer);
    return peer;
  }

  /** Everybody starts within a few seconds. */
  start(): void {
    for (const peer of this.peers) this.kernel.after(STARTED_WITHIN_MS * this.#random(), () => peer.start());
    for (const sybil of this.sybils) sybil.start();
  }

  async run(untilMs: number): Promise<void> {
    await this.kernel.run(untilMs);
  }

  /** A record by a random running peer, now or by one that is given. */
  publish(by?: SimPeer): void {
    const author =
      by ??
      pick(
        this.#random,
        this.ordinary.filter(({ running }) => running),
      );
    if (author === undefined || !author.running) return;
    const { signer } = author.options;
    author.publish(this.#records.next(author.id, signer, author.wallClock()));
  }

  /** A new action. */
  publishAction(author: SimPeer): void {
    if (author.running) author.publish(this.#records.publication(author.options.signer, author.wallClock()));
  }

  /** `count` records at random times from now on. */
  publishDuring(durationMs: number, count: number): void {
    for (let i = 0; i < count; i++) this.kernel.after(durationMs * this.#random(), () => this.publish());
  }

  /** Splits the network into two parts of about these shares, bootstrap nodes as everybody else. */
  partition(share: number): void {
    const all: Endpoint[] = [...this.peers, ...this.sybils];
    const away = new Set(sample(this.#random, all, Math.round(all.length * share)));
    this.fabric.partition((endpoint) => (away.has(endpoint) ? 1 : 0));
  }

  heal(): void {
    Object.assign(this.fabric.conditions, { loss: 0, duplication: 0, reordering: 0 });
    this.fabric.partition(undefined);
  }

  /** Crashes random peers, each for a while. */
  crashDuring(durationMs: number, share: number, awayMs: number): void {
    for (const peer of sample(this.#random, this.peers, Math.round(this.peers.length * share))) {
      const at = Math.max(0, durationMs - awayMs) * this.#random();
      this.kernel.after(at, () => peer.crash());
      this.kernel.after(at + awayMs * (0.5 + 0.5 * this.#random()), () => peer.start());
    }
  }

  /** What running honest peers lack. */
  missing(): Missing {
    return this.audit.missing(this.peers);
  }

  /** When nobody lacks anything any more, looked at every `stepMs`; undefined when that takes longer than `untilMs`. */
  async untilEverywhere(untilMs: number, stepMs = 1_000): Promise<number | undefined> {
    while (this.missing().records > 0) {
      if (this.kernel.now >= untilMs) return undefined;
      await this.run(Math.min(untilMs, this.kernel.now + stepMs));
    }
    return this.kernel.now;
  }

  close(): void {
    for (const peer of this.peers) peer.close();
  }

  #populate(): void {
    const { peers, sybilsPerPeer = 0, sybilDials = 0, deafBootstrap, hiddenPeers, seed } = this.#options;
    const bootstraps = Math.min(3, Math.ceil(peers / 100));
    for (let i = 0; i < bootstraps; i++) {
      const { id, address } = this.addPeer({ role: "bootstrap", deaf: deafBootstrap === true });
      this.#bootstrap.push({ id, address });
    }
    while (this.peers.length < peers) this.addPeer({ hidden: hiddenPeers === true });
    const gang: Contact[] = [];
    for (let i = 0; i < sybilsPerPeer * peers; i++) {
      const id = peerIdOfKey(signerOf(SYBIL_KEYS + i).publicKey);
      const address = `/ip4/${66 + (i % SYBIL_GROUPS)}.6.${i >> 8}.${i & 255}/tcp/4001/p2p/${id}`;
      gang.push({ id, address });
      const targets = [
        ...this.#bootstrap.map((contact) => contact.id),
        ...sample(this.#random, this.ordinary, sybilDials).map((peer) => peer.id),
      ];
      const { kernel, fabric } = this;
      const targetEveryMs = SYBIL_DIALS_EVERY_MS;
      this.sybils.push(
        new Sybil({ kernel, fabric, seed, number: i, id, address, gang, targets, targetEveryMs }),
      );
    }
  }

  #honestAddress(): string {
    const byte = (from: number, to: number) => from + Math.floor((to - from) * this.#random());
    return `/ip4/${byte(70, 99)}.${byte(0, 255)}.${byte(0, 255)}.${byte(1, 254)}/tcp/4001`;
  }
}

const SYBIL_KEYS = 1_000_000;

function signerOf(number: number): Signer {
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(28, number + 1);
  return createSigner(seed);
}
