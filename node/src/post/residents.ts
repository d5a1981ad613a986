import { NameTakenError, PostBusyError } from "./errors.ts";
import { MOST_AGENTS } from "./limits.ts";
import type { Bearer, Resident } from "./types.ts";

/** Told who comes and goes, after it is so. */
export interface PresenceListener {
  joined(resident: Resident): void;
  left(resident: Resident): void;
}

/** The user's own, to whom every name may belong. */
const USER = "";

/** At whose desk an agent is: the user's, or that of an agent that the user made a capability for, or of one below it. */
export function ownerOf({ agents }: Bearer): string {
  return agents.join(" ");
}

/**
 * The agents that are here now, at whichever desk. A name is one agent's at a time, and for a while nobody's but its owner's and
 * the user's: whoever writes to it means that one.
 */
export class Residents {
  readonly #lately: (name: string) => string | undefined;
  readonly #here = new Map<string, Resident>();
  readonly #listeners: PresenceListener[] = [];

  /** @param lately who owned a name of an agent that was here lately */
  constructor(lately: (name: string) => string | undefined) {
    this.#lately = lately;
  }

  onPresence(listener: PresenceListener): void {
    this.#listeners.push(listener);
  }

  /** Throws NameTakenError, PostBusyError. */
  join(resident: Resident): void {
    const { name, owner } = resident;
    if (this.#here.has(name)) throw new NameTakenError(name);
    if (owner !== USER && (this.#lately(name) ?? owner) !== owner) throw new NameTakenError(name);
    if (this.#here.size >= MOST_AGENTS) throw new PostBusyError("This peer");
    this.#here.set(name, resident);
    for (const listener of this.#listeners) listener.joined(resident);
  }

  leave(resident: Resident): void {
    if (this.#here.get(resident.name) !== resident) return;
    this.#here.delete(resident.name);
    for (const listener of this.#listeners) listener.left(resident);
  }

  get(name: string): Resident | undefined {
    return this.#here.get(name);
  }

  /** Those that other peers may reach. */
  exposed(): Resident[] {
    return [...this.#here.values()].filter((resident) => resident.exposed);
  }
}
