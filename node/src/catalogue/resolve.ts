import { type ActionId, CollectiveError, cleanText, parseActionId } from "@action-collective/protocol";
import type { Actions } from "./actions.ts";
import { UnknownActionError } from "./errors.ts";

/** Several actions answer to what was typed. */
export class AmbiguousReferenceError extends CollectiveError {
  readonly details: readonly string[];
  constructor(ref: string, ids: readonly ActionId[]) {
    super(
      "ambiguous",
      `"${cleanText(ref, 80)}" could be any of ${ids.length === CANDIDATES ? "many" : ids.length} actions`,
      "Type more of the id.",
    );
    this.details = ids;
  }
}

/** How many candidates an error lists. */
const CANDIDATES = 8;
/** Every id begins with the same characters (version, codec, hash); a useful beginning reaches past them. */
const SHORTEST_PREFIX = "bafyrei".length + 2;

/**
 * What people and agents type for an action: its id, an unambiguous beginning of it, or a whole name that only one
 * known action has. @throws {UnknownActionError | AmbiguousReferenceError}
 */
export function resolveAction(actions: Actions, ref: string): ActionId {
  if (ref.length <= 128 && ref.startsWith("bafyrei") && ref.length >= SHORTEST_PREFIX) {
    const found = actions.byPrefix(ref, CANDIDATES);
    if (found.length > 0) return only(ref, found);
    if (ref.length >= 59) throw new UnknownActionError(parseActionId(ref));
  }
  return only(ref, actions.byName(ref, CANDIDATES));
}

function only(ref: string, found: readonly ActionId[]): ActionId {
  const [first] = found;
  if (first === undefined) throw new UnknownActionError(ref);
  if (found.length > 1) throw new AmbiguousReferenceError(ref, found);
  return first;
}
