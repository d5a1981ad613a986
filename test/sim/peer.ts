import {
  type ActionId,
  type PeerId,
  peerIdOfKey,
  type SignedRecord,
  type Signer,
  type Verifier,
} from "@action-collective/protocol";
import { Catalogue } from "../../node/src/catalogue/catalogue.ts";
import type { NetworkTuning, Role } from "../../node/src/network/options.ts";
import type { SeedRules } from "../../node/src/seeding/plan.ts";
import type { Audit } from "./audit.ts";
import { MemoryDatabase } from "./dialler.ts";
import type { Contact, Direction, Endpoint, Fabric, GossipFrame } from "./fabric.ts";
import type { Kernel } from "./kernel.ts";
import { Life } from "./life.ts";
import type { Trace } from "./trace.ts";

/** When virtual time begins, by the clock on the wall (milliseconds since the epoch). */
export const EPOCH = Date.UTC(2026, 0, 1);

/** What all peers of one simulation share. */
export interface World {
  readonly kernel: Kernel;
  readonly fabric: Fabric;
  readonly trace: Trace;
  readonly audit: Audit;
  readonly verifier: Verifier;
  readonly seed: number;
  readonly network: string;
  readonly tuning: NetworkTuning;
  /** Peers verify, hold and fetch bundles by these rules; without them bundles are left out. */
  readonly seeding?: SeedRules | undefined;
}

export interface PeerOptions {
  readonly signer: Signer;
  readonly name: string;
  readonly address: string;
  readonly role: Role;
  readonly bootstrap: readonly Contact[];
  /** By how much its clock on the wall is wrong. */
  readonly skewMs: number;
  /** Gossip does not reach it: it hears of records, and passes them on, through catching up alone. */
  readonly deaf?: boolean;
  /** Behind a NAT: nobody can dial it. */
  readonly hidden?: boolean;
}

/** An honest peer: what survives a crash (key, catalogue, known peers), and the life it has at present. */
export class SimPeer implements Endpoint {
  readonly id: PeerId;
  readonly name: string;
  readonly address: string;
  readonly catalogue = new Catalogue(":memory:");
  readonly database = new MemoryDatabase();
  readonly world: World;
  readonly options: PeerOptions;
  #life: Life | undefined;
  #lives = 0;

  constructor(world: World, options: PeerOptions) {
    this.world = world;
    this.options = options;
    this.id = peerIdOfKey(options.signer.publicKey);
    this.name = options.name;
    this.address = `${options.address}/p2p/${this.id}`;
    world.fabric.add(this);
  }

  get running(): boolean {
    return this.#life !== undefined;
  }

  /** By its own clock on the wall. */
  wallClock(): number {
    return Math.floor(EPOCH + this.world.kernel.now) + this.options.skewMs;
  }

  start(): void {
    if (this.#life !== undefined) return;
    this.world.trace.add(`${this.world.kernel.now.toFixed(3)} start ${this.name}`);
    this.#life = new Life(this, this.#lives++);
    this.#life.start();
  }

  /** Everything but the disk is gone. */
  crash(): void {
    if (this.#life === undefined) return;
    this.#life.end();
    this.#life = undefined;
    this.world.fabric.crash(this);
  }

  /** Takes in what it signed itself, and gossips it. */
  publish(record: SignedRecord): void {
    this.#life?.publish(record);
  }

  neighbours(): string[] {
    return this.#life?.neighbours() ?? [];
  }

  accepts(from: Endpoint): boolean {
    return this.options.hidden !== true && (this.#life?.accepts(from) ?? false);
  }

  opened(peer: Endpoint, direction: Direction): void {
    this.#life?.opened(peer, direction);
  }

  closed(peer: Endpoint): void {
    this.#life?.closed(peer.id);
  }

  heard(from: Endpoint, frame: GossipFrame): void {
    if (this.options.deaf !== true) this.#life?.heard(from.id, frame);
  }

  answerSync(from: Endpoint, request: Uint8Array): Uint8Array | undefined {
    return this.#life?.answerSync(from.id, request);
  }

  contacts(): Contact[] {
    return this.#life?.contacts() ?? [];
  }

  bundle(id: ActionId): number | undefined {
    return this.#life?.bundle(id);
  }

  close(): void {
    this.catalogue.close();
  }
}
