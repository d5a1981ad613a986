import { decodeSyncRequest, encodeSyncAnswer, type PeerId } from "@action-collective/protocol";
import type { Contact, Endpoint, Fabric, GossipFrame } from "./fabric.ts";
import type { Kernel } from "./kernel.ts";
import { below, type Stream, sample, streamOf } from "./random.ts";

/** What it does when asked to catch up somebody. */
const LIES = ["nothing", "the same", "busy", "silent", "garbage"] as const;
const NAMED = 20;
/** Every fifth sends junk by gossip, this often. */
const JUNK_EVERY_MS = 10_000;

interface SybilParts {
  kernel: Kernel;
  fabric: Fabric;
  seed: number;
  number: number;
  id: PeerId;
  address: string;
  /** All of its kind, whom it names to others. */
  gang: readonly Contact[];
  /** Whom it dials, one by one. */
  targets: readonly string[];
  targetEveryMs: number;
}

/**
 * One of many in the same hands: takes every connection and every place in a mesh, passes on nothing, names only its own
 * kind, and lies, stalls or says garbage when asked to catch somebody up.
 */
export class Sybil implements Endpoint {
  readonly running = true;
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly #parts: SybilParts;
  readonly #random: Stream;
  readonly #lie: (typeof LIES)[number];
  readonly #neighbours = new Set<string>();

  constructor(parts: SybilParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.name = `sybil${parts.number}`;
    this.address = parts.address;
    this.#random = streamOf(parts.seed, this.name);
    this.#lie = LIES[parts.number % LIES.length] ?? "silent";
    parts.fabric.add(this);
  }

  start(): void {
    const { kernel, fabric, targets, targetEveryMs } = this.#parts;
    for (const [index, target] of targets.entries())
      kernel.after(targetEveryMs * (index + this.#random()), () => fabric.dial(this, target, () => {}));
    if (this.#parts.number % 5 === 0) kernel.after(JUNK_EVERY_MS * this.#random(), () => this.#junk());
  }

  accepts(): boolean {
    return true;
  }

  opened(peer: Endpoint): void {
    this.#neighbours.add(peer.id);
    this.#parts.fabric.send(this, peer.id, { kind: "graft" });
  }

  closed(peer: Endpoint): void {
    this.#neighbours.delete(peer.id);
  }

  heard(_from: Endpoint, _frame: GossipFrame): void {}

  answerSync(_from: Endpoint, frame: Uint8Array): Uint8Array | undefined {
    if (this.#lie === "silent") return undefined;
    if (this.#lie === "busy") return encodeSyncAnswer({ kind: "busy", retryAfterMs: 60_000 });
    if (this.#lie === "garbage") return Uint8Array.from({ length: 64 }, () => below(this.#random, 256));
    const request = decodeSyncRequest(frame);
    if (request.kind === "tell") return encodeSyncAnswer({ kind: "tell" });
    if (request.kind !== "compare") return undefined;
    // An honest summary of nothing is what nobody needs to ask further about, and so is the asker's own.
    const summary = this.#lie === "nothing" ? { count: 0, fingerprint: new Uint8Array(16) } : request;
    return encodeSyncAnswer({ ...summary, kind: "compare" });
  }

  contacts(): Contact[] {
    return sample(this.#random, this.#parts.gang, NAMED);
  }

  bundle(): undefined {}

  #junk(): void {
    const { kernel, fabric } = this.#parts;
    const data = Uint8Array.from({ length: 200 }, () => below(this.#random, 256));
    const message = { id: Buffer.from(data).toString("base64"), data };
    for (const peer of this.#neighbours) fabric.send(this, peer, { kind: "message", message });
    kernel.after(JUNK_EVERY_MS, () => this.#junk());
  }
}
