import { type ActionId, CollectiveError, type Manifest } from "@action-collective/protocol";
import type { BundleStore } from "../bundles/bundle-store.ts";
import type { KnownAction } from "../catalogue/types.ts";
import { closureOf } from "../uses/closure.ts";
import { loadUsed, type Uses } from "../uses/used-action.ts";
import { type Finding, failed, unknown } from "./judge-outcome.ts";
import type { Report } from "./report.ts";

export interface ProveUsedParts {
  readonly known: (id: ActionId) => KnownAction | undefined;
  /** Why one is not fetched and tested here, though its standing is open; undefined where nothing speaks against it. */
  readonly refusal: (id: ActionId) => { readonly why: string } | undefined;
  /** It is not to be tried now, since nobody asked: it was tried a moment ago, or as often as anything is tried. */
  readonly waits: (action: KnownAction) => boolean;
  readonly verify: (id: ActionId, signal: AbortSignal) => Promise<Pick<Report, "outcome" | "reason">>;
  readonly bundles: Pick<BundleStore, "load">;
}

/**
 * Proves what an action uses, those first that the others use, and loads all of it. Since no action can use itself, it
 * comes to an end. @returns a finding where that settles the action's own verdict (SPEC §5.4). @throws the signal's reason
 */
export async function proveUsed(
  manifest: Manifest,
  parts: ProveUsedParts,
  signal: AbortSignal,
): Promise<Uses | Finding> {
  const ids = usedOrSettled(manifest, parts);
  if ("outcome" in ids) return ids;
  for (const id of ids) {
    const finding = await proveOne(id, parts, signal);
    if (finding !== undefined) return finding;
  }
  const actions = ids.flatMap((id) => parts.known(id) ?? []);
  try {
    return { named: manifest.uses ?? [], actions: await loadUsed(actions, parts.bundles, signal) };
  } catch (error) {
    return open(error, "a used action", signal);
  }
}

/** All that an action uses, or a finding where what is known of it settles the verdict: then nothing need be fetched or run. */
export function usedOrSettled(
  manifest: Manifest,
  { known }: Pick<ProveUsedParts, "known">,
): readonly ActionId[] | Finding {
  const closure = closureOf(manifest, (id) => known(id)?.manifest);
  if (closure.kind === "too-much") return failed("uses-too-much", closure.why);
  const broken = closure.ids.map(known).find((one) => one?.standing === "failed");
  if (broken !== undefined) return failed("used-action-failed", `${broken.manifest.name}: ${broken.reason}`);
  return closure.kind === "incomplete"
    ? unknown("used-action-unproved", `it uses ${closure.unknown}, which is not known here yet`)
    : closure.ids;
}

async function proveOne(
  id: ActionId,
  { known, refusal, waits, verify }: ProveUsedParts,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const action = known(id);
  if (action?.standing === "passed") return undefined;
  const name = action?.manifest.name ?? id;
  const refused = refusal(id);
  if (refused !== undefined) return unknown("used-action-unproved", `${name} is not tested: ${refused.why}`);
  if (action !== undefined && waits(action))
    return unknown("used-action-unproved", `${name} is not proved here yet`);
  try {
    const { outcome, reason } = await verify(id, signal);
    if (outcome === "pass") return undefined;
    return outcome === "fail"
      ? failed("used-action-failed", `${name}: ${reason}`)
      : unknown("used-action-unproved", `${name}: ${reason}`);
  } catch (error) {
    return open(error, name, signal);
  }
}

/** @throws a bug of ours, and the signal's reason */
function open(error: unknown, what: string, signal: AbortSignal): Finding {
  signal.throwIfAborted();
  if (!(error instanceof CollectiveError)) throw error;
  return unknown("used-action-unproved", `${what}: ${error.message}`);
}
