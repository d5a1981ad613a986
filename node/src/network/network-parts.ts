import { networkNames } from "@action-collective/protocol";
import type { PeerId, Stream } from "@libp2p/interface";
import type { Helia } from "helia";
import type { CID } from "multiformats/cid";
import { parseBootstrapAddress } from "./addresses.ts";
import { Agents } from "./agents/agents.ts";
import { Ask } from "./ask/ask.ts";
import { BitswapGuard } from "./blocks/bitswap-guard.ts";
import { BlockFetcher } from "./blocks/block-fetcher.ts";
import { BlockFiles } from "./blocks/block-files.ts";
import { BlockGivers } from "./blocks/block-givers.ts";
import { Blocks } from "./blocks/blocks.ts";
import { composeHelia } from "./blocks/helia.ts";
import { ProvideQueue } from "./blocks/provide-queue.ts";
import { Gossip } from "./gossip/gossip.ts";
import { GossipWatchdog } from "./gossip/gossip-watchdog.ts";
import { createHost, dhtSize, type Host } from "./host.ts";
import { BAN_MS, MAX_BANNED_PEERS } from "./limits.ts";
import { Bans } from "./neighbours/bans.ts";
import { Guests } from "./neighbours/guests.ts";
import { createGuards, type HostGuards } from "./neighbours/host-guards.ts";
import { KnownPeers } from "./neighbours/known-peers.ts";
import { Supervisor } from "./neighbours/supervisor.ts";
import { EQUAL_DEALINGS, type NetworkBlocks, type NetworkHandlers, type NetworkOptions } from "./options.ts";
import { PublicDhtService } from "./public-dht/public-dht-service.ts";
import { reachPeer } from "./reach/reach-peer.ts";
import { RelayKeeper } from "./reach/relay-keeper.ts";
import { releaseReservation } from "./reach/relay-server.ts";
import { reason, safely } from "./safely.ts";
import type { Stores } from "./stores.ts";
import { Sync } from "./sync/sync.ts";
import { DEFAULT_TUNING } from "./tuning.ts";

/** What the network station is built of. */
export interface NetworkParts {
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
  agents: Agents;
  fetcher: BlockFetcher;
  relays: RelayKeeper;
  provides: ProvideQueue;
  guests: Guests;
  publicDht: PublicDhtService | undefined;
  blocks: NetworkBlocks;
  files: BlockFiles;
  lifetime: AbortController;
}

/** Builds the parts and hands each just what it needs; nothing listens or dials yet. */
export async function assemble(
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
  const dealings = handlers.dealings ?? EQUAL_DEALINGS;
  const givers = new BlockGivers();
  const mayServe = (cid: CID) => handlers.mayServe?.(cid) ?? true;
  const bitswap = new BitswapGuard(
    {
      ...shared,
      dealings,
      givers,
      onHostile: (peer) => ban(peer),
    },
    async (cid) => (mayServe(cid) ? await stores.blockstore.read(cid) : undefined),
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
    onRecord: (bytes, from) => {
      const verdict = handlers.onRecord(bytes, from);
      if (verdict === "accept") sync.changed();
      return verdict;
    },
    streams: (peer) => gossipStreams(host, peer),
    onHostile: ban,
  });
  const sync: Sync = new Sync({
    ...shared,
    protocol: names.sync,
    handlers,
    intervalMs: tuning.syncIntervalMs,
    listeners: () => gossip.listeners(),
  });
  const ask = new Ask({ ...shared, protocol: names.ask, questions: handlers.questions, dealings });
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
    givers,
    took: (peer, bytes) => dealings.took(peer, bytes),
    isConnected,
    reach: (peer, signal) => reachPeer({ host, relays: () => relays.relays() }, peer, signal),
    selfId: host.peerId.toString(),
    timeoutMs: tuning.fetchTimeoutMs,
  });
  const agents = new Agents({
    ...shared,
    protocol: names.agents,
    letters: handlers.letters,
    reach: (peer, signal) => reachPeer({ host, relays: () => relays.relays() }, peer, signal),
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
          pinned: (signal) => pinnedBlocks(helia, mayServe, signal),
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
    agents,
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

async function* pinnedBlocks(
  helia: Helia,
  mayServe: (cid: CID) => boolean,
  signal: AbortSignal,
): AsyncGenerator<CID> {
  for await (const { cid } of helia.pins.ls({ signal })) if (mayServe(cid)) yield cid;
}

function gossipStreams(host: Host, peer: PeerId): Stream[] {
  return host
    .getConnections(peer)
    .flatMap(({ streams }) => streams)
    .filter(({ direction, protocol }) => direction === "inbound" && protocol.startsWith("/meshsub/"));
}
