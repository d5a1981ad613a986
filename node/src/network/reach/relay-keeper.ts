import { RELAY_V2_HOP_CODEC } from "@libp2p/circuit-relay-v2";
import type { Connection, PeerId } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { isRelayed } from "../addresses.ts";
import { within } from "../deadline.ts";
import type { Host } from "../host.ts";
import { MAX_RELAYS_KNOWN, RELAY_LOOK_MS, RELAY_RESERVE_TIMEOUT_MS, RELAYS_WANTED } from "../limits.ts";
import type { Log, Reach, RelayUse } from "../options.ts";
import { reason, safely } from "../safely.ts";
import { chooseRelays, relayRetryDelay, wantsRelays } from "./relay-choice.ts";

/** Events come in bursts; one look at the state answers them all. */
const SETTLE_MS = 50;

interface RelayKeeperParts {
  host: Host;
  use: RelayUse;
  reach: Reach;
  listens: boolean;
  /** Whether a peer is of this network: strangers are no relays of ours. */
  isMember(peer: string): boolean;
  lifetime: AbortSignal;
  now(): number;
  random(): number;
  log: Log;
}

/** Knows which neighbours relay, and keeps a place with some of them for as long as nobody can dial us directly. */
export class RelayKeeper {
  readonly #parts: RelayKeeperParts;
  /** Connected relays, the longest connected first. */
  readonly #relays = new Map<string, { failures: number; notBefore: number }>();
  readonly #asking = new Set<string>();
  #topology: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(parts: RelayKeeperParts) {
    this.#parts = parts;
  }

  /** Watches for relays. Before the host starts. */
  async register(): Promise<void> {
    const { host, log } = this.#parts;
    this.#topology = await host.register(RELAY_V2_HOP_CODEC, {
      onConnect: safely(log, "noting a relay", (peer: PeerId, connection: Connection) =>
        this.#met(peer.toString(), connection),
      ),
      onDisconnect: safely(log, "noting that a relay left", (peer: PeerId) => {
        this.#relays.delete(peer.toString());
        this.#wake(SETTLE_MS);
      }),
    });
  }

  start(): void {
    this.#wake(SETTLE_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#topology !== undefined) this.#parts.host.unregister(this.#topology);
  }

  /** Connected relays of our network. */
  relays(): string[] {
    return [...this.#relays.keys()].filter((peer) => this.#parts.isMember(peer));
  }

  #met(peer: string, connection: Connection): void {
    // Who dialled us chose us: whoever wants to stand between us and others would come to us as a relay.
    if (connection.direction !== "outbound") return;
    // A relay behind a relay would be dialled through both.
    if (isRelayed(connection.remoteAddr) || this.#relays.has(peer)) return;
    if (this.#relays.size >= MAX_RELAYS_KNOWN) return;
    this.#relays.set(peer, { failures: 0, notBefore: 0 });
    this.#wake(SETTLE_MS);
  }

  #wake(inMs: number): void {
    const { lifetime, now, log } = this.#parts;
    if (this.#stopped || lifetime.aborted) return;
    const dueAt = now() + inMs;
    if (this.#dueAt <= dueAt) return;
    this.#dueAt = dueAt;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      safely(log, "keeping relays", () => this.#look()),
      inMs,
    ).unref();
  }

  #look(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
    const { host, use, reach, listens, now, log } = this.#parts;
    const { relays: slots, ownAddresses } = host.services;
    const plan = chooseRelays({
      wanted: wantsRelays({ use, reach, listens, confirmed: ownAddresses.confirmed() }),
      count: RELAYS_WANTED,
      candidates: this.relays().map((id) => ({ id, notBefore: this.#relays.get(id)?.notBefore ?? 0 })),
      reserved: slots.relays(),
      asking: this.#asking,
      now: now(),
    });
    if (plan.drop) {
      log("info", "others reach us directly: giving up our places at relays");
      slots.drop().catch((error: unknown) => log("warn", "a relay was not left", { reason: reason(error) }));
    }
    for (const relay of plan.ask) void this.#reserve(relay);
    this.#wake(RELAY_LOOK_MS);
  }

  async #reserve(relay: string): Promise<void> {
    const { host, now, random, log, lifetime } = this.#parts;
    this.#asking.add(relay);
    try {
      const reserving = host.services.relays.reserve(peerIdFromString(relay)).then(() => true);
      if ((await within(RELAY_RESERVE_TIMEOUT_MS, reserving)) === undefined)
        throw new DOMException("no answer", "TimeoutError");
      const known = this.#relays.get(relay);
      if (known) known.failures = 0;
      log("info", "others reach us through a relay", { relay });
    } catch (error) {
      if (lifetime.aborted) return;
      const known = this.#relays.get(relay);
      if (known) {
        known.failures++;
        known.notBefore = now() + relayRetryDelay(known.failures, random);
        this.#wake(known.notBefore - now());
      }
      log("debug", "a relay gave us no place", { relay, reason: reason(error).split("\n", 1)[0] });
    } finally {
      this.#asking.delete(relay);
    }
  }
}
