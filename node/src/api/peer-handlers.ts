import type {
  ActionId,
  ActionView,
  Card,
  PeerId,
  PeerSummary,
  Status,
  VerificationView,
} from "@action-collective/protocol";
import { UnknownActionError } from "../catalogue/errors.ts";
import { resolveAction } from "../catalogue/resolve.ts";
import type { KnownAction } from "../catalogue/types.ts";
import type { Peer } from "../peer.ts";
import { mayOffer } from "../policy/policy.ts";
import type { SearchHit } from "../search/types.ts";
import type { Report } from "../verification/report.ts";
import type { ApiHandlers } from "./handlers.ts";

export interface HandlerContext {
  readonly peer: Peer;
  readonly version: string;
  /** Where the API itself listens, for the status. */
  readonly endpoints: () => readonly string[];
  readonly stop: () => void;
}

/** Reputation may only nudge what is relevant: a perfect score keeps all of the relevance, none keeps 85 %. */
const LEAST_FACTOR = 0.85;
const SUMMARY_CHARACTERS = 160;
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
    search: async ({ body }) => {
      const tags = body.tags ?? [];
      const hits = await peer.search.search(body.query, {
        limit: body.limit,
        accept: (id) => accepted(peer, id as ActionId, body.verified === true, tags),
        weigh: (id) => LEAST_FACTOR + (1 - LEAST_FACTOR) * peer.reputation.ofAction(id as ActionId).value,
      });
      return { cards: hits.map((hit) => cardOf(peer, hit)) };
    },
    publish: async ({ body, signal }) => {
      const { report, ...published } = await peer.publisher.publish(body, signal);
      return { ...published, verification: verificationView(published.id, report) };
    },
    show: async ({ ref }) => actionView(peer, known(ref)),
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

function accepted(peer: Peer, id: ActionId, verifiedOnly: boolean, tags: readonly string[]): boolean {
  if (!mayOffer(peer.catalogue.actions.standing(id), verifiedOnly)) return false;
  if (tags.length === 0) return true;
  const has = peer.catalogue.actions.get(id)?.manifest.tags ?? [];
  return tags.every((tag) => has.includes(tag));
}

function cardOf(peer: Peer, hit: SearchHit): Card {
  const id = hit.id as ActionId;
  const { manifest, standing } = knownAction(peer, id);
  return {
    id,
    name: manifest.name,
    summary: summaryOf(manifest.description),
    standing,
    score: peer.reputation.ofAction(id).value,
    permissions: manifest.permissions,
    match: hit.score,
    parts: { ...hit.parts },
  };
}

/** The first sentence, or as much of it as fits one line. */
function summaryOf(description: string): string {
  const sentence = description.split(/(?<=[.!?])\s/u, 1)[0] ?? "";
  const line = sentence.replace(/\s+/gu, " ").trim();
  return line.length > SUMMARY_CHARACTERS ? `${line.slice(0, SUMMARY_CHARACTERS - 1)}…` : line;
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

function actionView(peer: Peer, action: KnownAction): ActionView {
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
  const { engine, embedder, vectors, backlog } = search.stats();
  const { runner, deno, layers } = sandbox.description;
  return {
    version,
    peerId: peer.id,
    network: settings.network,
    home: settings.home,
    startedAt: peer.startedAt,
    addresses: network.addresses(),
    api: [...endpoints()],
    peers: network.peers().length,
    actions: { known: passed + failed + pending + unknown, passed, failed, pending, unknown },
    records: catalogue.records.count(),
    search: { engine, embedder, vectors, backlog },
    sandbox: { runner, deno, layers: [...layers] },
    traffic: trafficOf(network.stats()),
  };
}

function trafficOf({ gossip, sync, blocks }: ReturnType<Peer["network"]["stats"]>): Status["traffic"] {
  const { published, accepted, ignored, rejected } = gossip;
  const { sessions, received, new: fresh } = sync;
  return {
    gossip: { published, accepted, ignored, rejected },
    sync: { sessions, received, new: fresh },
    blocks: { fetched: blocks.fetched, failed: blocks.fetchFailures },
  };
}
