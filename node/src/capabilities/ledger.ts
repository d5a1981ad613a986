import type { OpenCapability } from "@action-collective/protocol";
import { CapabilityEndedError, CapabilityRefusedError } from "./errors.ts";
import { MOST_REMEMBERED, MOST_REMEMBERED_BELOW } from "./limits.ts";
import { Link } from "./link.ts";

export interface LedgerBounds {
  readonly most: number;
  readonly mostBelow: number;
}

/**
 * Every link of every chain that was seen: a tree for each capability at level 0. It never forgets what was revoked or used
 * up while that could still be shown; what is new is refused when it is full.
 */
export class Ledger {
  readonly #links = new Map<string, Link>();
  readonly #bounds: LedgerBounds;
  #weight = 0;

  constructor(bounds: LedgerBounds = { most: MOST_REMEMBERED, mostBelow: MOST_REMEMBERED_BELOW }) {
    this.#bounds = bounds;
  }

  get(id: string): Link | undefined {
    return this.#links.get(id);
  }

  all(): Iterable<Link> {
    return this.#links.values();
  }

  /**
   * The last link of a chain that was checked; those that were not seen before are written down.
   * @param purpose what is to be ended counts for nobody's agents
   * @throws {CapabilityEndedError} one of them was revoked
   * @throws {CapabilityRefusedError} more live below one than may, or there is no room
   */
  seen(opened: OpenCapability, now: number, purpose: "use" | "end"): Link {
    const known = this.#known(opened);
    if (known.some(({ revoked }) => revoked)) throw new CapabilityEndedError("it was revoked");
    for (const one of known) one.lastSeen = now;
    const shown = known.filter((one) => one.shown);
    const more = opened.ids.length - shown.length;
    if (purpose === "use" && more > 0) assertMayLive(shown.at(-1), more, now);
    const fresh = freshLinks(opened, known, now);
    if (fresh.length > 0) this.#add(fresh, known.at(-1), now);
    const link = fresh.at(-1) ?? known.at(-1);
    if (link === undefined) throw new CapabilityRefusedError("it has no links");
    if (purpose === "use") for (const one of link.chain()) one.shown = true;
    return link;
  }

  /** Ends a link and all below it. Those who watch are told. */
  revoke(link: Link): void {
    const below = [...link.deepestFirst()];
    link.revoked = true;
    for (const { watchers } of below) {
      const told = [...watchers];
      watchers.clear();
      for (const ended of told) ended();
    }
  }

  /** Those of a chain that were written down: its beginning, up to all of it. */
  #known({ ids }: OpenCapability): Link[] {
    const known: Link[] = [];
    for (const id of ids) {
      const link = this.#links.get(id);
      if (link === undefined) break;
      known.push(link);
    }
    return known;
  }

  #add(fresh: readonly Link[], above: Link | undefined, now: number): void {
    this.#makeRoom(above, sum(fresh), now);
    for (const link of fresh) {
      link.parent?.children.add(link);
      this.#links.set(link.id, link);
      this.#weight += link.weight;
    }
  }

  #makeRoom(above: Link | undefined, weight: number, now: number): void {
    if (this.#hasRoom(above, weight)) return;
    this.#tidy(now, new Set(above?.chain()));
    if (this.#hasRoom(above, weight)) return;
    throw new CapabilityRefusedError("the peer remembers as many as it can");
  }

  #hasRoom(above: Link | undefined, weight: number): boolean {
    const { most, mostBelow } = this.#bounds;
    const isFull = (link: Link) => weightBelow(link) + weight > mostBelow;
    return this.#weight + weight <= most && !(above?.chain() ?? []).some(isFull);
  }

  /** Forgets what cannot matter any more: what is below a revoked one, what expired, and what was never used for anything. */
  #tidy(now: number, keep: ReadonlySet<Link>): void {
    const roots = [...this.#links.values()].filter(({ parent }) => parent === undefined);
    for (const link of roots.flatMap((root) => [...root.deepestFirst()])) {
      const isOver = link.parent?.isEnded === true || link.isExpired(now);
      const isBlank = !link.revoked && link.isUnspent;
      const isNeeded = link.children.size > 0 || link.watchers.size > 0 || keep.has(link);
      if (isNeeded || !(isOver || isBlank)) continue;
      link.forgotten = true;
      link.parent?.children.delete(link);
      this.#links.delete(link.id);
      this.#weight -= link.weight;
    }
  }
}

/** Those of a chain that were not written down yet. */
function freshLinks({ ids, blocks, inForce }: OpenCapability, known: readonly Link[], now: number): Link[] {
  const fresh: Link[] = [];
  for (let at = known.length; at < ids.length; at++) {
    const [id, block, privileges] = [ids[at], blocks[at], inForce[at]];
    if (id === undefined || block === undefined || privileges === undefined) break;
    const { agent, role } = block;
    fresh.push(new Link({ id, parent: fresh.at(-1) ?? known.at(-1), agent, role, privileges }, now));
  }
  return fresh;
}

/** @throws {CapabilityRefusedError} more would live below one than may */
function assertMayLive(above: Link | undefined, more: number, now: number): void {
  for (const link of above?.chain() ?? []) {
    const { agents } = link.privileges;
    if (livingBelow(link, now) + more > agents)
      throw new CapabilityRefusedError(`${link.agent} may have ${agents} agents below it`);
  }
}

/** Agents below one, without what is below one that ended. */
function livingBelow(link: Link, now: number): number {
  const living = [...link.children].filter((one) => one.shown && !one.revoked && !one.isExpired(now));
  return living.reduce((all, one) => all + 1 + livingBelow(one, now), 0);
}

function weightBelow(link: Link): number {
  return [...link.children].reduce((all, one) => all + one.weight + weightBelow(one), 0);
}

function sum(links: readonly Link[]): number {
  return links.reduce((all, { weight }) => all + weight, 0);
}
