import type { Connection, IdentifyResult, PeerId, PeerInfo } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { isWorthDialling, parseAddress, withPeerId } from "../addresses.ts";
import { withDeadline } from "../deadline.ts";
import { DialFailedError } from "../errors.ts";
import type { Host } from "../host.ts";
import { BAN_MS, DIAL_TIMEOUT_MS } from "../limits.ts";
import type { Log, NetworkTuning, Reach, Role } from "../options.ts";
import { reason, safely } from "../safely.ts";
import { chooseAnchors } from "./anchors.ts";
import { Candidates } from "./candidates.ts";
import { Discovery } from "./discovery.ts";
import { countGroups, reachWarnings, surroundingsWarnings } from "./diversity.ts";
import type { Guests } from "./guests.ts";
import type { KnownPeers } from "./known-peers.ts";
import { type Candidate, missingNeighbours, nextDials } from "./next-dials.ts";

/** The loop runs at least this often, whatever events were missed. */
const TICK_MS = 5_000;
/** The list of known peers is written at most this often, whatever neighbours announce. */
const SAVE_EVERY_MS = 5_000;
/** Events come in bursts; one look at the state answers them all. */
const SETTLE_MS = 10;

interface SupervisorParts {
  host: Host;
  /** Protocol prefix of this network: who speaks none of its protocols does not belong here. */
  prefix: string;
  bootstrap: readonly { id: string; address: string }[];
  known: KnownPeers;
  reach: Reach;
  role: Role;
  tuning: NetworkTuning;
  refuses(peer: string): boolean;
  /** Strangers who may stay for a while without being members. */
  guests: Guests;
  /** The user named this address: it is dialled whenever we want. */
  trust(address: string): void;
  /** A new neighbour of our own network was identified. */
  onMember(peer: string): void;
  lifetime: AbortSignal;
  now(): number;
  random(): number;
  log: Log;
}

/**
 * Keeps us connected: bootstrap nodes, remembered peers and discoveries, looked at again and again. libp2p itself dials
 * nobody it discovers and gives up on whoever is away for long.
 */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #candidates: Candidates;
  readonly #discovery: Discovery;
  /** Peers being dialled, each with one of the addresses tried. */
  readonly #dialling = new Map<string, string>();
  readonly #members = new Set<string>();
  readonly #listeners: [string, (event: CustomEvent) => void][];
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #savedAt = Number.NEGATIVE_INFINITY;
  #warned: string[] = [];
  /** Why a bootstrap node could not be had the last time. */
  #notJoined: string | undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#candidates = new Candidates(parts.random);
    this.#discovery = new Discovery({
      ...parts,
      wanted: () => this.#members.size > 0 && this.#missing() > 0,
    });
    const on = <D>(what: string, act: (detail: D) => unknown): [string, (event: CustomEvent<D>) => void] => [
      what,
      safely(parts.log, what, (event: CustomEvent<D>) => act(event.detail)),
    ];
    this.#listeners = [
      on("peer:discovery", (info: PeerInfo) => this.#discovered(info)),
      on("peer:identify", (result: IdentifyResult) => this.#identified(result)),
      on("peer:disconnect", (peer: PeerId) => this.#disconnected(peer.toString())),
    ];
  }

  /** Connected peers of this network. */
  members(): string[] {
    return this.#parts.host
      .getPeers()
      .map(String)
      .filter((peer) => this.#members.has(peer));
  }

  /** Somebody is said to belong to our network; it is dialled when neighbours are missing, and hung up on if it does not. */
  heardOf({ id, addresses }: { id: string; addresses: readonly string[] }): void {
    if (id === this.#parts.host.peerId.toString()) return;
    if (this.#candidates.add(id, addresses, "discovered")) this.#wake(SETTLE_MS);
  }

  start(): void {
    const { host, bootstrap, known } = this.#parts;
    for (const { id, address } of bootstrap) {
      if (id !== host.peerId.toString()) this.#candidates.add(id, [address], "bootstrap");
    }
    for (const { id, addresses, reached, anchor } of known.peers()) {
      // Whom we never reached ourselves is hearsay, also after a restart.
      this.#candidates.add(id, addresses, reached ? "remembered" : "discovered");
      if (anchor) this.#candidates.markAnchor(id);
    }
    for (const [what, listener] of this.#listeners) host.addEventListener(what as "peer:identify", listener);
    this.#wake(0);
  }

  stop(): void {
    const { host } = this.#parts;
    for (const [what, listener] of this.#listeners)
      host.removeEventListener(what as "peer:identify", listener);
    clearTimeout(this.#timer);
    this.#discovery.stop();
  }

  /** Connects because somebody asked for it, and keeps at it later. Throws NetworkAddressError, DialFailedError. */
  async dial(address: string, signal: AbortSignal): Promise<void> {
    const target = parseAddress(address);
    this.#parts.trust(address);
    try {
      const connection = await withDeadline(DIAL_TIMEOUT_MS, [signal, this.#parts.lifetime], (bounded) =>
        this.#parts.host.dial(target, { signal: bounded }),
      );
      this.#candidates.add(connection.remotePeer.toString(), [address], "remembered");
    } catch (error) {
      throw new DialFailedError(address, error);
    }
  }

  /** Hangs up; the peer is dialled again like any other. */
  async hangUp(peer: string): Promise<void> {
    await withDeadline(DIAL_TIMEOUT_MS, [this.#parts.lifetime], (signal) =>
      this.#parts.host.hangUp(peerIdFromString(peer), { signal }),
    );
  }

  #neighbours(): number {
    return this.#parts.host.getPeers().length - this.#parts.guests.size;
  }

  #missing(): number {
    const outbound = this.#parts.host.getConnections().filter(isChosen).length;
    return missingNeighbours(this.#degree(), this.#neighbours(), outbound);
  }

  #degree(): number {
    return this.#parts.role === "bootstrap" ? 0 : this.#parts.tuning.degree;
  }

  /** Looks again in `inMs` at the latest; a stream of events never puts off a look that is due. */
  #wake(inMs: number): void {
    if (this.#parts.lifetime.aborted) return;
    const dueAt = this.#parts.now() + inMs;
    if (this.#dueAt <= dueAt) return;
    this.#dueAt = dueAt;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      safely(this.#parts.log, "keeping connected", () => this.#look()),
      inMs,
    ).unref();
  }

  #look(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
    const { guests, host, known, tuning, now, random, refuses, log } = this.#parts;
    const connections = host.getConnections().filter(({ remotePeer }) => !guests.has(remotePeer.toString()));
    const plan = nextDials(
      {
        now: now(),
        candidates: [...this.#candidates.values()].filter((candidate) => !refuses(candidate.id)),
        connected: new Set(connections.map((connection) => connection.remotePeer.toString())),
        outbound: connections.filter(isChosen).length,
        dialling: new Set(this.#dialling.keys()),
        groups: countGroups([...connections.filter(isChosen).map(remoteAddress), ...this.#dialling.values()]),
        degree: this.#degree(),
        maxOutbound: tuning.maxOutbound,
      },
      random,
    );
    for (const candidate of plan.dials) void this.#try(candidate);
    this.#keepAnchors();
    this.#warn();
    if (now() - this.#savedAt >= SAVE_EVERY_MS) {
      this.#savedAt = now();
      known
        .save()
        .catch((error: unknown) => log("error", "known peers were not saved", { reason: reason(error) }));
    }
    const due = plan.wakeAt === undefined ? TICK_MS : plan.wakeAt - now();
    this.#wake(Math.max(SETTLE_MS, Math.min(due, TICK_MS)));
  }

  /** What is wrong with the company we keep, in words for the user; empty when all is well. */
  warnings(): string[] {
    const neighbours = this.#memberConnections().map((connection) => ({
      address: remoteAddress(connection),
      direction: connection.direction,
    }));
    if (neighbours.length === 0 && this.#notJoined !== undefined) return [notJoinedWarning(this.#notJoined)];
    return [...reachWarnings(this.#parts.reach, neighbours), ...surroundingsWarnings(neighbours)];
  }

  /** One connection of each neighbour, one that we opened if there is any. */
  #memberConnections(): Connection[] {
    const byPeer = new Map<string, Connection>();
    for (const connection of this.#parts.host.getConnections()) {
      const id = connection.remotePeer.toString();
      if (!this.#members.has(id)) continue;
      if (!byPeer.has(id) || connection.direction === "outbound") byPeer.set(id, connection);
    }
    return [...byPeer.values()];
  }

  #keepAnchors(): void {
    const { known, now, tuning } = this.#parts;
    const outbound = this.#memberConnections()
      .filter(isChosen)
      .map((connection) => ({
        id: connection.remotePeer.toString(),
        address: remoteAddress(connection),
        since: connection.timeline.open,
      }));
    known.setAnchors(
      chooseAnchors(outbound, known.anchors(), { now: now(), stayedMs: tuning.anchorAfterMs }),
    );
  }

  /** Each warning is logged when it begins to be true. */
  #warn(): void {
    const warnings = this.warnings();
    // Without the number of neighbours and the reason, or every newcomer would be a reason to repeat it.
    const kinds = warnings.map((warning) => warning.replace(/\d+ neighbours|: .*/, ""));
    for (const [index, kind] of kinds.entries())
      if (!this.#warned.includes(kind)) this.#parts.log("warn", warnings[index] ?? kind);
    this.#warned = kinds;
  }

  async #try(candidate: Candidate): Promise<void> {
    const { host, lifetime, now, log } = this.#parts;
    this.#dialling.set(candidate.id, candidate.addresses[0] ?? "");
    try {
      const targets = candidate.addresses.map((address) => withPeerId(address, candidate.id));
      await withDeadline(DIAL_TIMEOUT_MS, [lifetime], (signal) => host.dial(targets, { signal }));
    } catch (error) {
      if (lifetime.aborted) return;
      this.#candidates.failed(candidate.id, now());
      if (candidate.source === "bootstrap") this.#notJoined = reason(error);
      log("debug", "could not connect, trying again later", {
        peer: candidate.id,
        source: candidate.source,
        reason: reason(error),
      });
    } finally {
      this.#dialling.delete(candidate.id);
      this.#wake(SETTLE_MS);
    }
  }

  #discovered({ id, multiaddrs }: PeerInfo): void {
    const { host, reach } = this.#parts;
    if (id.equals(host.peerId)) return;
    const addresses = multiaddrs.filter((address) => isWorthDialling(address, reach)).map(String);
    if (this.#candidates.add(id.toString(), addresses, "discovered")) this.#wake(SETTLE_MS);
  }

  async #identified({ peerId, protocols, listenAddrs, connection }: IdentifyResult): Promise<void> {
    const { bootstrap, guests, prefix, reach, known, now, onMember, log } = this.#parts;
    const id = peerId.toString();
    if (!protocols.some((protocol) => protocol.startsWith(prefix))) {
      if (guests.welcome(id, connection.direction, protocols)) return;
      log("info", "hanging up: this peer does not belong to our network", { peer: id });
      this.#candidates.avoid(id, now() + BAN_MS);
      if (bootstrap.some((node) => node.id === id)) this.#notJoined = "it belongs to another network";
      this.#wake(SETTLE_MS);
      known.forget(id);
      await this.hangUp(id);
      return;
    }
    guests.left(id);
    this.#notJoined = undefined;
    const ours = connection.direction === "outbound" ? [connection.remoteAddr] : [];
    const addresses = [...ours, ...listenAddrs]
      .filter((address) => isWorthDialling(address, reach))
      .map((address) => withPeerId(address.toString(), id).toString());
    const reached = ours.length > 0;
    known.remember(id, addresses, now(), reached);
    // Who dialled us may announce anybody's address: hearsay, until we reached it there.
    this.#candidates.add(id, addresses, reached ? "remembered" : "discovered");
    this.#candidates.connected(id, now());
    const isNew = !this.#members.has(id);
    this.#members.add(id);
    this.#wake(SETTLE_MS);
    if (!isNew) return;
    this.#discovery.met({ soon: this.#neighbours() < this.#degree() });
    onMember(id);
  }

  #disconnected(id: string): void {
    this.#members.delete(id);
    this.#parts.guests.left(id);
    this.#candidates.disconnected(id, this.#parts.now());
    this.#wake(SETTLE_MS);
  }
}

function notJoinedWarning(why: string): string {
  return `None of the nodes to join through could be had so far: ${why}. They are tried again by themselves; check their addresses, and this machine's connection`;
}

function remoteAddress(connection: Connection): string {
  return connection.remoteAddr.toString();
}

/** We dialled it, and not through a relay: a circuit is made for one purpose and is cut after a while. */
function isChosen({ direction, limits }: Connection): boolean {
  return direction === "outbound" && limits === undefined;
}
