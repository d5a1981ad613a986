import { PrivilegeError } from "./errors.ts";
import type { Member } from "./standing.ts";

const MOST_ROLE_CHARACTERS = 64;

/**
 * Access rules let roles in, so a role is a privilege as well: one that somebody nearer to the board has given to a living
 * member is given further only by its bearers. @throws {PrivilegeError}
 */
export function admissibleRole(
  role: string | undefined,
  creator: Member,
  members: Iterable<Member>,
): string | undefined {
  if (role === undefined) return undefined;
  if (typeof role !== "string" || role.length === 0 || role.length > MOST_ROLE_CHARACTERS)
    throw new PrivilegeError(`A role is a text of 1 to ${MOST_ROLE_CHARACTERS} characters`);
  if (!mayGive(role, creator, [...members]))
    throw new PrivilegeError(`The role "${role}" was given from above, and is not this creator's to give`);
  return role;
}

/** The role as it counts now: one that was taken early does not become that which the board gives later. */
export function roleInForce(member: Member, members: Iterable<Member>): string | undefined {
  const { role } = member.standing;
  if (role === undefined || member.above === undefined) return role;
  return mayGive(role, member.above, [...members]) ? role : undefined;
}

function mayGive(role: string, creator: Member, members: readonly Member[]): boolean {
  const { standing, above } = creator;
  if (role === standing.role && above !== undefined) return mayGive(role, above, members);
  return !members.some((other) => other.standing.role === role && other.standing.level <= standing.level);
}
