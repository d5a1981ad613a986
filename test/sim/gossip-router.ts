import { type GossipSub, type Message, TopicValidatorResult } from "@libp2p/gossipsub";
import type { PeerId } from "@libp2p/interface";
import { gossipParameters } from "../../node/src/network/gossip/gossip-parameters.ts";
import {
  GOSSIP_BURST,
  GOSSIP_MESSAGES,
  GOSSIP_PER_SECOND,
  MAX_RATED_PEERS,
} from "../../node/src/network/limits.ts";
import { KeyedBuckets } from "../../node/src/token-bucket.ts";
import type { Direction, Endpoint, Fabric, GossipFrame, GossipMessage } from "./fabric.ts";
import { type Stream, sample } from "./random.ts";

/** gossipsub's own defaults, which the peer leaves as they are. */
export const MESH = { want: 6, least: 4, most: 12, lazy: 6, best: 4, outbound: 2 } as const;
/** A mesh in which nobody delivers gets two better neighbours, looked at every so many heartbeats. */
const [OPPORTUNITY_TICKS, OPPORTUNITY_PEERS] = [60, 2];
export const HEARTBEAT_MS = 1_000;
const SEEN_MS = 120_000;
const PRUNE_BACKOFF_MS = 60_000;
/** Heartbeats for which a message can be asked for, and those for which it is offered. */
const [HISTORY, OFFERED] = [5, 3];
const MAX_IHAVE = 5_000;

interface RouterParts {
  self: Endpoint;
  fabric: Fabric;
  topic: string;
  random: Stream;
  now(): number;
  /** A copy of a message arrived. */
  copy(id: string): void;
}

/** What a neighbour's score is made of. */
interface Merit {
  outbound: boolean;
  /** Since when it is in the mesh (P1). */
  since: number | undefined;
  /** Messages it brought first (P2), and invalid ones (P4). Both fade. */
  first: number;
  invalid: number;
}

/**
 * gossipsub, modelled plainly for one topic: eager push over a mesh, lazy repair by IHAVE and IWANT at each heartbeat, own
 * messages to every neighbour, duplicates known by content. Neighbours are scored with the peer's own parameters for time in
 * the mesh, first deliveries and invalid messages (P1, P2, P4), which decides whom the mesh keeps; some places are for those
 * we dialled. The real `Gossip` (node/src/network) drives it and judges the messages as it does with the library.
 */
export class GossipRouter {
  readonly topicValidators: GossipSub["topicValidators"] = new Map();
  readonly #parts: RouterParts;
  readonly #messageId;
  readonly #weights;
  readonly #leastMedian: number;
  readonly #neighbours = new Map<string, Merit>();
  readonly #mesh = new Set<string>();
  readonly #seen = new Map<string, number>();
  /** As in the guard that stands before the library (node/src/network/gossip/gossip-guard.ts). */
  readonly #messages = new KeyedBuckets(GOSSIP_MESSAGES, MAX_RATED_PEERS);
  readonly #fresh = new KeyedBuckets(
    { capacity: GOSSIP_BURST, perSecond: GOSSIP_PER_SECOND },
    MAX_RATED_PEERS,
  );
  readonly #backoff = new Map<string, number>();
  /** Of those who left with a bad one. */
  readonly #penalties = new Map<string, number>();
  #ticks = 0;
  /** The newest first. */
  #history: Map<string, GossipMessage>[] = [new Map()];

  constructor(parts: RouterParts) {
    this.#parts = parts;
    const { msgIdFn, scoreParams, scoreThresholds } = gossipParameters(parts.topic, "public");
    const weights = scoreParams?.topics?.[parts.topic];
    if (weights === undefined) throw new Error("the topic is scored");
    this.#messageId = msgIdFn;
    this.#weights = weights;
    this.#leastMedian = scoreThresholds?.opportunisticGraftThreshold ?? 0;
  }

  /** As the library; the simulated one has what `Gossip` uses. */
  asGossipSub(): GossipSub {
    return this as unknown as GossipSub;
  }

  subscribe(_topic: string): void {}

  getPeers(): PeerId[] {
    return [...this.#neighbours.keys()] as unknown as PeerId[];
  }

  getSubscribers(): PeerId[] {
    return this.getPeers();
  }

  getScore(peer: string): number {
    const merit = this.#neighbours.get(peer);
    if (merit === undefined) return 0;
    const w = this.#weights;
    const inMesh = merit.since === undefined ? 0 : (this.#parts.now() - merit.since) / w.timeInMeshQuantum;
    return (
      w.timeInMeshWeight * Math.min(inMesh, w.timeInMeshCap) +
      w.firstMessageDeliveriesWeight * merit.first +
      w.invalidMessageDeliveriesWeight * merit.invalid ** 2
    );
  }

  get mesh(): ReadonlySet<string> {
    return this.#mesh;
  }

  async publish(topic: string, data: Uint8Array): Promise<{ recipients: PeerId[] }> {
    if (this.#neighbours.size === 0) throw new Error("PublishError.NoPeersSubscribedToTopic");
    const message = this.#messageOf(topic, data);
    if (this.#seen.has(message.id)) return { recipients: [] };
    this.#see(message);
    const recipients = this.#forward(message, this.#neighbours.keys(), undefined);
    return { recipients: recipients as unknown as PeerId[] };
  }

  opened(peer: string, direction: Direction): void {
    const invalid = this.#penalties.get(peer) ?? 0;
    this.#penalties.delete(peer);
    this.#neighbours.set(peer, { outbound: direction === "outbound", since: undefined, first: 0, invalid });
  }

  closed(peer: string): void {
    const invalid = this.#neighbours.get(peer)?.invalid ?? 0;
    if (invalid > 0) this.#penalties.set(peer, invalid);
    this.#neighbours.delete(peer);
    this.#mesh.delete(peer);
  }

  heard(from: string, frame: GossipFrame): void {
    if (!this.#neighbours.has(from)) return;
    if (frame.kind === "message") this.#receive(from, frame.message);
    else if (frame.kind === "graft") this.#grafted(from);
    else if (frame.kind === "prune") this.#pruned(from);
    else if (frame.kind === "ihave") this.#want(from, frame.ids);
    else this.#hand(from, frame.ids);
  }

  heartbeat(): void {
    for (const peer of this.#mesh) if (this.getScore(peer) < 0) this.#prune(peer);
    if (this.#mesh.size < MESH.least) this.#graftSome(MESH.want - this.#mesh.size, () => true);
    else if (this.#mesh.size > MESH.most) this.#pruneWorst();
    const outbound = [...this.#mesh].filter((peer) => this.#isOutbound(peer)).length;
    this.#graftSome(MESH.outbound - outbound, (peer) => this.#isOutbound(peer));
    if (++this.#ticks % OPPORTUNITY_TICKS === 0) this.#graftBetter();
    this.#offer();
    this.#forget();
  }

  #isOutbound(peer: string): boolean {
    return this.#neighbours.get(peer)?.outbound === true;
  }

  #graftSome(count: number, suitable: (peer: string) => boolean): void {
    if (count <= 0) return;
    const free = [...this.#neighbours.keys()].filter(
      (peer) =>
        !this.#mesh.has(peer) &&
        (this.#backoff.get(peer) ?? 0) <= this.#parts.now() &&
        this.getScore(peer) >= 0 &&
        suitable(peer),
    );
    for (const peer of sample(this.#parts.random, free, count)) this.#graft(peer);
  }

  /** Keeps the best, then others by lot, but some of those we dialled in any case. */
  #pruneWorst(): void {
    const byScore = sample(this.#parts.random, this.#mesh, this.#mesh.size).sort(
      (a, b) => this.getScore(b) - this.getScore(a),
    );
    const best = byScore.slice(0, MESH.best);
    const rest = sample(this.#parts.random, byScore.slice(MESH.best), byScore.length);
    const chosen = rest.filter((peer) => this.#isOutbound(peer)).slice(0, MESH.outbound);
    const kept = new Set([...best, ...chosen, ...rest].slice(0, Math.max(MESH.want, best.length)));
    for (const peer of byScore) if (!kept.has(peer)) this.#prune(peer);
  }

  #graftBetter(): void {
    const scores = [...this.#mesh].map((peer) => this.getScore(peer)).sort((a, b) => a - b);
    const median = scores[scores.length >> 1];
    if (median === undefined || median >= this.#leastMedian) return;
    this.#graftSome(OPPORTUNITY_PEERS, (peer) => this.getScore(peer) > median);
  }

  #receive(from: string, message: GossipMessage): void {
    const now = this.#parts.now();
    this.#parts.copy(message.id);
    if (!this.#messages.get(from, now).take(1, now)) return;
    if (this.#seen.has(message.id)) return;
    // What is over the rate does not count as seen: the same from somebody else is still heard.
    if (!this.#fresh.get(from, now).take(1, now)) return;
    this.#see(message);
    const validate = this.topicValidators.get(this.#parts.topic);
    const unsigned: Message = { type: "unsigned", topic: this.#parts.topic, data: message.data };
    const result = validate?.(from as unknown as PeerId, unsigned);
    const merit = this.#neighbours.get(from);
    if (result === TopicValidatorResult.Accept) {
      if (merit) merit.first = Math.min(merit.first + 1, this.#weights.firstMessageDeliveriesCap);
      this.#forward(message, this.#mesh, from);
    } else this.#history[0]?.delete(message.id);
    if (merit && result === TopicValidatorResult.Reject) merit.invalid++;
  }

  #forward(message: GossipMessage, to: Iterable<string>, except: string | undefined): string[] {
    const { fabric, self } = this.#parts;
    return [...to].filter((peer) => peer !== except && fabric.send(self, peer, { kind: "message", message }));
  }

  #see(message: GossipMessage): void {
    this.#seen.set(message.id, this.#parts.now());
    this.#history[0]?.set(message.id, message);
  }

  #graft(peer: string): void {
    this.#enter(peer);
    this.#parts.fabric.send(this.#parts.self, peer, { kind: "graft" });
  }

  #prune(peer: string): void {
    this.#pruned(peer);
    this.#parts.fabric.send(this.#parts.self, peer, { kind: "prune" });
  }

  #grafted(from: string): void {
    if (this.#mesh.has(from)) return;
    const full = this.#mesh.size >= MESH.most && !this.#isOutbound(from);
    const early = (this.#backoff.get(from) ?? 0) > this.#parts.now();
    if (full || early || this.getScore(from) < 0) this.#prune(from);
    else this.#enter(from);
  }

  #enter(peer: string): void {
    const merit = this.#neighbours.get(peer);
    if (merit === undefined) return;
    merit.since = this.#parts.now();
    this.#mesh.add(peer);
  }

  #pruned(peer: string): void {
    const merit = this.#neighbours.get(peer);
    if (merit) merit.since = undefined;
    this.#mesh.delete(peer);
    this.#backoff.set(peer, this.#parts.now() + PRUNE_BACKOFF_MS);
  }

  #offer(): void {
    const { fabric, self, random } = this.#parts;
    const ids = this.#history.slice(0, OFFERED).flatMap((messages) => [...messages.keys()]);
    if (ids.length === 0) return;
    const others = [...this.#neighbours.keys()].filter((peer) => !this.#mesh.has(peer));
    for (const peer of sample(random, others, MESH.lazy))
      fabric.send(self, peer, { kind: "ihave", ids: ids.slice(0, MAX_IHAVE) });
  }

  #want(from: string, ids: readonly string[]): void {
    const missing = ids.filter((id) => !this.#seen.has(id));
    if (missing.length > 0) this.#parts.fabric.send(this.#parts.self, from, { kind: "iwant", ids: missing });
  }

  #hand(from: string, ids: readonly string[]): void {
    for (const messages of this.#history)
      for (const id of ids) {
        const message = messages.get(id);
        if (message !== undefined) this.#forward(message, [from], undefined);
      }
  }

  #forget(): void {
    this.#history = [new Map(), ...this.#history.slice(0, HISTORY - 1)];
    const now = this.#parts.now();
    for (const [id, at] of this.#seen) {
      // In order of arrival: the first young one ends it.
      if (now - at < SEEN_MS) break;
      this.#seen.delete(id);
    }
    const { firstMessageDeliveriesDecay, invalidMessageDeliveriesDecay } = this.#weights;
    for (const merit of this.#neighbours.values()) {
      merit.first = faded(merit.first, firstMessageDeliveriesDecay);
      merit.invalid = faded(merit.invalid, invalidMessageDeliveriesDecay);
    }
    for (const [peer, invalid] of this.#penalties) {
      const left = faded(invalid, invalidMessageDeliveriesDecay);
      if (left === 0) this.#penalties.delete(peer);
      else this.#penalties.set(peer, left);
    }
  }

  #messageOf(topic: string, data: Uint8Array): GossipMessage {
    const id = this.#messageId?.({ type: "unsigned", topic, data });
    if (!(id instanceof Uint8Array)) throw new Error("the message id is the hash of the content");
    return { id: Buffer.from(id).toString("base64"), data };
  }
}

/** Once a second; nothing fades for ever. */
function faded(counter: number, decay: number): number {
  const left = counter * decay;
  return left < 0.01 ? 0 : left;
}
