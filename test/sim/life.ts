import { type ActionId, networkNames, type SignedRecord } from "@action-collective/protocol";
import { gossipVerdict, Intake, syncVerdict } from "../../node/src/intake/intake.ts";
import { Gossip } from "../../node/src/network/gossip/gossip.ts";
import { BAN_MS, MAX_BANNED_PEERS } from "../../node/src/network/limits.ts";
import { Bans } from "../../node/src/network/neighbours/bans.ts";
import { createGuards, type HostGuards } from "../../node/src/network/neighbours/host-guards.ts";
import { Dialler } from "./dialler.ts";
import type { Contact, Direction, Endpoint, GossipFrame } from "./fabric.ts";
import { GossipRouter, HEARTBEAT_MS } from "./gossip-router.ts";
import type { Timer } from "./kernel.ts";
import type { SimPeer } from "./peer.ts";
import { type Stream, streamOf } from "./random.ts";
import { Replicator } from "./replicator.ts";
import { Syncer } from "./syncer.ts";

/** What one run of a peer's process holds in memory. The parts that decide are the real ones. */
export class Life {
  readonly #peer: SimPeer;
  readonly #intake: Intake;
  readonly #router: GossipRouter;
  readonly #gossip: Gossip;
  readonly #dialler: Dialler;
  readonly #syncer: Syncer;
  readonly #replicator: Replicator | undefined;
  readonly #bans = new Bans(MAX_BANNED_PEERS);
  readonly #guards: HostGuards;
  /** What the guard knows each inbound connection by. */
  readonly #inbound = new Map<string, object>();
  readonly #random: Stream;
  /** Undefined until the parts are built. */
  #over: boolean | undefined;

  constructor(peer: SimPeer, number: number) {
    const { world, catalogue, options } = peer;
    const { kernel, fabric, trace, audit, verifier, network, seed, tuning } = world;
    const now = () => kernel.now;
    const stream = (purpose: string) => streamOf(seed, `${purpose} ${peer.name} ${number}`);
    const topic = networkNames(network).topic;
    this.#peer = peer;
    this.#random = stream("life");
    this.#intake = new Intake({
      catalogue,
      verifier,
      network,
      clock: () => peer.wallClock(),
      stored: (record, via) => {
        trace.add(`${kernel.now.toFixed(3)} ${via} ${peer.name} ${record.id}`);
        // After the transaction in which it is stored.
        this.#after(0, () => this.#replicator?.stored(record));
      },
      equivocated: () => {},
      log: () => {},
    });
    this.#router = new GossipRouter({
      self: peer,
      fabric,
      topic,
      random: stream("gossip"),
      now,
      copy: (id) => audit.copied(peer.name, id),
    });
    this.#gossip = new Gossip({
      gossipsub: this.#router.asGossipSub(),
      topic,
      onRecord: (bytes, from) => gossipVerdict(this.#intake.receive(bytes, from, "gossip")),
      streams: () => [],
      onHostile: () => {},
      lifetime: new AbortController().signal,
      now,
      // It says at once that this is not the library; the router stands in for the guard that it would set before it.
      log: (...said) => (this.#over === undefined ? undefined : failOnError(...said)),
    });
    this.#over = false;
    this.#guards = createGuards({
      role: options.role,
      reach: "public",
      guardLocal: false,
      trusted: options.bootstrap.map(({ address }) => address),
      now,
      log: failOnError,
    });
    const after = (delayMs: number, run: () => void) => this.#after(delayMs, run);
    this.#dialler = new Dialler({
      self: peer,
      fabric,
      role: options.role,
      tuning,
      bootstrap: options.bootstrap,
      database: peer.database,
      random: stream("dials"),
      now,
      after,
      hold: (promise) => kernel.hold(promise),
      refuses: (id) => this.#refuses(id),
      dials: this.#guards.dials,
    });
    this.#syncer = new Syncer({
      self: peer,
      fabric,
      records: catalogue.records.live,
      intervalMs: tuning.syncIntervalMs,
      random: stream("sync"),
      now: () => peer.wallClock(),
      after,
      hold: (promise) => kernel.hold(promise),
      receive: (records, from) => this.#intake.receiveRun(records, from).map(syncVerdict),
    });
    if (world.seeding === undefined || options.role === "bootstrap") return;
    this.#replicator = new Replicator({
      self: peer,
      id: peer.id,
      signer: options.signer,
      network,
      fabric,
      catalogue,
      rules: world.seeding,
      random: stream("seeding"),
      wallClock: () => peer.wallClock(),
      after,
      publish: (record) => this.publish(record),
    });
  }

  start(): void {
    this.#dialler.start();
    this.#syncer.start();
    this.#replicator?.start();
    this.#after(HEARTBEAT_MS * this.#random(), () => this.#heartbeat());
  }

  end(): void {
    this.#over = true;
  }

  publish(record: SignedRecord): void {
    const { world } = this.#peer;
    if (this.#intake.own(record) !== "new") throw new Error("what a peer publishes is new to it");
    world.audit.add(record);
    if (this.#peer.options.deaf !== true) world.kernel.hold(this.#gossip.publish(record.bytes));
  }

  /** What the gater asks of an inbound connection, from its arrival to its upgrade. */
  accepts({ id, address }: Endpoint): boolean {
    const { connections, maxConnections, now } = this.#guards;
    if (this.#refuses(id) || this.neighbours().length >= maxConnections) return false;
    const connection = {};
    if (connections.admit(connection, address, now()) !== undefined) return false;
    if (connections.identify(connection, id) !== undefined) {
      connections.release(connection);
      return false;
    }
    connections.upgraded(connection);
    this.#inbound.set(id, connection);
    return true;
  }

  #refuses(id: string): boolean {
    return this.#bans.has(id, this.#peer.world.kernel.now);
  }

  neighbours(): string[] {
    return this.#dialler.members();
  }

  opened(peer: Endpoint, direction: Direction): void {
    this.#router.opened(peer.id, direction);
    this.#dialler.opened(peer, direction);
    this.#syncer.met(peer.id, direction);
  }

  closed(peer: string): void {
    const connection = this.#inbound.get(peer);
    if (connection !== undefined) this.#guards.connections.release(connection);
    this.#inbound.delete(peer);
    this.#router.closed(peer);
    this.#dialler.closed(peer);
    this.#syncer.lost(peer);
  }

  heard(from: string, frame: GossipFrame): void {
    this.#router.heard(from, frame);
  }

  answerSync(from: string, request: Uint8Array): Uint8Array | undefined {
    return this.#syncer.answer(from, request);
  }

  bundle(id: ActionId): number | undefined {
    return this.#replicator?.bundle(id);
  }

  contacts(): Contact[] {
    return this.#dialler.contacts();
  }

  #heartbeat(): void {
    this.#router.heartbeat();
    const { world } = this.#peer;
    // As the watchdog does.
    for (const id of this.#gossip.takeGraylisted(new Set(this.#dialler.members()))) {
      this.#bans.add(id, world.kernel.now + BAN_MS);
      world.fabric.hangUp(this.#peer, id);
    }
    this.#after(HEARTBEAT_MS, () => this.#heartbeat());
  }

  #after(delayMs: number, run: () => void): Timer {
    return this.#peer.world.kernel.after(delayMs, () => {
      if (this.#over === false) run();
    });
  }
}

function failOnError(level: string, message: string, fields?: Record<string, unknown>): void {
  if (level === "error") throw new Error(`${message}: ${JSON.stringify(fields)}`);
}
