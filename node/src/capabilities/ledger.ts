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

  constructor(bounds: LedgerBounds = { most: MOST_REMEMBERED, mostBelow: MOST_REMEMBERED_BELOW }) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#links.size;
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
  seen({ ids, blocks, inForce }: OpenCapability, now: number, purpose: "use" | "end"): Link {
    let link: Link | undefined;
    let at = 0;
    for (; at < ids.length; at++) {
      const known: Link | undefined = this.#links.get(ids[at] ?? "");
      if (known === undefined) break;
      if (known.revoked) throw new CapabilityEndedError("it was revoked");
      known.lastSeen = now;
      link = known;
    }
    if (at < ids.length && purpose === "use") assertMayLive(link, ids.length - at, now);
    if (at < ids.length) this.#makeRoom(link, ids.length - at, now);
    for (; at < ids.length; at++) {
      const [id, block, privileges] = [ids[at], blocks[at], inForce[at]];
      if (id === undefined || block === undefined || privileges === undefined) break;
      const { agent, role } = block;
      const fresh: Link = new Link({ id, parent: link, agent, role, privileges }, now);
      link?.children.add(fresh);
      this.#links.set(id, fresh);
      link = fresh;
    }
    if (link === undefined) throw new CapabilityRefusedError("it has no links");
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

  #makeRoom(above: Link | undefined, more: number, now: number): void {
    if (this.#hasRoom(above, more)) return;
    this.#tidy(now, new Set(above?.chain()));
    if (this.#hasRoom(above, more)) return;
    throw new CapabilityRefusedError("the peer remembers as many as it can");
  }

  #hasRoom(above: Link | undefined, more: number): boolean {
    const { most, mostBelow } = this.#bounds;
    const isFull = (link: Link) => countBelow(link, () => true) + more > mostBelow;
    return this.#links.size + more <= most && !(above?.chain() ?? []).some(isFull);
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
    }
  }
}

/** @throws {CapabilityRefusedError} more would live below one than may */
function assertMayLive(above: Link | undefined, more: number, now: number): void {
  for (const link of above?.chain() ?? []) {
    const { agents } = link.privileges;
    const living = countBelow(link, (one) => !one.revoked && !one.isExpired(now));
    if (living + more > agents)
      throw new CapabilityRefusedError(`${link.agent} may have ${agents} agents below it`);
  }
}

/** What is below a link, without what is below one that does not count. */
function countBelow(link: Link, counts: (one: Link) => boolean): number {
  let sum = 0;
  for (const child of link.children) if (counts(child)) sum += 1 + countBelow(child, counts);
  return sum;
}
