import type { Json } from "@action-collective/protocol";
import { TooManyError } from "./errors.ts";
import { MOST_LINKS } from "./limits.ts";
import type { Link, Node } from "./types.ts";

/** The edges of a node, in the order they were made; one to each node. */
export class Links implements Iterable<Link> {
  readonly #links = new Map<string, Link>();

  /** A second link to the same id replaces the first. @throws {TooManyError} */
  link(to: Node, metadata: Readonly<Record<string, Json>> = {}): Link {
    if (!this.#links.has(to.id) && this.#links.size >= MOST_LINKS)
      throw new TooManyError("links", MOST_LINKS);
    const link = Object.freeze({ to, metadata: Object.freeze({ ...metadata }) });
    this.#links.set(to.id, link);
    return link;
  }

  /** Whether there was one. */
  unlink(id: string): boolean {
    return this.#links.delete(id);
  }

  /** Takes out the link to this very node; another one of that name stays. */
  forget(node: Node): void {
    if (this.#links.get(node.id)?.to === node) this.#links.delete(node.id);
  }

  get(id: string): Link | undefined {
    return this.#links.get(id);
  }

  has(id: string): boolean {
    return this.#links.has(id);
  }

  get size(): number {
    return this.#links.size;
  }

  /** As they are now: links that change meanwhile do not disturb whoever walks along them. */
  [Symbol.iterator](): Iterator<Link> {
    return [...this.#links.values()][Symbol.iterator]();
  }
}
