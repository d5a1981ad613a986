import { type AskAnswer, type AskRequest, networkNames } from "@action-collective/protocol";
import type { Connection } from "@libp2p/interface";
import type { CID } from "multiformats/cid";
import { parseAddress, parseBootstrapAddress } from "./addresses.ts";
import type { LetterStream } from "./agents/letter-stream.ts";
import type { BlockFiles } from "./blocks/block-files.ts";
import { withDeadline, within } from "./deadline.ts";
import { NetworkListenError, NetworkNotRunningError } from "./errors.ts";
import { CLOSE_GUARD_MS, STOP_GUARD_MS } from "./limits.ts";
import { assemble, type NetworkParts } from "./network-parts.ts";
import type { NetworkBlocks, NetworkHandlers, NetworkOptions, NetworkStats, PeerView } from "./options.ts";
import { reachabilityOf, showsDialled } from "./reach/reachability.ts";
import { reason } from "./safely.ts";
import { openStores } from "./stores.ts";

/** The network station: everything between this peer and the others. */
export class Network {
  readonly peerId: string;
  readonly blocks: NetworkBlocks;
  /** The same blocks as files, for whoever keeps house. */
  readonly files: BlockFiles;
  readonly #parts: NetworkParts;
  #state: "created" | "running" | "stopped" = "created";
  #stopping: Promise<void> | undefined;

  private constructor(parts: NetworkParts) {
    this.#parts = parts;
    this.peerId = parts.host.peerId.toString();
    this.blocks = parts.blocks;
    this.files = parts.files;
  }

  /**
   * Opens the stores and builds the parts; nothing listens or dials yet, blocks already on disk can be read.
   * Throws MalformedError (the network's name), NetworkAddressError, NetworkStoreError.
   */
  static async open(options: NetworkOptions, handlers: NetworkHandlers): Promise<Network> {
    networkNames(options.network);
    for (const address of options.listen) parseAddress(address);
    for (const address of options.announce ?? []) parseAddress(address);
    for (const address of options.bootstrap) parseBootstrapAddress(address);
    const stores = await openStores(options.dataDir);
    try {
      return new Network(await assemble(options, handlers, stores));
    } catch (error) {
      await stores.close();
      throw error;
    }
  }

  /** Listens and starts to look for neighbours; resolves as soon as we listen. Throws NetworkListenError. */
  async start(): Promise<void> {
    if (this.#state !== "created") throw new NetworkNotRunningError("Starting a second time");
    const {
      host,
      helia,
      sync,
      ask,
      agents,
      relays,
      gossip,
      watchdog,
      supervisor,
      provides,
      publicDht,
      options,
    } = this.#parts;
    await Promise.all([sync.register(), ask.register(), agents.register(), relays.register()]);
    try {
      await helia.start();
    } catch (error) {
      await this.stop();
      if (error instanceof Error && error.name === "UnsupportedListenAddressesError") {
        throw new NetworkListenError(options.listen, error);
      }
      throw error;
    }
    this.#state = "running";
    if (options.role === "bootstrap") host.services.ownAddresses.vouch();
    gossip.subscribe();
    supervisor.start();
    watchdog.start();
    sync.start();
    provides.start();
    relays.start();
    publicDht?.start();
  }

  /** Says goodbye and closes the stores, within about two seconds whatever the neighbours do. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Where others are told to reach us, each ending in `/p2p/` and our id. */
  addresses(): string[] {
    return this.#parts.host.getMultiaddrs().map(String);
  }

  /** Where this machine accepts connections, whether or not others are told; empty before the start. */
  listening(): string[] {
    return this.#parts.host.services.ownAddresses.listening().map(String);
  }

  peers(): PeerView[] {
    const gossiping = this.#parts.gossip.peers();
    const views = new Map<string, PeerView>();
    for (const connection of this.#parts.host.getConnections()) {
      if (this.#parts.guests.has(connection.remotePeer.toString())) continue;
      const view = viewOf(connection, gossiping);
      const known = views.get(view.id);
      // Two peers that dialled each other at once have two connections.
      if (!known || view.since < known.since) views.set(view.id, view);
    }
    return [...views.values()];
  }

  /** Throws RecordTooLargeError, NetworkNotRunningError; having no neighbours is no error. */
  async publish(bytes: Uint8Array): Promise<{ recipients: number }> {
    this.#requireRunning("Publishing");
    const { gossip, sync } = this.#parts;
    const { recipients } = await gossip.publish(bytes);
    if (recipients > 0) sync.changed();
    else sync.unheard();
    return { recipients };
  }

  /** Throws NetworkAddressError, DialFailedError, NetworkNotRunningError. */
  async dial(address: string, signal: AbortSignal): Promise<void> {
    this.#requireRunning("Dialling");
    await this.#parts.supervisor.dial(address, signal);
  }

  /** Neighbours that answer questions. */
  neighbours(): string[] {
    return this.#state === "running" ? this.#parts.ask.neighbours() : [];
  }

  /**
   * Asks one neighbour for actions (SPEC §15); nothing in its answer is checked but the form. Throws MalformedError,
   * NotConnectedError, NetworkNotRunningError, whatever libp2p throws, and the signal's reason.
   */
  async ask(
    peer: string,
    request: AskRequest,
    { signal, timeoutMs }: { signal?: AbortSignal; timeoutMs: number },
  ): Promise<AskAnswer> {
    this.#requireRunning("Asking a neighbour");
    const { ask, lifetime } = this.#parts;
    return await withDeadline(timeoutMs, [signal, lifetime.signal], (bounded) =>
      ask.ask(peer, request, bounded),
    );
  }

  /**
   * A stream to a peer for one exchange between agents (SPEC §16), connected to first if need be. Throws NetworkNotRunningError,
   * DialFailedError, NotConnectedError, the signal's reason, and what libp2p throws.
   */
  async openLetter(peer: string, signal: AbortSignal): Promise<LetterStream> {
    this.#requireRunning("Writing to an agent");
    return await this.#parts.agents.open(peer, signal);
  }

  /** Tells the DHT, in the background, that we hold this block. */
  provide(cid: CID): void {
    this.#parts.provides.add(cid);
    this.#parts.publicDht?.provide(cid);
  }

  /** How many more announcements may wait before the oldest is lost. */
  get provideRoom(): number {
    return this.#parts.provides.room;
  }

  /** The block is not here any more: it is announced no more. Who was told forgets it within two days. */
  async unprovide(cid: CID): Promise<void> {
    this.#parts.provides.remove(cid);
    await this.#parts.host.contentRouting.cancelReprovide(cid);
  }

  stats(): NetworkStats {
    const { gossip, sync, ask, fetcher, provides, publicDht, known, guards, bitswap, supervisor } =
      this.#parts;
    const { relayServer } = this.#parts.host.services;
    const peers = this.peers();
    const inbound = peers.filter((peer) => peer.direction === "inbound").length;
    return {
      connections: { peers: peers.length, inbound, outbound: peers.length - inbound },
      gossip: gossip.stats(),
      sync: sync.stats(),
      ask: ask.stats(),
      blocks: { ...fetcher.stats(), providesQueued: provides.size },
      knownPeers: known.size,
      reachability: this.#reachability(),
      ...(relayServer === undefined ? {} : { relay: { reservations: relayServer.reservations.size } }),
      refused: {
        inbound: guards.connections.stats().refused,
        dials: guards.dials.heldBack,
        wants: bitswap.dropped,
      },
      warnings: supervisor.warnings(),
      ...(publicDht === undefined ? {} : { publicDht: publicDht.stats() }),
    };
  }

  #reachability(): NetworkStats["reachability"] {
    const { host, options } = this.#parts;
    const relays = host.services.relays.addresses().map(String);
    const state = reachabilityOf({
      listens: options.listen.length > 0,
      confirmed: host.services.ownAddresses.confirmed(),
      dialled: showsDialled(host.getConnections(), options.reach),
      relays: relays.length,
    });
    return { state, relays };
  }

  #requireRunning(operation: string): void {
    if (this.#state !== "running") throw new NetworkNotRunningError(operation);
  }

  async #stop(): Promise<void> {
    const {
      options,
      supervisor,
      watchdog,
      sync,
      ask,
      provides,
      guests,
      publicDht,
      helia,
      known,
      stores,
      lifetime,
    } = this.#parts;
    this.#state = "stopped";
    lifetime.abort(new NetworkNotRunningError("A network operation"));
    supervisor.stop();
    watchdog.stop();
    sync.stop();
    ask.stop();
    provides.stop();
    this.#parts.relays.stop();
    guests.stop();
    const closing = (async () => {
      await known.save();
      await Promise.all([helia.stop(), publicDht?.stop()]);
      return true;
    })();
    closing.catch((error: unknown) =>
      options.log("warn", "the network did not stop cleanly", { reason: reason(error) }),
    );
    const clean = await within(STOP_GUARD_MS, closing).catch(() => false);
    if (clean === undefined) options.log("warn", "the network took too long to stop and was cut short");
    const closed = await within(CLOSE_GUARD_MS, stores.close());
    if (closed === undefined) options.log("warn", "the stores took too long to close");
  }
}

function viewOf(connection: Connection, gossiping: ReadonlySet<string>): PeerView {
  const id = connection.remotePeer.toString();
  return {
    id,
    address: connection.remoteAddr.toString(),
    direction: connection.direction,
    since: connection.timeline.open,
    gossip: gossiping.has(id),
    ...(connection.rtt === undefined ? {} : { latencyMs: connection.rtt }),
  };
}
