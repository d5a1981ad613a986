import {
  type ActionView,
  cleanText,
  isAlias,
  type Lock,
  type LockedAction,
  lockLimits,
  type Permissions,
} from "@action-collective/protocol";
import { LockConflictError, NotLockedError } from "./errors.ts";
import { isReserved } from "./lock-text.ts";

export const EMPTY_LOCK: Lock = { version: 1, actions: {} };

/** What a lock file says of an action. */
export function pinOf({ id, name, permissions, publishers }: ActionView): LockedAction {
  return { id, name, permissions, publishers: publishers.slice(0, lockLimits.publishers) };
}

/** Pins an action under a name. Pure. @throws {LockConflictError} */
export function withPin(lock: Lock, alias: string, pin: LockedAction): Lock {
  if (!isAlias(alias))
    throw new LockConflictError(
      `"${cleanText(alias, 80)}" is no name for a pin`,
      "Begin it with a letter; letters, digits, - and _ may follow, 64 characters in all.",
    );
  if (isReserved(alias))
    throw new LockConflictError(
      `${alias} is the name of a tool that agents have anyway`,
      "Choose another with --as.",
    );
  for (const [taken, { id }] of Object.entries(lock.actions)) {
    if (id === pin.id && taken !== alias)
      throw new LockConflictError(`It is pinned already, as ${taken}`, "Remove that pin first to rename it.");
    if (taken.toLowerCase() === alias.toLowerCase() && id !== pin.id)
      throw new LockConflictError(
        `${taken} is pinned to another action, ${id}`,
        "Choose another name with --as, or move the pin with `collective lock update`.",
      );
  }
  return { version: 1, actions: { ...lock.actions, [alias]: pin } };
}

/** Moves a pin to another action. Pure. @throws {NotLockedError | LockConflictError} */
export function withMovedPin(lock: Lock, alias: string, pin: LockedAction, file: string): Lock {
  if (!Object.hasOwn(lock.actions, alias)) throw new NotLockedError(alias, file);
  const { [alias]: _, ...rest } = lock.actions;
  return withPin({ version: 1, actions: rest }, alias, pin);
}

/** Takes a pin out. Pure. */
export function withoutPin(lock: Lock, alias: string): Lock {
  const { [alias]: _, ...rest } = lock.actions;
  return { version: 1, actions: rest };
}

/** The pin that is meant by a name, or by an id or its beginning. Pure. @throws {NotLockedError} */
export function pinNamed(
  lock: Lock,
  which: string,
  file: string,
): readonly [alias: string, pin: LockedAction] {
  const pins = Object.entries(lock.actions);
  const named = pins.find(([alias]) => alias === which);
  const begun = pins.filter(([, { id }]) => which.length > "bafyrei".length && id.startsWith(which));
  const [found] = named === undefined ? begun : [named];
  if (found === undefined || (named === undefined && begun.length > 1)) throw new NotLockedError(which, file);
  return found;
}

/**
 * What a lock file says wrongly of an action; undefined where it is right. The id decides what runs, so this cannot be how
 * one action is put in the place of another, but it could be how a review is misled.
 */
export function misstatement(
  pin: LockedAction,
  action: Pick<ActionView, "name" | "permissions">,
): string | undefined {
  if (pin.name !== action.name) return `the lock file calls it ${pin.name}, its name is ${action.name}`;
  const [said, real] = [needs(pin.permissions), needs(action.permissions)];
  if (said === real) return undefined;
  return `the lock file says that it asks for ${said || "nothing"}, and it asks for ${real || "nothing"}`;
}

function needs({ net = [], secrets = [] }: Permissions): string {
  return [...net.toSorted(), ...secrets.toSorted()].join(", ");
}
