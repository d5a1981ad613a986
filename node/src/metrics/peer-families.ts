import { Gauge, type Registry } from "prom-client";
import type { Peer } from "../peer.ts";
import { addReadCounters, addReadGauges, PREFIX, type Readings } from "./families.ts";
import { addNetworkFamilies } from "./network-families.ts";
import { onceATurn } from "./once-in.ts";

/** What is read of a peer at a scrape. */
type Reading = ReturnType<typeof readPeer>;

const GAUGES: Readings<Reading> = {
  verification_running: { help: "Actions being verified", of: ({ verifying }) => verifying },
  verification_held_up: {
    help: "1 while verification that nobody asked for waits for the machine, or for the user's rate",
    of: ({ heldUp }) => Number(heldUp),
  },
  sandbox_processes: { help: "Sandboxes at work", of: ({ sandbox }) => sandbox.alive },
  sandbox_processes_prestarted: {
    help: "Sandboxes that wait for their work",
    of: ({ sandbox }) => sandbox.prestarted,
  },
  sandbox_waiting: { help: "Pieces of work that wait for a sandbox", of: ({ sandbox }) => sandbox.waiting },
  search_documents: { help: "Actions that can be found", of: ({ search }) => search.documents },
  search_backlog: { help: "Of these, those that have no vector yet", of: ({ search }) => search.backlog },
  search_rebuilding: {
    help: "1 while the index is being built anew",
    of: ({ search }) => Number(search.rebuilding !== null),
  },
  seeding_bytes: { help: "Disk that actions of others take", of: ({ seeding }) => seeding.bytes },
  seeding_quota_bytes: { help: "Disk that they may take", of: ({ seeding }) => seeding.quotaBytes },
  seeding_actions: {
    help: "Actions of others that are held for everybody",
    of: ({ seeding }) => seeding.actions,
  },
  seeding_scarce_actions: {
    help: "Of these, those that few others hold",
    of: ({ seeding }) => seeding.scarce,
  },
  blocks_waiting_for_announcement: {
    help: "Blocks that wait to be announced in the DHT",
    of: ({ network }) => network.blocks.providesQueued,
  },
  network_warnings: {
    help: "Things that are wrong with the neighbours",
    of: ({ network }) => network.warnings.length,
  },
  policy_lists: { help: "Block lists in force", of: ({ lists }) => lists },
  start_time_seconds: {
    help: "When this peer was opened, in seconds since 1970",
    of: ({ startedAt }) => startedAt / 1000,
  },
};

const COUNTERS: Readings<Reading> = {
  blocks_fetched_total: { help: "Blocks fetched from others", of: ({ network }) => network.blocks.fetched },
  blocks_failed_total: { help: "Blocks that nobody gave", of: ({ network }) => network.blocks.fetchFailures },
  ask_questions_total: { help: "Searches put to neighbours", of: ({ remote }) => remote.questions },
  ask_new_actions_total: {
    help: "Actions first heard of in their answers",
    of: ({ remote }) => remote.fresh,
  },
  ask_served_total: {
    help: "Questions of neighbours that were answered",
    of: ({ network }) => network.ask.served,
  },
  ask_put_off_total: { help: "Those for which there was no time", of: ({ network }) => network.ask.putOff },
  // Kept over restarts, so they may begin above zero.
  given_bytes_total: { help: "Bytes given to other peers", of: ({ dealt }) => dealt.givenBytes },
  taken_bytes_total: { help: "Bytes taken from other peers", of: ({ dealt }) => dealt.takenBytes },
  put_off_total: { help: "Times that others were told to come back", of: ({ dealt }) => dealt.putOff },
};

/** What a peer has and does, read when somebody looks, and once for all families of a scrape. */
export function addPeerFamilies(registry: Registry, peer: Peer): void {
  addNetworkFamilies(registry, {
    stats: () => peer.network.stats(),
    records: () => peer.catalogue.records.count(),
  });
  const read = onceATurn(() => readPeer(peer));
  addReadGauges(registry, GAUGES, read);
  addReadCounters(registry, COUNTERS, read);
  new Gauge({
    name: `${PREFIX}actions`,
    help: "Known actions by standing; those that are pending are the verification queue",
    labelNames: ["standing"],
    registers: [registry],
    collect() {
      for (const [standing, count] of Object.entries(peer.catalogue.actions.counts()))
        this.set({ standing }, count);
    },
  });
}

function readPeer(peer: Peer) {
  const { sandbox, verification } = peer;
  return {
    network: peer.network.stats(),
    remote: peer.remote.stats(),
    search: peer.search.stats(),
    seeding: peer.seeding.view(),
    dealt: peer.giveAndTake.view(),
    sandbox: { alive: sandbox.alive, prestarted: sandbox.prestarted, waiting: sandbox.waiting },
    verifying: verification.running,
    heldUp: ["load", "rate"].includes(peer.verificationWaitsFor() ?? ""),
    lists: peer.policy.view().lists.filter(({ state }) => state === "in-force" || state === "expired").length,
    startedAt: peer.startedAt,
  };
}
