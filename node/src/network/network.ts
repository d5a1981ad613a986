import { type AskAnswer, type AskRequest, networkNames } from "@action-collective/protocol";
import type { Connection, PeerId } from "@libp2p/interface";
import type { Helia } from "helia";
import type { CID } from "multiformats/cid";
import { parseAddress, parseBootstrapAddress } from "./addresses.ts";
import { Ask } from "./ask.ts";
import { Bans } from "./bans.ts";
import { BlockFetcher } from "./block-fetcher.ts";
import { Blocks } from "./blocks.ts";
import { withDeadline, within } from "./deadline.ts";
import { NetworkListenError, NetworkNotRunningError } from "./errors.ts";
import { Gossip } from "./gossip.ts";
import { GossipWatchdog } from "./gossip-watchdog.ts";
import { composeHelia } from "./helia.ts";
import { createHost, dhtSize, type Host } from "./host.ts";
import { KnownPeers } from "./known-peers.ts";
import { BAN_MS, CLOSE_GUARD_MS, MAX_BANNED_PEERS, STOP_GUARD_MS } from "./limits.ts";
import type { NetworkBlocks, NetworkHandlers, NetworkOptions, NetworkStats, PeerView } from "./options.ts";
import { ProvideQueue } from "./provide-queue.ts";
import { reachPeer } from "./reach-peer.ts";
import { reason } from "./safely.ts";
import { openStores, type Stores } from "./stores.ts";
import { Supervisor } from "./supervisor.ts";
import { Sync } from "./sync.ts";
import { DEFAULT_TUNING } from "./tuning.ts";

interface NetworkParts {
  options: NetworkOptions;
  stores: Stores;
  host: Host;
  helia: Helia;
  known: KnownPeers;
  gossip: Gossip;
  watchdog: GossipWatchdog;
  supervisor: Supervisor;
  sync: Sync;
  ask: Ask;
  fetcher: BlockFetcher;
  provides: ProvideQueue;
  blocks: NetworkBlocks;
  lifetime: AbortController;
}

/** The network station: everything between this peer and the others. */
export class Network {
  readonly peerId: string;
  readonly blocks: NetworkBlocks;
  readonly #parts: NetworkParts;
  #state: "created" | "running" | "stopped" = "created";
  #stopping: Promise<void> | undefined;

  private constructor(parts: NetworkParts) {
    this.#parts = parts;
    this.peerId = parts.host.peerId.toString();
    this.blocks = parts.blocks;
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
    const { helia, sync, ask, gossip, watchdog, supervisor, provides, options } = this.#parts;
    await Promise.all([sync.register(), ask.register()]);
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
    gossip.subscribe();
    supervisor.start();
    watchdog.start();
    sync.start();
    provides.start();
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
  }

  stats(): NetworkStats {
    const { gossip, sync, ask, fetcher, provides, known } = this.#parts;
    const peers = this.peers();
    const inbound = peers.filter((peer) => peer.direction === "inbound").length;
    return {
      connections: { peers: peers.length, inbound, outbound: peers.length - inbound },
      gossip: gossip.stats(),
      sync: sync.stats(),
      ask: ask.stats(),
      blocks: { ...fetcher.stats(), providesQueued: provides.size },
      knownPeers: known.size,
    };
  }

  #requireRunning(operation: string): void {
    if (this.#state !== "running") throw new NetworkNotRunningError(operation);
  }

  async #stop(): Promise<void> {
    const { options, supervisor, watchdog, sync, ask, provides, helia, known, stores, lifetime } =
      this.#parts;
    this.#state = "stopped";
    lifetime.abort(new NetworkNotRunningError("A network operation"));
    supervisor.stop();
    watchdog.stop();
    sync.stop();
    ask.stop();
    provides.stop();
    const closing = (async () => {
      await known.save();
      await helia.stop();
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
  const host = await createHost({ ...options, names, datastore: stores.datastore, refuses });
  const helia = await composeHelia(host, stores, role === "peer");
  const shared = { host, log, now, random, lifetime: lifetime.signal };

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
  });
  const sync: Sync = new Sync({
    ...shared,
    protocol: names.sync,
    handlers,
    members: () => supervisor.members(),
    intervalMs: tuning.syncIntervalMs,
  });
  const ask = new Ask({ ...shared, protocol: names.ask, questions: handlers.questions });
  const supervisor = new Supervisor({
    ...shared,
    prefix: names.prefix,
    bootstrap: bootstrap.map(parseBootstrapAddress),
    known,
    reach,
    role,
    tuning,
    refuses,
    onMember: (peer) => {
      sync.request(peer);
      handlers.onMember?.(peer);
    },
  });
  const watchdog = new GossipWatchdog({
    ...shared,
    connected: () => new Set(host.getPeers().map(String)),
    gossip,
    onGraylisted: ban,
    hangUp: (peer) => supervisor.hangUp(peer),
    graceMs: tuning.gossipGraceMs,
  });
  const isConnected = (peer: string) => host.getPeers().some((id: PeerId) => id.toString() === peer);
  const fetcher = new BlockFetcher({
    ...shared,
    helia,
    blockstore: stores.blockstore,
    isConnected,
    reach: (peer, signal) => reachPeer(host, peer, signal),
    selfId: host.peerId.toString(),
    timeoutMs: tuning.fetchTimeoutMs,
  });
  const provides = new ProvideQueue({
    ...shared,
    announce: (cid, signal) => host.contentRouting.provide(cid, { signal }),
    ready: () => dhtSize(host) > 0,
  });
  const blocks = new Blocks({ helia, blockstore: stores.blockstore, fetcher, log });
  return {
    options,
    stores,
    host,
    helia,
    known,
    gossip,
    watchdog,
    supervisor,
    sync,
    ask,
    fetcher,
    provides,
    blocks,
    lifetime,
  };
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
