import type { ActionId, DashboardLink } from "@action-collective/protocol";
import { assertMayGive, assertMayTouch, countCall, mayAsk } from "../capabilities/caller.ts";
import { UnknownActionError } from "../catalogue/errors.ts";
import { resolveAction } from "../catalogue/resolve.ts";
import type { KnownAction } from "../catalogue/types.ts";
import { cardOfNear } from "../finding/cards.ts";
import { phrasingAdvice } from "../finding/phrasings.ts";
import type { Peer } from "../peer.ts";
import { actionView, nearDuplicates, verificationView } from "./action-view.ts";
import { capabilityHandlers } from "./capability-handlers.ts";
import type { ApiHandlers } from "./handlers.ts";
import { keyHandlers } from "./key-handlers.ts";
import { makingHandlers } from "./making-handlers.ts";
import { policyHandlers } from "./policy-handlers.ts";
import { postHandlers } from "./post-handlers.ts";
import { reputationHandlers } from "./reputation-handlers.ts";
import { search } from "./search-handler.ts";
import { peerSummary, type StatusContext, statusOf } from "./status-view.ts";
import { toolsHandlers } from "./tools-handlers.ts";
import { versionHandlers } from "./version-handlers.ts";
import { viewingHandlers } from "./viewing-handlers.ts";

export interface HandlerContext extends StatusContext {
  readonly stop: () => void;
  readonly openDashboard: () => Promise<DashboardLink>;
}

/** What the peer does for each route of the local API: thin, every decision is a station's. */
export function peerHandlers(context: HandlerContext): ApiHandlers {
  const { peer, version, stop } = context;
  const { catalogue, network, settings } = peer;
  const own = (id: ActionId) => peer.ownPublications.get(id) !== undefined || catalogue.actions.isLocal(id);
  const hidden = (id: ActionId) => peer.policy.refusal(id, "offer") !== undefined;
  const resolve = (ref: string) => resolveAction(catalogue.actions, ref, { own, hidden });
  // A yes given beforehand is meant for one action: it must not pass on to another that takes the name of one that was
  // taken back or ruled out meanwhile, so those compete for it still.
  const resolveForYes = (ref: string) => resolveAction(catalogue.actions, ref, { own });
  const known = (ref: string) => knownAction(peer, resolve(ref));
  return {
    health: () => ({ ready: true, version }),
    stop,
    openDashboard: () => context.openDashboard(),
    identity: async () => ({ peerId: peer.id, network: settings.network, addresses: network.addresses() }),
    status: async () => statusOf(context),
    peers: async () => ({ peers: network.peers().map((one) => peerSummary(peer, one)) }),
    search: async ({ body, signal, caller }) =>
      search(peer, { ...body, ask: mayAsk(caller, body.ask) }, signal),
    publish: async ({ body, signal, caller }) => {
      assertMayGive(caller, body.permissions);
      countCall(caller);
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
    run: async ({ ref, body: { input, approve }, signal, caller }) => {
      const id = approve === undefined ? resolve(ref) : resolveForYes(ref);
      return await peer.runner.run(id, input, { signal, caller, yes: approve });
    },
    verify: async ({ ref, signal, caller }) => {
      const id = resolve(ref);
      assertMayTouch(caller, id);
      countCall(caller);
      return verificationView(id, await peer.verification.verify(id, signal));
    },
    feedback: async ({ ref, body, caller }) => {
      const id = resolve(ref);
      assertMayTouch(caller, id);
      return { id, ...(await peer.feedback.say(id, body.useful)) };
    },
    ...makingHandlers(peer),
    ...toolsHandlers(peer.pinnedTools, resolve),
    ...reputationHandlers(peer, resolve),
    ...policyHandlers(peer.policy),
    ...keyHandlers(peer),
    ...versionHandlers(peer, resolve),
    ...capabilityHandlers(peer.capabilities),
    ...postHandlers(peer),
    ...viewingHandlers(peer, resolve),
  };
}

function knownAction(peer: Peer, id: ActionId): KnownAction {
  const action = peer.catalogue.actions.get(id);
  if (action === undefined) throw new UnknownActionError(id);
  return action;
}
