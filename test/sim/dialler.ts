import { chooseAnchors } from "../../node/src/network/neighbours/anchors.ts";
import { Candidates } from "../../node/src/network/neighbours/candidates.ts";
import type { DialGuard } from "../../node/src/network/neighbours/dial-guard.ts";
import { countGroups } from "../../node/src/network/neighbours/diversity.ts";
import { KnownPeers } from "../../node/src/network/neighbours/known-peers.ts";
import {
  type Candidate,
  missingNeighbours,
  nextDials,
} from "../../node/src/network/neighbours/next-dials.ts";
import type { NetworkTuning, Role } from "../../node/src/network/options.ts";
import type { Contact, Direction, Endpoint, Fabric } from "./fabric.ts";
import type { Timer } from "./kernel.ts";
import { pick, type Stream, sample } from "./random.ts";

/** As in the supervisor and in discovery (node/src/network), which are libp2p's and so are not run here. */
const TICK_MS = 5_000;
const SAVE_EVERY_MS = 5_000;
const SETTLE_MS = 10;
const [FIRST_WALK_MS, MAX_WALK_MS, WALK_TIMEOUT_MS] = [300, 30_000, 10_000];
/** A FIND_NODE and its answer of twenty contacts, in bytes. */
const [FIND_BYTES, CONTACT_BYTES, CONTACTS_NAMED] = [80, 100, 20];

/** A LevelDB that survives crashes: what `KnownPeers` writes to. */
export class MemoryDatabase {
  readonly #values = new Map<string, Uint8Array>();

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#values.get(key);
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    this.#values.set(key, value);
  }
}

interface DiallerParts {
  self: Endpoint;
  fabric: Fabric;
  role: Role;
  tuning: NetworkTuning;
  bootstrap: readonly Contact[];
  database: MemoryDatabase;
  random: Stream;
  now(): number;
  /** Nothing happens any more once this life of the peer is over. */
  after(delayMs: number, run: () => void): Timer;
  hold(promise: Promise<unknown>): void;
  refuses(peer: string): boolean;
  dials: DialGuard;
}

/** Peer selection: the real `nextDials`, `Candidates`, `KnownPeers`, anchors and dial guard, in a shell like the supervisor's. */
export class Dialler {
  readonly #parts: DiallerParts;
  readonly #candidates: Candidates;
  readonly #known: KnownPeers;
  /** Whom, and where. */
  readonly #dialling = new Map<string, string>();
  readonly #connections = new Map<string, { address: string; direction: Direction; since: number }>();
  #timer: Timer | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #savedAt = Number.NEGATIVE_INFINITY;
  #walk: Timer | undefined;
  #walkDelay = FIRST_WALK_MS;

  constructor(parts: DiallerParts) {
    this.#parts = parts;
    this.#candidates = new Candidates(parts.random);
    this.#known = new KnownPeers({ database: parts.database, network: "sim", log: () => {} });
  }

  start(): void {
    const { self, bootstrap, hold } = this.#parts;
    for (const { id, address } of bootstrap)
      if (id !== self.id) this.#candidates.add(id, [address], "bootstrap");
    hold(
      this.#known.load().then(() => {
        for (const { id, addresses, reached, anchor } of this.#known.peers()) {
          this.#candidates.add(id, addresses, reached ? "remembered" : "discovered");
          if (anchor) this.#candidates.markAnchor(id);
        }
        this.#wake(0);
        this.#scheduleWalk();
      }),
    );
  }

  members(): string[] {
    return [...this.#connections.keys()];
  }

  opened(peer: Endpoint, direction: Direction): void {
    const { now } = this.#parts;
    const reached = direction === "outbound";
    this.#connections.set(peer.id, { address: peer.address, direction, since: now() });
    this.#known.remember(peer.id, [peer.address], now(), reached);
    this.#candidates.add(peer.id, [peer.address], reached ? "remembered" : "discovered");
    this.#candidates.connected(peer.id, now());
    this.#walkDelay = FIRST_WALK_MS;
    this.#scheduleWalk();
    this.#wake(SETTLE_MS);
  }

  closed(peer: string): void {
    this.#connections.delete(peer);
    this.#candidates.disconnected(peer, this.#parts.now());
    this.#wake(SETTLE_MS);
  }

  /** Whom the DHT would name: some of those we are connected to or were. */
  contacts(): Contact[] {
    return sample(this.#parts.random, this.#known.peers(), CONTACTS_NAMED).flatMap(
      ({ id, addresses: [address] }) => (address ? [{ id, address }] : []),
    );
  }

  #wake(inMs: number): void {
    const dueAt = this.#parts.now() + inMs;
    if (this.#dueAt <= dueAt) return;
    this.#dueAt = dueAt;
    this.#timer?.cancel();
    this.#timer = this.#parts.after(inMs, () => this.#look());
  }

  #look(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
    const { tuning, random, now, refuses, hold } = this.#parts;
    const outbound = [...this.#connections]
      .filter(([, { direction }]) => direction === "outbound")
      .map(([id, { address, since }]) => ({ id, address, since }));
    const plan = nextDials(
      {
        now: now(),
        candidates: [...this.#candidates.values()].filter((candidate) => !refuses(candidate.id)),
        connected: new Set(this.#connections.keys()),
        outbound: outbound.length,
        dialling: new Set(this.#dialling.keys()),
        groups: countGroups([...outbound.map(({ address }) => address), ...this.#dialling.values()]),
        degree: this.#degree(),
        maxOutbound: tuning.maxOutbound,
      },
      random,
    );
    for (const candidate of plan.dials) this.#dial(candidate);
    this.#known.setAnchors(
      chooseAnchors(outbound, this.#known.anchors(), { now: now(), stayedMs: tuning.anchorAfterMs }),
    );
    if (now() - this.#savedAt >= SAVE_EVERY_MS) {
      this.#savedAt = now();
      hold(this.#known.save());
    }
    const due = plan.wakeAt === undefined ? TICK_MS : plan.wakeAt - now();
    this.#wake(Math.max(SETTLE_MS, Math.min(due, TICK_MS)));
  }

  #dial({ id, addresses: [address = ""] }: Candidate): void {
    const { fabric, self, after, now, dials } = this.#parts;
    const ended = (connected: boolean) => {
      this.#dialling.delete(id);
      if (connected) dials.succeeded(address, now());
      else this.#candidates.failed(id, now());
      this.#wake(SETTLE_MS);
    };
    this.#dialling.set(id, address);
    if (!dials.admit(address, now())) after(0, () => ended(false));
    // As its own event, which is lost with this life of the peer.
    else fabric.dial(self, id, (connected) => after(0, () => ended(connected)));
  }

  #missing(): number {
    const outbound = [...this.#connections.values()].filter(({ direction }) => direction === "outbound");
    return missingNeighbours(this.#degree(), this.#connections.size, outbound.length);
  }

  #degree(): number {
    return this.#parts.role === "bootstrap" ? 0 : this.#parts.tuning.degree;
  }

  #scheduleWalk(): void {
    const { after, random } = this.#parts;
    this.#walk?.cancel();
    this.#walk = after(this.#walkDelay * (0.7 + 0.6 * random()), () => this.#ask());
    this.#walkDelay = Math.min(this.#walkDelay * 2, MAX_WALK_MS);
  }

  /** One step of the DHT's walk: what a neighbour names are candidates. */
  #ask(): void {
    const { fabric, self, random } = this.#parts;
    const asked = pick(random, this.members());
    this.#scheduleWalk();
    if (asked === undefined || this.#missing() === 0) return;
    fabric.exchange(
      self,
      asked,
      { kind: "find", requestBytes: FIND_BYTES, timeoutMs: WALK_TIMEOUT_MS },
      (server) => {
        const answer = server.contacts();
        return { answer, bytes: answer.length * CONTACT_BYTES };
      },
      (contacts) => this.#parts.after(0, () => this.#learn(contacts ?? [])),
    );
  }

  #learn(contacts: readonly Contact[]): void {
    let learned = false;
    for (const { id, address } of contacts)
      if (id !== this.#parts.self.id) learned = this.#candidates.add(id, [address], "discovered") || learned;
    if (learned) this.#wake(SETTLE_MS);
  }
}
