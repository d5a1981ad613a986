import type { ActionId } from "@action-collective/protocol";
import { UnknownActionError } from "../catalogue/errors.ts";
import type { KnownAction } from "../catalogue/types.ts";
import type { Peer } from "../peer.ts";
import { RefusedByPolicyError } from "../runs/errors.ts";
import { VerificationFailedError, VerificationUnknownError } from "../verification/errors.ts";
import { versionsOf } from "../versions/gather.ts";
import { nearDuplicates } from "./action-view.ts";
import type { ApiHandlers } from "./handlers.ts";

/** What could stand in an action's place, and keeping the one that is pinned. */
export function versionHandlers(
  peer: Peer,
  resolve: (ref: string) => ActionId,
): Pick<ApiHandlers, "versions" | "keep" | "keepings"> {
  const { catalogue, testimony, reputation, policy } = peer;
  return {
    versions: async ({ ref, caller }) => {
      const action = knownAction(peer, resolve(ref));
      const near = (await nearDuplicates(peer, action)).map(({ known }) => known.id);
      const { id, manifest } = action;
      const all = versionsOf({ self: peer.id, catalogue, testimony, reputation, policy }, action, near);
      // What no search offers an agent is not named to it here, nor is the rule that keeps it out.
      const versions = caller === "user" ? all : all.filter(({ refused }) => refused === undefined);
      return { id, name: manifest.name, withdrawn: reputation.withdrawn(id), versions };
    },
    keep: async ({ ref, body, signal }) => {
      const id = resolve(ref);
      const { keep, for: holder } = body;
      if (keep) {
        await assertFit(peer, id, signal);
        await peer.keeper.keep(id, holder, signal);
      } else peer.keeper.release(id, holder);
      return { id, keptFor: catalogue.kept.holders(id) };
    },
    keepings: async () => ({
      lockFiles: [...catalogue.kept.roots()].map(([file, actions]) => ({ file, actions })),
    }),
  };
}

/** What was not proved here yet is proved now; what the user's rules keep out is not brought in by a file. */
async function assertFit(peer: Peer, id: ActionId, signal: AbortSignal): Promise<void> {
  const { manifest, standing } = knownAction(peer, id);
  const refusal = peer.policy.refusal(id, "verify");
  if (refusal !== undefined) throw new RefusedByPolicyError(manifest.name, refusal.why, refusal.remedy);
  if (standing === "passed") return;
  const report = await peer.verification.verify(id, signal);
  if (report.outcome === "fail") throw new VerificationFailedError(manifest.name, report);
  if (report.outcome === "unknown") throw new VerificationUnknownError(manifest.name, report.reason);
}

function knownAction({ catalogue }: Peer, id: ActionId): KnownAction {
  const action = catalogue.actions.get(id);
  if (action === undefined) throw new UnknownActionError(id);
  return action;
}
