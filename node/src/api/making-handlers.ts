import { type DescribedMethod, schemaProblems } from "@action-collective/protocol";
import { assertMayGive, countCall } from "../capabilities/caller.ts";
import { cardOfNear } from "../finding/cards.ts";
import { phrasingAdvice } from "../finding/phrasings.ts";
import type { Peer } from "../peer.ts";
import { nearDuplicates, verificationView } from "./action-view.ts";
import type { ApiHandlers } from "./handlers.ts";

/** What making an action takes before it is published. */
export function makingHandlers(peer: Peer): Pick<ApiHandlers, "prove" | "describe"> {
  const { publisher, analysis, catalogue, ownPublications } = peer;
  return {
    describe: async ({ body }) => {
      const described = await analysis.describe(body);
      const { methods } = described;
      return {
        ...withUnfit(described),
        ...(methods === undefined ? {} : { methods: methods.map(withUnfit) }),
      };
    },
    prove: async ({ body: { definition, keep }, signal, caller }) => {
      assertMayGive(caller, definition.permissions);
      countCall(caller);
      const { bundle, report, refusal } = await publisher.examine(definition, signal);
      const { id, manifest } = bundle;
      const near = (await nearDuplicates(peer, { id, manifest })).filter(
        // What was kept here and published by nobody is not the collective's.
        (one) => !catalogue.actions.isLocal(one.known.id),
      );
      const isEarlier = ({ known }: (typeof near)[number]) =>
        known.manifest.name === manifest.name && ownPublications.get(known.id) !== undefined;
      const earlier = near.filter(isEarlier).map(({ known }) => known.id);
      const along = publisher
        .unpublishedUses(manifest)
        .map((one) => ({ id: one.id, name: one.manifest.name }));
      const kept = keep && report.outcome === "pass";
      if (kept) await publisher.keep({ bundle, report });
      return {
        id,
        name: manifest.name,
        verification: verificationView(id, report),
        kept,
        ...(refusal === undefined ? {} : { unpublishable: refusal.why }),
        ...(along.length === 0 ? {} : { publishesAlong: along }),
        similar: near.filter((one) => !isEarlier(one)).map(cardOfNear),
        ...(earlier.length === 0 ? {} : { earlier }),
        advice: phrasingAdvice(definition),
      };
    },
  };
}

/** With what no manifest may say in its schemas among the problems. */
function withUnfit<Told extends Pick<DescribedMethod, "input" | "output" | "problems">>(told: Told): Told {
  const { input = true, output = true, problems } = told;
  const unfit = [...schemaProblems(input, "input"), ...schemaProblems(output, "output")];
  return { ...told, problems: [...problems, ...unfit] };
}
