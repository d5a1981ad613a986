import type { ActionView, VerificationView } from "@action-collective/protocol";
import type { KnownAction } from "../catalogue/types.ts";
import type { NearDuplicate } from "../finding/finder.ts";
import type { Peer } from "../peer.ts";
import { untilAborted } from "../until-aborted.ts";
import type { Report } from "../verification/report.ts";

/** A card is embedded in 20 ms here, and by a server that is paid for in a second or none at all. */
const NEAR_DUPLICATES_MS = 2_000;
/** Verdicts shown of one action. */
const VERDICTS_SHOWN = 50;

/** A note beside the answer: an index or embedder that fails or dawdles must not make it look as though nothing was done. */
export async function nearDuplicates(
  { finder }: Peer,
  { id, manifest }: Pick<KnownAction, "id" | "manifest">,
): Promise<NearDuplicate[]> {
  const late = AbortSignal.timeout(NEAR_DUPLICATES_MS);
  return await untilAborted(finder.nearDuplicatesOf(id, manifest), late).catch(() => []);
}

/** What running a unit test found, as the contract has it. */
export function verificationView(id: string, report: Report): VerificationView {
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

/** Everything known about one action. */
export function actionView(peer: Peer, action: KnownAction, near: readonly NearDuplicate[]): ActionView {
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
    uses: manifest.uses ?? [],
    standing,
    reason,
    ...(strength === undefined ? {} : { strength }),
    score: peer.reputation.ofAction(id),
    publishers: peer.testimony.publishers(id),
    withdrawn: peer.reputation.withdrawn(id),
    verdicts,
    firstSeen,
    similar: near.map(({ known }) => ({ id: known.id, name: known.manifest.name })),
  };
}
