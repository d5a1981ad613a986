import type { Privileges, Spent } from "@action-collective/protocol";

export interface LinkFacts {
  readonly id: string;
  /** Whose privileges it was cut from; undefined at level 0. */
  readonly parent: Link | undefined;
  readonly agent: string;
  readonly role: string | undefined;
  /** In force: no more than everybody's above it. */
  readonly privileges: Privileges;
}

/** What a link is remembered at: 1 for each so many characters of what it says, begun. */
const WEIGHED_CHARACTERS = 1_024;

/** One link of a chain, as the peer has seen it used. What is below it counts as it does itself. */
export class Link {
  readonly id: string;
  readonly parent: Link | undefined;
  readonly agent: string;
  readonly role: string | undefined;
  readonly privileges: Privileges;
  /** How much room it takes: long lists take more. */
  readonly weight: number;
  readonly children = new Set<Link>();
  /** By it and all below it. */
  readonly spent: { -readonly [K in keyof Spent]: number } = {
    calls: 0,
    tokens: 0,
    milliseconds: 0,
    messages: 0,
  };
  /** Milliseconds that runs under way may still use. */
  reservedMs = 0;
  revoked = false;
  /** It, or one below it, was used: it is an agent. What was only ended before that is none. */
  shown = false;
  /** No longer remembered: whoever still holds it must show the capability again. */
  forgotten = false;
  lastSeen: number;
  /** Called once when it ends before its time; bounded by the requests that are open and the agents at desks. */
  readonly watchers = new Set<() => void>();

  constructor({ id, parent, agent, role, privileges }: LinkFacts, now: number) {
    this.id = id;
    this.parent = parent;
    this.agent = agent;
    this.role = role;
    this.privileges = privileges;
    this.weight = Math.ceil(JSON.stringify(privileges).length / WEIGHED_CHARACTERS);
    this.lastSeen = now;
  }

  get level(): number {
    return this.parent === undefined ? 0 : this.parent.level + 1;
  }

  isExpired(now: number): boolean {
    const { until } = this.privileges;
    return until !== undefined && now >= until;
  }

  /** It, or one above it. */
  get isEnded(): boolean {
    return this.revoked || (this.parent?.isEnded ?? false);
  }

  get isUnspent(): boolean {
    return this.reservedMs === 0 && Object.values(this.spent).every((amount) => amount === 0);
  }

  isBelow(other: Link): boolean {
    return this.parent !== undefined && (this.parent === other || this.parent.isBelow(other));
  }

  /** It and all below it, each after those below itself. */
  *deepestFirst(): Generator<Link> {
    for (const child of [...this.children]) yield* child.deepestFirst();
    yield this;
  }

  /** Level 0 first. */
  chain(): Link[] {
    return [...(this.parent?.chain() ?? []), this];
  }
}
