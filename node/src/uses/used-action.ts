import type { ActionId, Bundle, Json, Permissions } from "@action-collective/protocol";
import type { BundleStore } from "../bundles/bundle-store.ts";
import type { KnownAction } from "../catalogue/types.ts";
import type { ActionSource } from "../sandbox/types.ts";

/** What it takes to call an action on behalf of another. */
export interface UsedAction {
  readonly id: ActionId;
  readonly name: string;
  readonly source: ActionSource;
  readonly input: Json;
  readonly output: Json;
  readonly permissions: Permissions;
  /** Those that it calls itself. */
  readonly uses: readonly string[];
}

/** Those that an action names, and all that they lead to. */
export interface Uses {
  readonly named: readonly string[];
  readonly actions: readonly UsedAction[];
}

export function usedActionOf({ id, manifest, code }: Bundle): UsedAction {
  const { name, language, input, output, permissions, uses = [] } = manifest;
  return { id, name, source: { code, language }, input, output, permissions, uses };
}

/** From disk or from peers, all at once. @throws {ContentUnavailableError} and the signal's reason */
export async function loadUsed(
  known: readonly Pick<KnownAction, "id" | "manifest" | "manifestBytes">[],
  bundles: Pick<BundleStore, "load">,
  signal: AbortSignal,
): Promise<UsedAction[]> {
  return await Promise.all(
    known.map(async ({ id, manifest, manifestBytes: bytes }) =>
      usedActionOf(await bundles.load({ id, manifest, bytes }, signal)),
    ),
  );
}
