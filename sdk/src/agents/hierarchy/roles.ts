import { PrivilegeError } from "./errors.ts";
import { chainOf, type Member } from "./standing.ts";

const MOST_ROLE_CHARACTERS = 64;

/**
 * Access rules let roles in, so a role is a privilege as well. Among the living, one level gives it, and its bearers give it
 * further; nobody else below does, and nobody has it beforehand when it is given from above. @throws {PrivilegeError}
 */
export function admissibleRole(
  role: string | undefined,
  creator: Member,
  members: Iterable<Member>,
): string | undefined {
  if (role === undefined) return undefined;
  if (typeof role !== "string" || role.length === 0 || role.length > MOST_ROLE_CHARACTERS)
    throw new PrivilegeError(`A role is a text of 1 to ${MOST_ROLE_CHARACTERS} characters`);
  if (creator.above !== undefined && creator.standing.role === role) return role;
  for (const member of members) {
    if (member.standing.role !== role) continue;
    const { id, level } = firstBearer(member).standing;
    if (level <= creator.standing.level)
      throw new PrivilegeError(
        `The role "${role}" was given to "${id}" from above; only its bearers give it further`,
      );
    if (level > creator.standing.level + 1)
      throw new PrivilegeError(`The role "${role}" was taken below, by "${id}": end that one first`);
  }
  return role;
}

/** Whom it was given to first, of those above who have it. */
function firstBearer(member: Member): Member {
  const { role } = member.standing;
  return chainOf(member).findLast(({ standing }) => standing.role === role) ?? member;
}
