import type {
  ActionId,
  ActionView,
  ParsedBodyOfRoute,
  PeerId,
  PeerSummary,
  SearchAnswer,
  Status,
  VerificationView,
} from "@action-collective/protocol";
import { UnknownActionError } from "../catalogue/errors.ts";
import { resolveAction } from "../catalogue/resolve.ts";
import type { KnownAction } from "../catalogue/types.ts";
import { cardOf, cardOfNear } from "../finding/cards.ts";
import { sieveOf } from "../finding/filters.ts";
import type { NearDuplicate } from "../finding/finder.ts";
import { phrasingAdvice } from "../finding/phrasings.ts";
import { nodeOf } from "../network-lists/address.ts";
import type { Peer } from "../peer.ts";
import { untilAborted } from "../until-aborted.ts";
import type { Report } from "../verification/report.ts";
import type { ApiHandlers } from "./handlers.ts";

export interface HandlerContext {
  readonly peer: Peer;
  readonly version: string;
  /** Where the API itself listens, for the status. */
  readonly endpoints: () => readonly string[];
  readonly stop: () => void;
}

/** A card is embedded in 20 ms here, and by a server that is paid for in a second or none at all. */
const NEAR_DUPLICATES_MS = 2_000;
/** Verdicts shown of one action. */
const VERDICTS_SHOWN = 50;

/** What the peer does for each route of the local API: thin, every decision is a station's. */
export function peerHandlers(context: HandlerContext): ApiHandlers {
  const { peer, version, stop } = context;
  const { catalogue, network, settings } = peer;
  const own = (id: ActionId) => catalogue.records.holder(peer.id, "publication", id) !== undefined;
  const resolve = (ref: string) => resolveAction(catalogue.actions, ref, own);
  const known = (ref: string) => knownAction(peer, resolve(ref));
  return {
    health: () => ({ ready: true, version }),
    stop,
    identity: async () => ({ peerId: peer.id, network: settings.network, addresses: network.addresses() }),
    status: async () => statusOf(context),
    peers: async () => ({ peers: network.peers().map((one) => peerSummary(peer, one)) }),
    search: async ({ body, signal }) => search(peer, body, signal),
    publish: async ({ body, signal }) => {
      const { report, ...published } = await peer.publisher.publish(body, signal);
      const near = await nearDuplicates(peer, known(published.id));
      return {
        ...published,
        verification: verificationView(published.id, report),
        similar: near.map(cardOfNear),
        advice: phrasingAdvice(body),
      };
    },
    show: async ({ ref }) => {
      const action = known(ref);
      return actionView(peer, action, await nearDuplicates(peer, action));
    },
    source: async ({ ref, signal }) => {
      const { id, manifest, manifestBytes: bytes } = known(ref);
      const { code, test } = await peer.bundles.load({ id, manifest, bytes }, signal);
      return { id, language: manifest.language, code, ...(test === undefined ? {} : { test }) };
    },
    run: async ({ ref, body, signal }) => peer.runner.run(resolve(ref), body.input, signal),
    verify: async ({ ref, signal }) => {
      const id = resolve(ref);
      return verificationView(id, await peer.verification.verify(id, signal));
    },
    feedback: async ({ ref, body }) => {
      const id = resolve(ref);
      return { id, ...(await peer.feedback.say(id, body.useful)) };
    },
  };
}

function knownAction(peer: Peer, id: ActionId): KnownAction {
  const action = peer.catalogue.actions.get(id);
  if (action === undefined) throw new UnknownActionError(id);
  return action;
}

async function search(
  { finder, remote, id }: Peer,
  { query, limit, collapse, explain, mine, ask, ...filters }: ParsedBodyOfRoute<"search">,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const wanted = mine === true ? { ...filters, authors: [...(filters.authors ?? []), id] } : filters;
  // Neighbours have nothing of this peer's that it has not itself.
  const wish = ask ?? (mine === true ? false : undefined);
  const request = { query, limit, filters: wanted, collapse, signal, ask: wish };
  const { hits, asked, weak } = await remote.find(request);
  const sieve = explain === true ? sieveOf(wanted) : undefined;
  const cards = hits.flatMap((hit) => {
    const known = finder.known(hit.id);
    return known === undefined ? [] : [cardOf(hit, known, sieve)];
  });
  return { cards, asked, weak };
}

/** A note beside the answer: an index or embedder that fails or dawdles must not make it look as though nothing was done. */
async function nearDuplicates({ finder }: Peer, { id, manifest }: KnownAction): Promise<NearDuplicate[]> {
  const late = AbortSignal.timeout(NEAR_DUPLICATES_MS);
  return await untilAborted(finder.nearDuplicatesOf(id, manifest), late).catch(() => []);
}

function verificationView(id: string, report: Report): VerificationView {
  const { runner, cases, tests, logs, limits, permissionsObserved, findings, ...rest } = report;
  return {
    id,
    ...rest,
    runner: { ...runner, layers: [...runner.layers] },
    cases: [...cases],
    tests: [...tests],
    logs: [...logs],
    limits: [...limits],
    permissionsObserved: [...permissionsObserved],
    ...(findings === undefined ? {} : { findings: [...findings] }),
  };
}

function actionView(peer: Peer, action: KnownAction, near: readonly NearDuplicate[]): ActionView {
  const { id, manifest, standing, reason, firstSeen } = action;
  const strength = peer.catalogue.actions.strength(id);
  const verdicts = peer.testimony
    .verdicts(id)
    .slice(0, VERDICTS_SHOWN)
    .map(({ author, body, created }) => {
      const { outcome, reason: why, runner } = body;
      return { author, own: author === peer.id, outcome, reason: why, runner, created };
    });
  const { name, description, useWhen, language, tags, licence, permissions, input, output, cases } = manifest;
  return {
    id,
    ...{ name, description, useWhen, language, tags, licence, permissions, input, output, cases },
    hasTest: manifest.test !== undefined,
    standing,
    reason,
    ...(strength === undefined ? {} : { strength }),
    score: peer.reputation.ofAction(id),
    publishers: peer.testimony.publishers(id),
    verdicts,
    firstSeen,
    similar: near.map(({ known }) => ({ id: known.id, name: known.manifest.name })),
  };
}

function peerSummary(peer: Peer, one: ReturnType<Peer["network"]["peers"]>[number]): PeerSummary {
  const { value, agreements, disagreements } = peer.reputation.ofRater(one.id as PeerId);
  const { id, address, direction, since, gossip } = one;
  return { id, address, direction, connectedAt: since, gossip, score: value, agreements, disagreements };
}

function statusOf({ peer, version, endpoints }: HandlerContext): Status {
  const { catalogue, network, search, sandbox, settings } = peer;
  const { passed, failed, pending, unknown } = catalogue.actions.counts();
  const { engine, embedder, vectors, backlog, rebuilding } = search.stats();
  const { runner, deno, layers } = sandbox.description;
  const usage = peer.embedder.usage?.();
  return {
    version,
    peerId: peer.id,
    network: settings.network,
    home: settings.home,
    startedAt: peer.startedAt,
    addresses: network.addresses(),
    api: [...endpoints()],
    peers: network.peers().length,
    reachability: network.stats().reachability,
    joining: joiningOf(peer.joining),
    ...publicDhtOf(network.stats()),
    warnings: network.stats().warnings,
    actions: { known: passed + failed + pending + unknown, passed, failed, pending, unknown },
    records: catalogue.records.count(),
    seeding: { ...peer.seeding.view() },
    search: { engine, embedder, vectors, backlog, rebuilding, ...(usage === undefined ? {} : { usage }) },
    sandbox: { runner, deno, layers: [...layers] },
    traffic: trafficOf(network.stats(), peer.remote.stats()),
  };
}

function publicDhtOf({ publicDht }: ReturnType<Peer["network"]["stats"]>): Pick<Status, "publicDht"> {
  return publicDht === undefined ? {} : { publicDht };
}

function joiningOf({ how, bootstrap, note }: Peer["joining"]): Status["joining"] {
  return { how, nodes: new Set(bootstrap.map(nodeOf)).size, note };
}

function trafficOf(
  { gossip, sync, ask, blocks }: ReturnType<Peer["network"]["stats"]>,
  remote: ReturnType<Peer["remote"]["stats"]>,
): Status["traffic"] {
  const { published, accepted, ignored, rejected } = gossip;
  const { sessions, received, new: fresh } = sync;
  return {
    gossip: { published, accepted, ignored, rejected },
    sync: { sessions, received, new: fresh },
    asking: { questions: remote.questions, new: remote.fresh, served: ask.served, putOff: ask.putOff },
    blocks: { fetched: blocks.fetched, failed: blocks.fetchFailures },
  };
}
