import { setImmediate as nextTurn } from "node:timers/promises";
import type { Connection, PeerId, Stream } from "@libp2p/interface";
import { KeyedBuckets } from "../../token-bucket.ts";
import { Turns } from "../blocks/turns.ts";
import { pause } from "../deadline.ts";
import {
  GOSSIP_BURST,
  GOSSIP_BYTES,
  GOSSIP_CONTROL,
  GOSSIP_FRAME_COST_BYTES,
  GOSSIP_MALFORMED,
  GOSSIP_MESSAGES,
  GOSSIP_PER_SECOND,
  GOSSIP_SLICE,
  MAX_GOSSIP_PAUSE_MS,
  MAX_RATED_PEERS,
  MAX_WAITING_GOSSIP_FRAMES,
} from "../limits.ts";
import type { Log } from "../options.ts";
import { reason } from "../safely.ts";
import type { GossipInternals, Rpc, RpcMessage } from "./gossip-internals.ts";
import { receivedMessageId } from "./gossip-parameters.ts";
import type { ValidationBudget } from "./validation-budget.ts";

interface GuardParts {
  gossipsub: GossipInternals;
  budget: ValidationBudget;
  /** The neighbour's inbound gossip streams, to stop reading from. */
  streams(peer: PeerId): Iterable<Stream>;
  /** Sent what no honest peer sends, again and again. */
  onHostile(peer: string): void;
  /** Did something that gossip's own scores may count against it. */
  onSuspect(peer: string): void;
  /** So many messages were left unread. */
  onIgnored(count: number): void;
  lifetime: AbortSignal;
  now(): number;
  log: Log;
}

/**
 * Stands before gossipsub, which has neither a queue nor back-pressure: it hashes, remembers and validates whatever arrives,
 * at once. Here a frame is taken apart into slices, one slice per turn of the event loop, each neighbour in its turn; what
 * is over a neighbour's rate or the whole budget is left out before it is remembered as seen, so that the same record
 * from somebody else is still heard. Nobody is punished for it: what is ignored comes back through catching up.
 */
export class GossipGuard {
  readonly #parts: GuardParts;
  readonly #turns = new Turns(1, MAX_WAITING_GOSSIP_FRAMES);
  readonly #messages = new KeyedBuckets(GOSSIP_MESSAGES, MAX_RATED_PEERS);
  readonly #fresh = new KeyedBuckets(
    { capacity: GOSSIP_BURST, perSecond: GOSSIP_PER_SECOND },
    MAX_RATED_PEERS,
  );
  readonly #control = new KeyedBuckets(GOSSIP_CONTROL, MAX_RATED_PEERS);
  readonly #bytes = new KeyedBuckets(GOSSIP_BYTES, MAX_RATED_PEERS);
  readonly #malformed = new KeyedBuckets(GOSSIP_MALFORMED, MAX_RATED_PEERS);
  readonly #sizes = new WeakMap<Rpc, number>();
  readonly #broken = new WeakSet<Rpc>();
  readonly #opening = new Set<string>();
  #thisTurn = 0;
  readonly #handle: (from: PeerId, rpc: Rpc) => Promise<void>;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    const { gossipsub, log } = parts;
    this.#handle = gossipsub.handleReceivedRpc.bind(gossipsub);
    const decode = gossipsub.decodeRpc.bind(gossipsub);
    const open = gossipsub.createOutboundStream.bind(gossipsub);
    gossipsub.decodeRpc = (bytes) => this.#decode(decode, bytes);
    gossipsub.handleReceivedRpc = async (from, rpc) => {
      try {
        await this.#receive(from, rpc);
      } catch (error) {
        if (!parts.lifetime.aborted) log("debug", "a gossip frame was dropped", { reason: reason(error) });
      }
    };
    gossipsub.createOutboundStream = async (peer, connection) => this.#open(open, peer, connection);
  }

  /** A frame that cannot be read stands for itself until it is known who sent it. */
  #decode(decode: (bytes: Uint8Array) => Rpc, bytes: Uint8Array): Rpc {
    let rpc: Rpc;
    try {
      rpc = decode(bytes);
    } catch {
      rpc = { subscriptions: [], messages: [] };
      this.#broken.add(rpc);
    }
    this.#sizes.set(rpc, bytes.length);
    return rpc;
  }

  /**
   * gossipsub opens its streams one after another and waits ten seconds for whoever does not answer, so a single neighbour
   * could keep all newcomers waiting. Here each is opened by itself, one at a time per neighbour.
   */
  #open(
    open: (peer: PeerId, connection: Connection) => Promise<void>,
    peer: PeerId,
    connection: Connection,
  ): void {
    const id = peer.toString();
    if (this.#opening.has(id)) return;
    this.#opening.add(id);
    open(peer, connection)
      .catch((error: unknown) =>
        this.#parts.log("debug", "no gossip stream", { peer: id, reason: reason(error) }),
      )
      .finally(() => this.#opening.delete(id));
  }

  async #receive(from: PeerId, rpc: Rpc): Promise<void> {
    const { now, onHostile } = this.#parts;
    const peer = from.toString();
    if (this.#broken.has(rpc)) {
      if (!this.#malformed.get(peer, now()).take(1, now())) onHostile(peer);
    }
    const held = this.#isSlowedDown(peer, rpc) || rpc.messages.length > GOSSIP_SLICE ? this.#hold(from) : [];
    try {
      await this.#waitForBytes(peer);
      await this.#slices(from, peer, rpc);
    } finally {
      for (const stream of held) release(stream);
    }
  }

  /** Charges the frame; whether this neighbour must be made to wait. */
  #isSlowedDown(peer: string, rpc: Rpc): boolean {
    const now = this.#parts.now();
    const bytes = this.#bytes.get(peer, now);
    bytes.charge(Math.max(GOSSIP_FRAME_COST_BYTES, this.#sizes.get(rpc) ?? 0), now);
    return bytes.waitFor(0, now) > 0;
  }

  async #waitForBytes(peer: string): Promise<void> {
    const { now, lifetime } = this.#parts;
    for (;;) {
      const ms = this.#bytes.get(peer, now()).waitFor(0, now());
      if (ms === 0) return;
      await pause(Math.min(ms, MAX_GOSSIP_PAUSE_MS), lifetime);
    }
  }

  /** Stops reading, so that what is not read fills the neighbour's memory and not ours. */
  #hold(from: PeerId): Stream[] {
    const held: Stream[] = [];
    for (const stream of this.#parts.streams(from)) {
      if (stream.readStatus !== "readable") continue;
      stream.pause();
      held.push(stream);
    }
    return held;
  }

  async #slices(from: PeerId, peer: string, { subscriptions, messages, control }: Rpc): Promise<void> {
    const { lifetime } = this.#parts;
    const turn = async (part: Rpc) => await this.#turns.run(lifetime, () => this.#pass(from, part, 1));
    if (subscriptions.length > 0) await turn({ subscriptions, messages: [] });
    for (let start = 0; start < messages.length; start += GOSSIP_SLICE) {
      const slice = messages.slice(start, start + GOSSIP_SLICE);
      await this.#turns.run(lifetime, async () => {
        const admitted = slice.filter((message) => this.#admits(peer, message));
        if (admitted.length === 0) return;
        await this.#pass(from, { subscriptions: [], messages: admitted }, admitted.length);
      });
    }
    if (control && this.#admitsControl(peer, control))
      await turn({ subscriptions: [], messages: [], control });
  }

  /** Hands a part on; after a slice's worth, whosesoever it was, everything else in the process has its turn. */
  async #pass(from: PeerId, part: Rpc, work: number): Promise<void> {
    await this.#handle(from, part);
    this.#thisTurn += work;
    if (this.#thisTurn < GOSSIP_SLICE) return;
    await nextTurn();
    this.#thisTurn = 0;
  }

  #admits(peer: string, message: RpcMessage): boolean {
    const { gossipsub, budget, now, onSuspect, onIgnored } = this.#parts;
    const at = now();
    if (!this.#messages.get(peer, at).take(1, at)) {
      onIgnored(1);
      return false;
    }
    // gossipsub counts these as invalid without asking our validator.
    if (message.signature || message.from || message.seqno || message.key) onSuspect(peer);
    const id = gossipsub.msgIdToStrFn(receivedMessageId(message.topic, message.data));
    if (gossipsub.seenCache.has(id)) return true;
    if (this.#fresh.get(peer, at).take(1, at) && budget.admits(peer, at)) return true;
    // It was delivered, as promised; that we have no time for it is not the neighbour's fault.
    gossipsub.gossipTracer.deliverMessage(id);
    onIgnored(1);
    return false;
  }

  #admitsControl(peer: string, control: NonNullable<Rpc["control"]>): boolean {
    const now = this.#parts.now();
    const entries = Object.values(control).reduce((sum, part) => sum + (part?.length ?? 0), 0);
    if (this.#control.get(peer, now).take(entries, now)) return true;
    this.#parts.onSuspect(peer);
    return false;
  }
}

function release(stream: Stream): void {
  if (stream.readStatus === "paused") stream.resume();
}
