import type { Budget, Privileges, PrivilegesWish, Spent } from "@action-collective/protocol";
import type { Account } from "./ledger.ts";

/** What a member is from the moment it enters until it leaves: frozen, and the same object all that time. */
export interface Standing {
  readonly id: string;
  /** Who created it; undefined for the board alone. */
  readonly parent: string | undefined;
  /** 0: the board. */
  readonly level: number;
  readonly role: string | undefined;
  readonly privileges: Privileges;
  /** When it entered, in milliseconds since 1970. */
  readonly since: number;
}

/** How a member enters. */
export interface Entering {
  /** The board by default. */
  readonly parent?: string | undefined;
  readonly privileges?: PrivilegesWish | undefined;
  readonly role?: string | undefined;
}

/** One row of what the board sees. */
export interface MemberStatus extends Standing {
  /** By it and all below it. */
  readonly spent: Spent;
  /** Of the nearest bound of each kind. */
  readonly left: Budget;
  /** It is being ended. */
  readonly leaving: boolean;
}

/** A member within the roster. */
export interface Member {
  readonly standing: Standing;
  readonly above: Member | undefined;
  readonly account: Account;
  readonly children: Set<Member>;
  /** All living below it. */
  descendants: number;
  leaving: boolean;
}

/** From a member up to the board. */
export function chainOf(member: Member): Member[] {
  const chain = [member];
  for (let above = member.above; above !== undefined; above = above.above) chain.push(above);
  return chain;
}

/** All below, nearest first. */
export function belowOf(member: Member): Member[] {
  const found = [...member.children];
  // The list grows while it is walked: level by level. A roster is a tree of bounded size.
  for (const each of found) found.push(...each.children);
  return found;
}
