import type { GossipSub, Message } from "@libp2p/gossipsub";
import { TopicValidatorResult } from "@libp2p/gossipsub";
import type { PeerId, Stream } from "@libp2p/interface";
import { RecordTooLargeError } from "../errors.ts";
import { GOSSIP_LOOP_SHARE, MAX_RECORD_BYTES } from "../limits.ts";
import type { Log, NetworkStats, Verdict } from "../options.ts";
import { reason } from "../safely.ts";
import { GossipGuard } from "./gossip-guard.ts";
import { type GossipInternals, internalsOf } from "./gossip-internals.ts";
import { GRAYLIST_THRESHOLD } from "./gossip-parameters.ts";
import { ValidationBudget } from "./validation-budget.ts";

const RESULTS: Record<Verdict, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  reject: TopicValidatorResult.Reject,
  ignore: TopicValidatorResult.Ignore,
};

interface GossipParts {
  gossipsub: GossipSub;
  topic: string;
  onRecord(bytes: Uint8Array, from: string): Verdict;
  /** A neighbour's inbound gossip streams. */
  streams(peer: PeerId): Iterable<Stream>;
  /** A neighbour sent what no honest peer sends. */
  onHostile(peer: string): void;
  lifetime: AbortSignal;
  now(): number;
  log: Log;
}

/** Our one gossip topic: judges what arrives, publishes what we say. */
export class Gossip {
  readonly #parts: GossipParts;
  readonly #budget: ValidationBudget;
  readonly #internals: GossipInternals | undefined;
  /** Neighbours that sent something invalid; at most as many as are connected, since the watchdog clears it. */
  #suspects = new Set<string>();
  #counts = { published: 0, accepted: 0, rejected: 0, ignored: 0 };

  constructor(parts: GossipParts) {
    this.#parts = parts;
    this.#budget = new ValidationBudget(GOSSIP_LOOP_SHARE, parts.now());
    this.#internals = internalsOf(parts.gossipsub);
    if (this.#internals) {
      new GossipGuard({
        ...parts,
        gossipsub: this.#internals,
        budget: this.#budget,
        onSuspect: (peer) => this.#suspects.add(peer),
        onIgnored: (count) => {
          this.#counts.ignored += count;
        },
      });
    } else {
      parts.log("error", "this version of gossipsub is not known: floods of messages are not held back");
    }
    parts.gossipsub.topicValidators.set(parts.topic, (peer, message) => this.#validate(peer, message));
  }

  /** Call once the host runs. */
  subscribe(): void {
    this.#parts.gossipsub.subscribe(this.#parts.topic);
  }

  /** How many neighbours it was handed to; 0 when nobody listens or when it was published already. */
  async publish(bytes: Uint8Array): Promise<{ recipients: number }> {
    if (bytes.length > MAX_RECORD_BYTES) throw new RecordTooLargeError(bytes.length, MAX_RECORD_BYTES);
    try {
      const { recipients } = await this.#parts.gossipsub.publish(this.#parts.topic, bytes);
      if (recipients.length > 0) this.#counts.published++;
      return { recipients: recipients.length };
    } catch (error) {
      // gossipsub names its failures in the message only; this one means that nobody is listening yet.
      if (reason(error).includes("NoPeersSubscribedToTopic")) return { recipients: 0 };
      throw error;
    }
  }

  /** Peers that gossip talks to: it knows them, and has a stream to them. */
  peers(): ReadonlySet<string> {
    const known = this.#parts.gossipsub.getPeers().map(String);
    const streams = this.#internals?.streamsOutbound;
    return new Set(streams ? known.filter((peer) => streams.has(peer)) : known);
  }

  /** Neighbours that hear what is published: subscribed, and with a stream to them. */
  listeners(): ReadonlySet<string> {
    const subscribed = this.#parts.gossipsub.getSubscribers(this.#parts.topic).map(String);
    const reached = this.peers();
    return new Set(subscribed.filter((peer) => reached.has(peer)));
  }

  /** Of those who sent something invalid: who fell below the graylist threshold, and is forgotten here with that. */
  takeGraylisted(connected: ReadonlySet<string>): string[] {
    const graylisted = [...this.#suspects].filter((peer) => this.#score(peer) < GRAYLIST_THRESHOLD);
    const judged = new Set(graylisted);
    this.#suspects = new Set([...this.#suspects].filter((peer) => connected.has(peer) && !judged.has(peer)));
    return graylisted;
  }

  /** Gossip's own opinion of a neighbour, 0 when it has none. It is computed anew once a second. */
  #score(peer: string): number {
    const { gossipsub } = this.#parts;
    // Public on the class but missing from the package's GossipSub interface.
    if (!("getScore" in gossipsub) || typeof gossipsub.getScore !== "function") return 0;
    const score: unknown = gossipsub.getScore(peer);
    return typeof score === "number" ? score : 0;
  }

  stats(): NetworkStats["gossip"] {
    return {
      peers: this.#parts.gossipsub.getPeers().length,
      subscribers: this.#parts.gossipsub.getSubscribers(this.#parts.topic).length,
      ...this.#counts,
    };
  }

  #validate(peer: PeerId, message: Message): TopicValidatorResult {
    const from = peer.toString();
    const verdict = this.#judge(message.data, from);
    if (verdict === "accept") this.#counts.accepted++;
    else if (verdict === "ignore") this.#counts.ignored++;
    else {
      this.#counts.rejected++;
      this.#suspects.add(from);
    }
    return RESULTS[verdict];
  }

  #judge(bytes: Uint8Array, from: string): Verdict {
    if (bytes.length === 0 || bytes.length > MAX_RECORD_BYTES) return "reject";
    const begun = this.#parts.now();
    try {
      return this.#parts.onRecord(bytes, from);
    } catch (error) {
      // Our own fault, so nobody is punished for it.
      this.#parts.log("error", "judging a gossiped record failed", { from, reason: reason(error) });
      return "ignore";
    } finally {
      const now = this.#parts.now();
      this.#budget.charge(from, now - begun, now);
    }
  }
}
