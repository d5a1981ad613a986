import type { PeerInfo } from "@libp2p/interface";
import type { KadDHT } from "@libp2p/kad-dht";
import type { CID } from "multiformats/cid";
import { withDeadline } from "../deadline.ts";
import { PublicDhtUnreachableError } from "../errors.ts";
import { MAX_RENDEZVOUS_FOUND, PUBLIC_LOOK_UP_TIMEOUT_MS, PUBLIC_PROVIDE_TIMEOUT_MS } from "../limits.ts";
import type { Log, Reach } from "../options.ts";
import { reason, safely } from "../safely.ts";
import type { PublicDht } from "./public-dht.ts";
import { drawProviders, type HeardOf, RendezvousHearsay } from "./rendezvous-hearsay.ts";
import {
  afterLookUp,
  afterMembersChanged,
  afterProviding,
  nextStep,
  type RendezvousPlan,
  type RendezvousView,
  startPlan,
} from "./rendezvous-schedule.ts";

/** Members come and go without our being told here; looking at the plan costs nothing. */
const LOOK_MS = 1_000;

interface RendezvousParts {
  dht: PublicDht;
  cid: CID;
  selfId: string;
  reach: Reach;
  /** Where we can be reached from the public DHT at present. */
  addresses(): readonly string[];
  /** Connected members of our network, and how many are wanted. */
  members(): number;
  degree: number;
  /** Somebody who may belong to our network; nothing about it is checked but the form. */
  heardOf(peer: HeardOf): void;
  lifetime: AbortSignal;
  now(): number;
  random(): number;
  log: Log;
}

/** Meets peers of our network in the public DHT (SPEC §11.1): says that we are one, and finds others who said so. */
export class Rendezvous {
  readonly #parts: RendezvousParts;
  readonly #hearsay: RendezvousHearsay;
  #plan: RendezvousPlan;
  #members = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #lookUps = 0;
  #heardOf = 0;

  constructor(parts: RendezvousParts) {
    this.#parts = parts;
    this.#hearsay = new RendezvousHearsay(parts.reach);
    this.#plan = startPlan(parts.now(), parts.random);
  }

  stats(): { provided: boolean; lookUps: number; heardOf: number } {
    const provided = this.#plan.providedAt !== undefined && this.#plan.providedAs === this.#view().addresses;
    return { provided, lookUps: this.#lookUps, heardOf: this.#heardOf };
  }

  start(): void {
    this.#plan = startPlan(this.#parts.now(), this.#parts.random);
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #view(): RendezvousView {
    const { addresses, members, degree, now } = this.#parts;
    return { now: now(), addresses: addresses().toSorted().join(), members: members(), degree };
  }

  #wake(): void {
    if (this.#stopped) return;
    const look = safely(this.#parts.log, "the rendezvous", () => this.#look());
    this.#timer = setTimeout(look, LOOK_MS).unref();
  }

  /** One step at a time: the next look comes when this one is over. */
  async #look(): Promise<void> {
    try {
      const view = this.#view();
      this.#plan = afterMembersChanged(this.#plan, view, this.#members, this.#parts.random);
      this.#members = view.members;
      const step = nextStep(this.#plan, view);
      if (step.do === "wait" || !this.#parts.dht.ready) return;
      if (step.do === "provide") await this.#provide(view);
      else await this.#lookUp(view);
    } finally {
      this.#wake();
    }
  }

  async #provide(view: RendezvousView): Promise<void> {
    const { cid, dht, lifetime, log, now, random } = this.#parts;
    let worked = false;
    try {
      await withDeadline(PUBLIC_PROVIDE_TIMEOUT_MS, [lifetime], (signal) =>
        dht.use(signal, (kad) => provideTo(kad, cid, signal)),
      );
      worked = true;
    } catch (error) {
      if (lifetime.aborted) return;
      log("info", "not announced at the rendezvous", { reason: reason(error) });
      // Nobody was there to ask: how soon to try again is decided there.
      if (!dht.ready) return;
    }
    this.#plan = afterProviding(this.#plan, { ...view, now: now() }, worked, random);
  }

  async #lookUp(view: RendezvousView): Promise<void> {
    const { cid, dht, heardOf, lifetime, log, now, random } = this.#parts;
    const found = new Map<string, PeerInfo>();
    try {
      await withDeadline(PUBLIC_LOOK_UP_TIMEOUT_MS, [lifetime], (signal) =>
        dht.use(signal, (kad) => this.#find(kad, cid, found, signal)),
      );
    } catch (error) {
      if (lifetime.aborted) return;
      log("info", "the look-up at the rendezvous ended early", { reason: reason(error) });
      if (!dht.ready) return;
      // What was found until then counts all the same.
    }
    if (this.#stopped) return;
    this.#lookUps++;
    for (const { id, multiaddrs } of drawProviders([...found.values()], random)) {
      const heard = this.#hearsay.take({ id: id.toString(), multiaddrs }, now());
      if (heard.addresses.length === 0) continue;
      this.#heardOf += heard.addresses.length;
      heardOf(heard);
    }
    this.#plan = afterLookUp(this.#plan, { ...view, now: now() }, random);
  }

  async #find(kad: KadDHT, cid: CID, found: Map<string, PeerInfo>, signal: AbortSignal): Promise<void> {
    for await (const event of kad.findProviders(cid, { signal })) {
      if (event.name !== "PROVIDER") continue;
      for (const provider of event.providers) {
        const id = provider.id.toString();
        if (id === this.#parts.selfId || found.size >= MAX_RENDEZVOUS_FOUND) continue;
        found.set(id, provider);
      }
    }
  }
}

/** Announces to the nodes nearest to the CID. Throws PublicDhtUnreachableError when none of them took it. */
export async function provideTo(kad: KadDHT, cid: CID, signal: AbortSignal): Promise<void> {
  let taken = 0;
  for await (const event of kad.provide(cid, { signal })) {
    // Sent is all there is to know: the protocol has no answer to an announcement.
    if (event.name === "PEER_RESPONSE" && event.messageName === "ADD_PROVIDER") taken++;
  }
  if (taken === 0) throw new PublicDhtUnreachableError("no node was there to announce to");
}
