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
  const closure = closureOf(manifest, (id) => parts.known(id)?.manifest);
  if (closure.kind === "too-much") return failed("uses-too-much", closure.why);
  const broken = closure.ids.map(parts.known).find((one) => one?.standing === "failed");
  if (broken !== undefined) return failedUse(broken);
  if (closure.kind === "incomplete")
    return unknown("used-action-unproved", `it uses ${closure.unknown}, which is not known here yet`);
  for (const id of closure.ids) {
    const finding = await proveOne(id, parts, signal);
    if (finding !== undefined) return finding;
  }
  const actions = closure.ids.flatMap((id) => parts.known(id) ?? []);
  try {
    return { named: manifest.uses ?? [], actions: await loadUsed(actions, parts.bundles, signal) };
  } catch (error) {
    return open(error, "a used action", signal);
  }
}

async function proveOne(
  id: ActionId,
  { known, refusal, verify }: ProveUsedParts,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const action = known(id);
  if (action?.standing === "passed") return undefined;
  const name = action?.manifest.name ?? id;
  const refused = refusal(id);
  if (refused !== undefined) return unknown("used-action-unproved", `${name} is not tested: ${refused.why}`);
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

function failedUse({ manifest, reason }: KnownAction): Finding {
  return failed("used-action-failed", `${manifest.name}: ${reason}`);
}

/** @throws a bug of ours, and the signal's reason */
function open(error: unknown, what: string, signal: AbortSignal): Finding {
  signal.throwIfAborted();
  if (!(error instanceof CollectiveError)) throw error;
  return unknown("used-action-unproved", `${what}: ${error.message}`);
}
