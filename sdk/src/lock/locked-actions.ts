import { CollectiveError, type LockedAction } from "@action-collective/protocol";
import { MOST_ACTION_TOOLS, type Offered } from "../tools/action-tools.ts";
import type { ToolClient } from "../tools/context.ts";
import { LockConflictError, LockNotMetError, type WithheldAction } from "./errors.ts";
import { type LockSource, readLock } from "./lock-file.ts";
import { misstatement } from "./pins.ts";

/**
 * What a lock file pins, ready to become tools: schemas and words are the actions' own, never the lock file's. What cannot be
 * used here is withheld.
 * @throws {LockNotMetError} when something is, and nobody is told
 * @throws {LockFileError | NoLockFileError | LockConflictError} and what `show` throws beside `not-found`
 */
export async function lockedActions(
  client: Pick<ToolClient, "show">,
  source: LockSource,
  onWithheld?: (action: WithheldAction) => void,
): Promise<Offered[]> {
  const pins = Object.entries((await readLock(source)).actions);
  if (pins.length > MOST_ACTION_TOOLS)
    throw new LockConflictError(
      `The lock file pins ${pins.length} actions; an agent gets at most ${MOST_ACTION_TOOLS} as tools`,
      "Give each agent a lock file of its own.",
    );
  const offered: Offered[] = [];
  const withheld: WithheldAction[] = [];
  for (const [alias, pin] of pins) {
    const found = await lookedAt(client, alias, pin);
    if ("why" in found) withheld.push({ alias, id: pin.id, why: found.why });
    else offered.push(found.offered);
  }
  if (withheld.length > 0 && onWithheld === undefined) throw new LockNotMetError(withheld);
  for (const one of withheld) onWithheld?.(one);
  return offered;
}

async function lookedAt(
  client: Pick<ToolClient, "show">,
  alias: string,
  pin: LockedAction,
): Promise<{ readonly offered: Offered } | { readonly why: string }> {
  try {
    const view = await client.show(pin.id);
    const { id, name, description, input, permissions, standing, reason, withdrawn } = view;
    const wrong = misstatement(pin, view);
    if (wrong !== undefined) return { why: wrong };
    if (standing === "failed") return { why: `its unit test does not pass here: ${reason}` };
    if (withdrawn) return { why: "everybody who published it took it back" };
    return { offered: { id, name, tool: alias, summary: description, input, permissions } };
  } catch (error) {
    // Anything else is the peer's failure, which says nothing of the action.
    if (!(error instanceof CollectiveError && error.code === "not-found")) throw error;
    return { why: "this peer does not know it" };
  }
}
