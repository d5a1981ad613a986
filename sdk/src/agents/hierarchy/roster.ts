import {
  AGENT_NAME,
  ALL_PRIVILEGES,
  type Budget,
  mayTalkTo,
  type Privileges,
  type Spent,
} from "@action-collective/protocol";
import { AgentNameError, AgentNameTakenError, MemberEndedError, NoSuchMemberError } from "./errors.ts";
import { fixedPrivileges, ownersPrivileges } from "./fixed-privileges.ts";
import { charge, leftOf, nothingSpent } from "./ledger.ts";
import { KeptNames } from "./names.ts";
import { admissibleRole } from "./roles.ts";
import {
  belowOf,
  chainOf,
  type Entering,
  type Member,
  type MemberStatus,
  type Standing,
} from "./standing.ts";

/** The owner of a space: level 0. */
export const BOARD_ID = "board";

/**
 * Who is in a space, below whom, and with what privileges: a tree with the board at its root. It decides and keeps count; it
 * delivers nothing and knows no clock. Whoever holds a `Roster` is the space; members never get at it.
 */
export class Roster {
  readonly #members = new Map<string, Member>();
  readonly #names = new KeptNames();
  readonly #board: Member;

  constructor(now: number, owner: Privileges = ALL_PRIVILEGES) {
    const privileges = ownersPrivileges(owner);
    this.#board = newMember(
      { id: BOARD_ID, parent: undefined, level: 0, role: BOARD_ID, privileges, since: now },
      undefined,
    );
    this.#members.set(BOARD_ID, this.#board);
  }

  /**
   * Lets one in, exactly one level below `parent` (the board by default), with no more than a part of its privileges; what the
   * wish leaves out is the parent's. Nothing of it changes afterwards.
   * @throws {AgentNameError | AgentNameTakenError | NoSuchMemberError | MemberEndedError | PrivilegeError}
   */
  enter(id: string, { parent = BOARD_ID, privileges: wish, role }: Entering, now: number): Standing {
    if (typeof id !== "string" || !AGENT_NAME.test(id)) throw new AgentNameError(String(id));
    const creator = this.#acting(parent, now);
    if (this.#members.has(id)) throw new AgentNameTakenError(id);
    this.#mayGiveName(id, creator);
    const chain = chainOf(creator);
    const privileges = fixedPrivileges(chain, wish, now);
    const member = newMember(
      {
        id,
        parent: creator.standing.id,
        level: creator.standing.level + 1,
        role: admissibleRole(role, creator, this.#members.values()),
        privileges,
        since: now,
      },
      creator,
    );
    this.#names.release(id);
    this.#members.set(id, member);
    creator.children.add(member);
    for (const above of chain) above.descendants += 1;
    return member.standing;
  }

  /** Undefined for whoever is not here. Its identity tells whether one who entered is still the same one. */
  standing(id: string): Standing | undefined {
    return this.#members.get(id)?.standing;
  }

  /** Why a member may not act now; undefined if it may. */
  ended(id: string, now: number): "absent" | "leaving" | "expired" | undefined {
    const member = this.#members.get(id);
    if (member === undefined) return "absent";
    if (member.leaving) return "leaving";
    const until = member.standing.privileges.until;
    return until !== undefined && now >= until ? "expired" : undefined;
  }

  /**
   * Charges a member and everybody above it, or nobody.
   * @throws {AmountError | BudgetSpentError | MemberEndedError | NoSuchMemberError}
   */
  spend(id: string, amounts: Partial<Spent>, now: number): void {
    // One that is being ended may still finish what it began; it pays for that as before.
    const member = this.#known(id);
    if (this.ended(id, now) === "expired") throw new MemberEndedError(id, "expired");
    charge(chainOf(member).map(accountOf), amounts);
  }

  /** What the nearest bound of each kind leaves. */
  left(id: string): Budget {
    return leftOf(chainOf(this.#known(id)).map(accountOf));
  }

  /** Whether a message of this member may go there: to itself always. One whose time is over writes to nobody. */
  mayTalk(id: string, address: string, now: number): boolean {
    const member = this.#members.get(id);
    if (member === undefined || this.ended(id, now) === "expired") return false;
    return address === id || mayTalkTo(member.standing.privileges, address);
  }

  /** Whether `one` is somewhere below `other`; nobody is below itself. */
  isBelow(one: string, other: string): boolean {
    const member = this.#members.get(one);
    if (member === undefined || one === other) return false;
    return chainOf(member).some(({ standing }) => standing.id === other);
  }

  /** All below, nearest first. */
  descendants(id: string): readonly Standing[] {
    return belowOf(this.#known(id)).map(({ standing }) => standing);
  }

  /**
   * From now on nobody enters below it, nor below those below. Returns it and all below, the deepest first: the order in which
   * they are released, before `leave`. Asked again, it answers the same.
   */
  ending(id: string): readonly string[] {
    if (id === BOARD_ID) throw new NoSuchMemberError(id);
    const ids: string[] = [];
    for (const member of subtree(this.#known(id))) {
      member.leaving = true;
      ids.push(member.standing.id);
    }
    return ids;
  }

  /** Takes it and all below out at once, the deepest first; returns who is gone. Whoever is not here is gone already. */
  leave(id: string): readonly string[] {
    const member = this.#members.get(id);
    if (member === undefined || member === this.#board) return [];
    const gone = subtree(member);
    for (const each of gone) this.#remove(each);
    return gone.map(({ standing }) => standing.id);
  }

  /** Those whose time is over, and nobody below them: what the space ends next. */
  expired(now: number): readonly string[] {
    const over = (member: Member): boolean => this.ended(member.standing.id, now) === "expired";
    const ids: string[] = [];
    for (const member of this.#members.values()) {
      // Whoever is above has at least as long: where its time is over too, it is ended with it.
      const first = member.above === undefined || !over(member.above);
      if (member !== this.#board && over(member) && first) ids.push(member.standing.id);
    }
    return ids;
  }

  /** When the next one's time is over; undefined if nobody's ever is. */
  nextExpiry(): number | undefined {
    let next: number | undefined;
    for (const { standing, leaving } of this.#members.values()) {
      const { until } = standing.privileges;
      if (until !== undefined && !leaving && standing.level > 0) next = Math.min(next ?? until, until);
    }
    return next;
  }

  /** Everybody, the board first, level by level. */
  status(): readonly MemberStatus[] {
    return [this.#board, ...belowOf(this.#board)].map((member) => ({
      ...member.standing,
      spent: { ...member.account.spent },
      left: leftOf(chainOf(member).map(accountOf)),
      leaving: member.leaving,
    }));
  }

  #known(id: string): Member {
    const member = this.#members.get(id);
    if (member === undefined) throw new NoSuchMemberError(id);
    return member;
  }

  #acting(id: string, now: number): Member {
    const member = this.#known(id);
    const ended = this.ended(id, now);
    if (ended === "leaving" || ended === "expired") throw new MemberEndedError(id, ended);
    return member;
  }

  #mayGiveName(id: string, creator: Member): void {
    const giver = this.#names.giverOf(id);
    if (giver === undefined || giver === creator.standing.id) return;
    if (this.isBelow(giver, creator.standing.id)) return;
    throw new AgentNameTakenError(id, "an agent had this name, which is its creator's to give again");
  }

  #remove(member: Member): void {
    const { id, parent } = member.standing;
    this.#members.delete(id);
    member.leaving = true;
    if (member.above === undefined || parent === undefined) return;
    member.above.children.delete(member);
    for (const above of chainOf(member.above)) above.descendants -= 1;
    this.#names.handOver(id, parent);
    this.#names.keep(id, parent);
  }
}

const accountOf = ({ account }: Member) => account;

/** A member and all below it, the deepest first. */
const subtree = (member: Member): Member[] => [...belowOf(member).reverse(), member];

function newMember(standing: Standing, above: Member | undefined): Member {
  const account = { id: standing.id, budget: standing.privileges.budget, spent: nothingSpent() };
  return {
    standing: Object.freeze(standing),
    above,
    account,
    children: new Set(),
    descendants: 0,
    leaving: false,
  };
}
