import { NameTakenError, PostBusyError } from "./errors.ts";
import { MOST_AGENTS } from "./limits.ts";
import type { Resident } from "./types.ts";

/** Told who comes and goes, after it is so. */
export interface PresenceListener {
  joined(resident: Resident): void;
  left(resident: Resident): void;
}

/** The agents that are here now, at whichever desk. A name is one agent's at a time. */
export class Residents {
  readonly #here = new Map<string, Resident>();
  readonly #listeners: PresenceListener[] = [];

  onPresence(listener: PresenceListener): void {
    this.#listeners.push(listener);
  }

  /** Throws NameTakenError, PostBusyError. */
  join(resident: Resident): void {
    if (this.#here.has(resident.name)) throw new NameTakenError(resident.name);
    if (this.#here.size >= MOST_AGENTS) throw new PostBusyError("This peer");
    this.#here.set(resident.name, resident);
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
