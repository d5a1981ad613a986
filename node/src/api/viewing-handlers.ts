import { type ActionId, type PeerId, verificationSchema } from "@action-collective/protocol";
import { UnknownActionError } from "../catalogue/errors.ts";
import type { KnownAction } from "../catalogue/types.ts";
import { Slices } from "../finding/slices.ts";
import type { Peer } from "../peer.ts";
import type { Report } from "../verification/report.ts";
import { browse } from "../viewing/browse.ts";
import { graphOf } from "../viewing/graph.ts";
import { marksOf } from "../viewing/marks.ts";
import { runsPage } from "../viewing/runs.ts";
import { verificationView } from "./action-view.ts";
import type { ApiHandlers } from "./handlers.ts";

type ViewingRoutes = Pick<ApiHandlers, "browse" | "runs" | "report" | "marks" | "graph" | "previewPolicy">;

/** What people look at. @param resolve what a reference to an action means */
export function viewingHandlers(peer: Peer, resolve: (ref: string) => ActionId): ViewingRoutes {
  const { catalogue, finder, network, policy, reputation, analysis, bundles } = peer;
  const known = (id: ActionId): KnownAction => {
    const action = catalogue.actions.get(id);
    if (action === undefined) throw new UnknownActionError(id);
    return action;
  };
  return {
    browse: async ({ body, signal }) =>
      await browse(body, {
        ...{ self: peer.id, catalogue, slices: new Slices(signal) },
        known: (id) => finder.known(id),
      }),
    runs: async ({ body }) => runsPage(body, catalogue.usage.log),
    report: async ({ ref }) => {
      const id = resolve(ref);
      const stored = catalogue.actions.report(id);
      if (stored === undefined) return { report: null };
      // One that an older version wrote and this one cannot show is as good as none: it is made anew when it falls due.
      const shown = verificationSchema.safeParse(verificationView(id, stored as unknown as Report));
      return { report: shown.success ? shown.data : null };
    },
    marks: async ({ ref, signal }) => {
      const { id, manifest, manifestBytes: bytes } = known(resolve(ref));
      return { id, marks: await marksOf(await bundles.load({ id, manifest, bytes }, signal), analysis) };
    },
    graph: async ({ signal }) =>
      await graphOf({
        self: peer.id,
        connected: network.peers().map(({ id }) => id as PeerId),
        overview: (wish) => reputation.overview(wish),
        isBlocked: (one) => policy.isBlocked(one),
        slices: new Slices(signal),
      }),
    previewPolicy: async ({ body, signal }) => {
      const { hidden, shown, ...preview } = await policy.preview(body, signal);
      const nameOf = (id: ActionId) => catalogue.actions.get(id)?.manifest.name ?? "";
      return {
        ...preview,
        hidden: hidden.map(({ id, why }) => ({ id, name: nameOf(id), why })),
        shown: shown.map((id) => ({ id, name: nameOf(id) })),
      };
    },
  };
}
