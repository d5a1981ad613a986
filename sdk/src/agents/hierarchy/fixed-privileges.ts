import {
  BroaderPrivilegesError,
  firstIssue,
  narrowPrivileges,
  type Privileges,
  type PrivilegesWish,
  privilegesSchema,
  privilegesWishSchema,
} from "@action-collective/protocol";
import { PrivilegeError } from "./errors.ts";
import { freezeDeep } from "./freeze.ts";
import type { Member } from "./standing.ts";

/** The owner's own, checked and frozen. @throws {PrivilegeError} */
export function ownersPrivileges(given: Privileges): Privileges {
  const parsed = privilegesSchema.safeParse(copyOf(given));
  if (parsed.success) return freezeDeep(parsed.data);
  throw new PrivilegeError(`These are no privileges: ${firstIssue(parsed.error)}`);
}

/**
 * What one gets who is let in by the first of `chain` (which ends with the board): frozen, and in nobody else's hands.
 * @throws {PrivilegeError} the wish goes beyond what the creator has, or there are as many below somebody as may be
 */
export function fixedPrivileges(chain: readonly Member[], wish: unknown, now: number): Privileges {
  const [creator] = chain;
  if (creator === undefined) throw new PrivilegeError("Nobody is let in by nobody");
  for (const { standing, descendants } of chain)
    if (descendants >= standing.privileges.agents)
      throw new PrivilegeError(
        `"${standing.id}" may have ${standing.privileges.agents} agents below it, and has ${descendants}`,
      );
  const fixed = freezeDeep(structuredClone(narrowed(creator.standing.privileges, wishOf(wish))));
  if (fixed.until !== undefined && fixed.until <= now)
    throw new PrivilegeError("Its time would be over before it begins");
  return fixed;
}

function narrowed(own: Privileges, wish: PrivilegesWish): Privileges {
  try {
    return narrowPrivileges(own, wish);
  } catch (error) {
    if (!(error instanceof BroaderPrivilegesError)) throw error;
    throw new PrivilegeError(error.message, { cause: error });
  }
}

function wishOf(given: unknown): PrivilegesWish {
  const parsed = privilegesWishSchema.safeParse(copyOf(given ?? {}));
  if (parsed.success) return parsed.data;
  throw new PrivilegeError(`These are no privileges: ${firstIssue(parsed.error)}`);
}

/** A copy that no getter, proxy or later change of the original reaches. */
function copyOf(given: unknown): unknown {
  try {
    return structuredClone(given);
  } catch (cause) {
    throw new PrivilegeError("Privileges are plain data", { cause });
  }
}
