import { type AskAnswer, type AskRequest, networkNames } from "@action-collective/protocol";
import type { Connection, PeerId, Stream } from "@libp2p/interface";
import type { Helia } from "helia";
import type { CID } from "multiformats/cid";
import { parseAddress, parseBootstrapAddress } from "./addresses.ts";
import { Ask } from "./ask/ask.ts";
import { BitswapGuard } from "./blocks/bitswap-guard.ts";
import { BlockFetcher } from "./blocks/block-fetcher.ts";
import { BlockFiles } from "./blocks/block-files.ts";
import { Blocks } from "./blocks/blocks.ts";
import { composeHelia } from "./blocks/helia.ts";
import { ProvideQueue } from "./blocks/provide-queue.ts";
import { withDeadline, within } from "./deadline.ts";
import { NetworkListenError, NetworkNotRunningError } from "./errors.ts";
import { Gossip } from "./gossip/gossip.ts";
import { GossipWatchdog } from "./gossip/gossip-watchdog.ts";
import { createHost, dhtSize, type Host } from "./host.ts";
import { BAN_MS, CLOSE_GUARD_MS, MAX_BANNED_PEERS, STOP_GUARD_MS } from "./limits.ts";
import { Bans } from "./neighbours/bans.ts";
import { Guests } from "./neighbours/guests.ts";
import { createGuards, type HostGuards } from "./neighbours/host-guards.ts";
import { KnownPeers } from "./neighbours/known-peers.ts";
import { Supervisor } from "./neighbours/supervisor.ts";
import type { NetworkBlocks, NetworkHandlers, NetworkOptions, NetworkStats, PeerView } from "./options.ts";
import { PublicDhtService } from "./public-dht/public-dht-service.ts";
import { reachPeer } from "./reach/reach-peer.ts";
import { reachabilityOf, showsDialled } from "./reach/reachability.ts";
import { RelayKeeper } from "./reach/relay-keeper.ts";
import { releaseReservation } from "./reach/relay-server.ts";
import { reason, safely } from "./safely.ts";
import { openStores, type Stores } from "./stores.ts";
import { Sync } from "./sync/sync.ts";
import { DEFAULT_TUNING } from "./tuning.ts";

interface NetworkParts {
  options: NetworkOptions;
  stores: Stores;
  host: Host;
  guards: HostGuards;
  bitswap: BitswapGuard;
  helia: Helia;
  known: KnownPeers;
  gossip: Gossip;
  watchdog: GossipWatchdog;
  supervisor: Supervisor;
  sync: Sync;
  ask: Ask;
  fetcher: BlockFetcher;
  relays: RelayKeeper;
  provides: ProvideQueue;
  guests: Guests;
  publicDht: PublicDhtService | undefined;
  blocks: NetworkBlocks;
  files: BlockFiles;
  lifetime: AbortController;
}

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
    const { host, helia, sync, ask, relays, gossip, watchdog, supervisor, provides, publicDht, options } =
      this.#parts;
    await Promise.all([sync.register(), ask.register(), relays.register()]);
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

  /** Where others reach us, each ending in `/p2p/` and our id. */
  addresses(): string[] {
    return this.#parts.host.getMultiaddrs().map(String);
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
    return await this.#parts.gossip.publish(bytes);
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

async function assemble(
  options: NetworkOptions,
  handlers: NetworkHandlers,
  stores: Stores,
): Promise<NetworkParts> {
  const { log, reach, role, bootstrap } = options;
  const names = networkNames(options.network);
  const tuning = { ...DEFAULT_TUNING, ...options.tuning };
  const lifetime = new AbortController();
  const bans = new Bans(MAX_BANNED_PEERS);
  // Milliseconds since the epoch that never go back: a corrected wall clock must not stretch bans and pauses.
  const now = () => performance.timeOrigin + performance.now();
  const random = Math.random;
  const refuses = (peer: string) => bans.has(peer, now());
  const known = new KnownPeers({ database: stores.datastore.db, network: options.network, log });
  await known.load();
  const guards = createGuards({ ...options, guardLocal: tuning.guardLocal, trusted: bootstrap, now });
  const host = await createHost({ ...options, names, datastore: stores.datastore, guards, refuses });
  const shared = { host, log, now, random, lifetime: lifetime.signal };
  const bitswap = new BitswapGuard(
    {
      ...shared,
      share: (peer) => handlers.questions?.share(peer) ?? 1,
      onHostile: (peer) => ban(peer),
    },
    (cid) => stores.blockstore.read(cid),
  );
  const helia = await composeHelia(host, stores, role === "peer", bitswap);

  const ban = (peer: string) => {
    log("warn", "a neighbour sent too many invalid records and is refused for a while", { peer });
    bans.add(peer, now() + BAN_MS);
    supervisor
      .hangUp(peer)
      .catch((error: unknown) => log("debug", "hanging up failed", { reason: reason(error) }));
  };
  const gossip = new Gossip({
    ...shared,
    gossipsub: host.services.gossip,
    topic: names.topic,
    onRecord: handlers.onRecord.bind(handlers),
    streams: (peer) => gossipStreams(host, peer),
    onHostile: ban,
  });
  const sync: Sync = new Sync({
    ...shared,
    protocol: names.sync,
    handlers,
    intervalMs: tuning.syncIntervalMs,
  });
  const ask = new Ask({ ...shared, protocol: names.ask, questions: handlers.questions });
  const guests = new Guests({
    open: options.publicDht?.announceBundles ?? false,
    hangUp: (peer) => {
      supervisor
        .hangUp(peer)
        .catch((error: unknown) => log("debug", "hanging up failed", { reason: reason(error) }));
    },
  });
  const supervisor = new Supervisor({
    ...shared,
    prefix: names.prefix,
    bootstrap: bootstrap.map(parseBootstrapAddress),
    known,
    reach,
    role,
    tuning,
    refuses,
    guests,
    trust: (address) => guards.dials.trust(address),
    onMember: (peer) => {
      sync.request(peer);
      handlers.onMember?.(peer);
    },
  });
  const watchdog = new GossipWatchdog({
    ...shared,
    connected: () =>
      new Set(
        host
          .getPeers()
          .map(String)
          .filter((peer) => !guests.has(peer)),
      ),
    gossip,
    onGraylisted: ban,
    hangUp: (peer) => supervisor.hangUp(peer),
    graceMs: tuning.gossipGraceMs,
  });
  const isConnected = (peer: string) => host.getPeers().some((id: PeerId) => id.toString() === peer);
  const relays = new RelayKeeper({
    ...shared,
    use: role === "bootstrap" ? "off" : (options.relay ?? "auto"),
    reach,
    listens: options.listen.length > 0,
    isMember: (peer) => supervisor.members().includes(peer),
  });
  const { relayServer } = host.services;
  if (relayServer) {
    host.addEventListener(
      "peer:disconnect",
      safely(log, "freeing a place at this relay", (event: CustomEvent<PeerId>) =>
        releaseReservation(relayServer, event.detail),
      ),
    );
  }
  const fetcher = new BlockFetcher({
    ...shared,
    helia,
    blockstore: stores.blockstore,
    isConnected,
    reach: (peer, signal) => reachPeer({ host, relays: () => relays.relays() }, peer, signal),
    selfId: host.peerId.toString(),
    timeoutMs: tuning.fetchTimeoutMs,
  });
  const provides = new ProvideQueue({
    ...shared,
    announce: (cid, signal) => host.contentRouting.provide(cid, { signal }),
    ready: () => dhtSize(host) > 0,
  });
  const blocks = new Blocks({ helia, blockstore: stores.blockstore, fetcher, log });
  const publicDht =
    options.publicDht?.meet || options.publicDht?.announceBundles
      ? new PublicDhtService({
          ...shared,
          options: options.publicDht,
          seed: options.seed,
          network: options.network,
          reach,
          guests,
          members: () => supervisor.members().length,
          degree: role === "bootstrap" ? 0 : tuning.degree,
          heardOf: (peer) => supervisor.heardOf(peer),
          pinned: (signal) => pinnedBlocks(helia, signal),
          refuses,
        })
      : undefined;
  const files = new BlockFiles({ path: stores.blocksPath, helia, blockstore: stores.blockstore });
  return {
    options,
    stores,
    host,
    guards,
    bitswap,
    helia,
    known,
    gossip,
    watchdog,
    supervisor,
    sync,
    ask,
    fetcher,
    relays,
    provides,
    guests,
    publicDht,
    blocks,
    files,
    lifetime,
  };
}

async function* pinnedBlocks(helia: Helia, signal: AbortSignal): AsyncGenerator<CID> {
  for await (const { cid } of helia.pins.ls({ signal })) yield cid;
}

function gossipStreams(host: Host, peer: PeerId): Stream[] {
  return host
    .getConnections(peer)
    .flatMap(({ streams }) => streams)
    .filter(({ direction, protocol }) => direction === "inbound" && protocol.startsWith("/meshsub/"));
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
