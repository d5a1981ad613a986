import type { ActionId } from "@action-collective/protocol";
import { DIAL_TIMEOUT_MS } from "../../node/src/network/limits.ts";
import type { Kernel } from "./kernel.ts";
import { normal, type Stream, streamOf } from "./random.ts";
import type { Trace } from "./trace.ts";

export type Direction = "inbound" | "outbound";

/** Somebody on the simulated internet. */
export interface Endpoint {
  readonly id: string;
  /** Short and stable, for the trace. */
  readonly name: string;
  readonly address: string;
  readonly running: boolean;
  accepts(from: Endpoint): boolean;
  opened(peer: Endpoint, direction: Direction): void;
  closed(peer: Endpoint): void;
  /** A gossip frame. */
  heard(from: Endpoint, frame: GossipFrame): void;
  /** One frame of a sync session; undefined: silence. */
  answerSync(from: Endpoint, request: Uint8Array): Uint8Array | undefined;
  /** Whom it tells others about, as in the DHT. */
  contacts(): Contact[];
  /** The size of an action's bundle that it holds and gives. */
  bundle(id: ActionId): number | undefined;
}

export interface Contact {
  readonly id: string;
  readonly address: string;
}

export interface GossipMessage {
  readonly id: string;
  readonly data: Uint8Array;
}

export type GossipFrame =
  | { readonly kind: "message"; readonly message: GossipMessage }
  | { readonly kind: "graft" }
  | { readonly kind: "prune" }
  | { readonly kind: "ihave"; readonly ids: readonly string[] }
  | { readonly kind: "iwant"; readonly ids: readonly string[] };

/** What the network does to everybody; changed by faults while the simulation runs. */
export interface Conditions {
  /** Share of gossip frames that vanish. On streams the same share of frames is sent again, later. */
  loss: number;
  /** Share of gossip frames that arrive twice. */
  duplication: number;
  /** Share of gossip frames that are overtaken by later ones. */
  reordering: number;
  /** The side of a partition an endpoint is on; undefined when there is none. */
  side: ((endpoint: Endpoint) => number) | undefined;
}

export interface Traffic {
  frames: number;
  bytes: number;
}

export type TrafficKind = "gossip" | "control" | "sync" | "find" | "bundle";

interface Link {
  readonly ends: readonly [Endpoint, Endpoint];
  /** One way, in milliseconds, before jitter. */
  readonly latency: number;
  /** When the last frame to either end arrives: frames keep their order. */
  readonly busyUntil: [number, number];
  open: boolean;
}

/** Round trips of TCP, Noise, Yamux and identify until both know each other. */
const HANDSHAKE_TRIPS = 6;
const MEDIAN_LATENCY_MS = 40;
const LATENCY_SPREAD = 0.6;
const MAX_LATENCY_MS = 400;
/** 10 Mbit/s. */
const BYTES_PER_MS = 1_250;
const REORDERED_BY_MS = 1_000;
/** TCP's first time-out and how often it repeats before the connection counts as dead. */
const RETRANSMIT_AFTER_MS = 200;
const MAX_RETRANSMITS = 6;
/** libp2p's connection monitor: a ping every 10 s that may take 20 to 30 s (host.ts). */
const SILENCE_NOTICED_MS = [20_000, 40_000] as const;
/** What a frame costs beyond its contents, roughly: lengths, Yamux, Noise. */
const FRAME_OVERHEAD = 40;
const ID_BYTES = 34;

/**
 * The simulated internet: connections between endpoints, with latency, loss, duplication, reordering, partitions and
 * crashes. Gossip frames can be lost, doubled and overtaken; requests and answers travel in streams, where loss costs time
 * and at last the connection, as in TCP.
 */
export class Fabric {
  readonly conditions: Conditions = { loss: 0, duplication: 0, reordering: 0, side: undefined };
  readonly traffic: Record<TrafficKind, Traffic> = {
    gossip: { frames: 0, bytes: 0 },
    control: { frames: 0, bytes: 0 },
    sync: { frames: 0, bytes: 0 },
    find: { frames: 0, bytes: 0 },
    bundle: { frames: 0, bytes: 0 },
  };
  readonly #kernel: Kernel;
  readonly #trace: Trace;
  readonly #random: Stream;
  readonly #seed: number;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #links = new Map<string, Map<string, Link>>();

  constructor(kernel: Kernel, trace: Trace, seed: number) {
    this.#kernel = kernel;
    this.#trace = trace;
    this.#seed = seed;
    this.#random = streamOf(seed, "fabric");
  }

  add(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint.id, endpoint);
    this.#links.set(endpoint.id, new Map());
  }

  /** Ids of those this endpoint has a connection with. */
  neighbours(id: string): string[] {
    return [...(this.#links.get(id)?.keys() ?? [])];
  }

  dial(from: Endpoint, to: string, done: (connected: boolean) => void): void {
    const target = this.#endpoints.get(to);
    if (target === undefined || target.id === from.id) {
      this.#kernel.after(DIAL_TIMEOUT_MS, () => done(false));
      return;
    }
    const latency = this.#latencyBetween(from, target);
    const delay = this.#streamDelay(latency, 500 * HANDSHAKE_TRIPS, HANDSHAKE_TRIPS);
    if (delay === undefined || delay > DIAL_TIMEOUT_MS || this.#isCut(from, target)) {
      this.#kernel.after(DIAL_TIMEOUT_MS, () => done(false));
      return;
    }
    this.#kernel.after(delay, () => {
      if (!from.running || !target.running || this.#isCut(from, target)) return done(false);
      if (this.#linkOf(from.id, to) !== undefined) return done(true);
      if (!target.accepts(from)) return done(false);
      this.#open(from, target, latency);
      done(true);
    });
  }

  hangUp(from: Endpoint, to: string): void {
    const link = this.#linkOf(from.id, to);
    if (link !== undefined) this.#close(link);
  }

  /** The process is gone; the others' systems say so. */
  crash(endpoint: Endpoint): void {
    this.#trace.add(`${this.#clock()} crash ${endpoint.name}`);
    for (const link of [...(this.#links.get(endpoint.id)?.values() ?? [])]) this.#close(link, endpoint);
  }

  /** Splits the network; whoever has a connection across notices after a while. Without sides: heals it. */
  partition(side: Conditions["side"]): void {
    this.conditions.side = side;
    this.#trace.add(`${this.#clock()} ${side === undefined ? "heal" : "partition"}`);
    if (side === undefined) return;
    const [least, most] = SILENCE_NOTICED_MS;
    for (const links of this.#links.values())
      for (const link of links.values()) {
        if (!this.#isCut(...link.ends)) continue;
        this.#kernel.after(least + (most - least) * this.#random(), () => {
          if (link.open && this.#isCut(...link.ends)) this.#close(link);
        });
      }
  }

  /** Sends a gossip frame; false when there is no connection. */
  send(from: Endpoint, to: string, frame: GossipFrame): boolean {
    const link = this.#linkOf(from.id, to);
    if (link === undefined) return false;
    const bytes = sizeOf(frame);
    this.#count(frame.kind === "message" ? "gossip" : "control", bytes);
    const { loss, duplication, reordering } = this.conditions;
    if (this.#chance(loss)) return true;
    this.#arrive(link, from, bytes, frame, this.#chance(reordering));
    if (this.#chance(duplication)) this.#arrive(link, from, bytes, frame, true);
    return true;
  }

  /**
   * A request and its answer on a stream of their own. `respond` runs at the other end when the request arrives; without an
   * answer (or connection) `done` gets undefined, after the time-out.
   */
  exchange<Answer>(
    from: Endpoint,
    to: string,
    about: { kind: TrafficKind; requestBytes: number; timeoutMs: number },
    respond: (server: Endpoint) => { answer: Answer; bytes: number } | undefined,
    done: (answer: Answer | undefined) => void,
  ): void {
    const { kind, requestBytes, timeoutMs } = about;
    const link = this.#linkOf(from.id, to);
    if (link === undefined) {
      this.#kernel.after(0, () => done(undefined));
      return;
    }
    const server = link.ends[0].id === to ? link.ends[0] : link.ends[1];
    let open = true;
    const finish = (answer: Answer | undefined) => {
      if (!open) return;
      open = false;
      deadline.cancel();
      if (from.running) done(answer);
    };
    const deadline = this.#kernel.after(timeoutMs, () => finish(undefined));
    this.#travel(link, from, server, kind, requestBytes, () => {
      const response = respond(server);
      if (response === undefined) return;
      this.#travel(link, server, from, kind, response.bytes, () => finish(response.answer));
    });
  }

  #travel(
    link: Link,
    from: Endpoint,
    to: Endpoint,
    kind: TrafficKind,
    bytes: number,
    then: () => void,
  ): void {
    this.#count(kind, bytes);
    const delay = this.#streamDelay(link.latency, bytes, 1);
    if (delay === undefined) {
      this.#close(link);
      return;
    }
    this.#kernel.after(delay, () => {
      if (!link.open || !to.running || this.#isCut(from, to)) return;
      this.#trace.add(`${this.#clock()} ${kind} ${from.name}>${to.name} ${bytes}`);
      then();
    });
  }

  #arrive(link: Link, from: Endpoint, bytes: number, frame: GossipFrame, overtaken: boolean): void {
    const end = link.ends[0] === from ? 1 : 0;
    const to = link.ends[end];
    let at = this.#kernel.now + this.#jittered(link.latency) + bytes / BYTES_PER_MS;
    if (overtaken) at += REORDERED_BY_MS * this.#random();
    else {
      at = Math.max(at, link.busyUntil[end]);
      link.busyUntil[end] = at;
    }
    this.#kernel.after(at - this.#kernel.now, () => {
      if (!link.open || !to.running || this.#isCut(from, to)) return;
      this.#trace.add(`${this.#clock()} ${frame.kind} ${from.name}>${to.name} ${bytes}`);
      to.heard(from, frame);
    });
  }

  #open(from: Endpoint, to: Endpoint, latency: number): void {
    const link: Link = { ends: [from, to], latency, busyUntil: [0, 0], open: true };
    this.#links.get(from.id)?.set(to.id, link);
    this.#links.get(to.id)?.set(from.id, link);
    this.#trace.add(`${this.#clock()} open ${from.name}>${to.name}`);
    from.opened(to, "outbound");
    to.opened(from, "inbound");
  }

  #close(link: Link, crashed?: Endpoint): void {
    if (!link.open) return;
    link.open = false;
    const [a, b] = link.ends;
    this.#links.get(a.id)?.delete(b.id);
    this.#links.get(b.id)?.delete(a.id);
    this.#trace.add(`${this.#clock()} close ${a.name}-${b.name}`);
    if (a !== crashed && a.running) a.closed(b);
    if (b !== crashed && b.running) b.closed(a);
  }

  #linkOf(from: string, to: string): Link | undefined {
    return this.#links.get(from)?.get(to);
  }

  #isCut(a: Endpoint, b: Endpoint): boolean {
    const { side } = this.conditions;
    return side !== undefined && side(a) !== side(b);
  }

  /** The same for both directions and for every connection of these two. */
  #latencyBetween(a: Endpoint, b: Endpoint): number {
    const [first, second] = a.name < b.name ? [a, b] : [b, a];
    const drawn = normal(streamOf(this.#seed, `latency ${first.name} ${second.name}`));
    return Math.min(MAX_LATENCY_MS, MEDIAN_LATENCY_MS * Math.exp(LATENCY_SPREAD * drawn));
  }

  #jittered(latency: number): number {
    return latency * (1 + 0.2 * this.#random());
  }

  /** undefined: so much was lost that the connection counts as dead. */
  #streamDelay(latency: number, bytes: number, trips: number): number | undefined {
    let delay = bytes / BYTES_PER_MS;
    for (let trip = 0; trip < trips; trip++) {
      delay += this.#jittered(latency);
      for (let lost = 0; this.#chance(this.conditions.loss); lost++) {
        if (lost >= MAX_RETRANSMITS) return undefined;
        delay += RETRANSMIT_AFTER_MS * 2 ** lost;
      }
    }
    return delay;
  }

  #chance(share: number): boolean {
    return share > 0 && this.#random() < share;
  }

  #count(kind: TrafficKind, bytes: number): void {
    this.traffic[kind].frames++;
    this.traffic[kind].bytes += bytes + FRAME_OVERHEAD;
  }

  #clock(): string {
    return this.#kernel.now.toFixed(3);
  }
}

function sizeOf(frame: GossipFrame): number {
  if (frame.kind === "message") return frame.message.data.length;
  return frame.kind === "graft" || frame.kind === "prune" ? 0 : frame.ids.length * ID_BYTES;
}
