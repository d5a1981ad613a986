import { type ActionId, CollectiveError, cleanText, parseActionId } from "@action-collective/protocol";
import type { Actions } from "./actions.ts";
import { UnknownActionError } from "./errors.ts";
import type { Namesake } from "./types.ts";

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
/** Namesakes that are looked through for the one that is meant; who publishes more of them gains nothing. */
const NAMESAKES = 256;
/** Every id begins with the same characters (version, codec, hash); a useful beginning reaches past them. */
const SHORTEST_PREFIX = "bafyrei".length + 2;

/** What decides between namesakes, beside what the catalogue says of them. */
export interface Preference {
  /** Whether this peer publishes the action. */
  readonly own?: (id: ActionId) => boolean;
  /** Whether it is not offered here: taken back, or refused by the user's policy. */
  readonly hidden?: (id: ActionId) => boolean;
}

/**
 * What people and agents type for an action: its id, an unambiguous beginning of it, or a whole name. Anybody may
 * publish another action of the same name: what failed here or is not offered does not compete, and the one that ships
 * with this program or that this peer published itself is the one that is meant.
 * @throws {UnknownActionError | AmbiguousReferenceError}
 */
export function resolveAction(actions: Actions, ref: string, preference: Preference = {}): ActionId {
  if (ref.length <= 128 && ref.startsWith("bafyrei") && ref.length >= SHORTEST_PREFIX) {
    const found = actions.byPrefix(ref, CANDIDATES);
    if (found.length > 0) return only(ref, found);
    if (ref.length >= 59) throw new UnknownActionError(parseActionId(ref));
  }
  return only(ref, meant(actions.byName(ref, NAMESAKES), preference));
}

function meant(namesakes: readonly Namesake[], { own = no, hidden = no }: Preference): ActionId[] {
  // Most names are one action's: nothing has to be asked of it.
  const sound = namesakes.filter(({ failed, id }) => !failed && (namesakes.length === 1 || !hidden(id)));
  // A name that only such actions have still names them: the user is told what is wrong with them.
  const competing = sound.length > 0 ? sound : namesakes;
  const trusted = competing.length > 1 ? competing.filter(({ id, starter }) => starter || own(id)) : [];
  return (trusted.length === 1 ? trusted : competing).slice(0, CANDIDATES).map(({ id }) => id);
}

const no = () => false;

function only(ref: string, found: readonly ActionId[]): ActionId {
  const [first] = found;
  if (first === undefined) throw new UnknownActionError(ref);
  if (found.length > 1) throw new AmbiguousReferenceError(ref, found);
  return first;
}
