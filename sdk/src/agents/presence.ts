import { TooManyError } from "./errors.ts";
import { MOST_LISTENERS } from "./limits.ts";
import { tell } from "./listeners.ts";
import type { Member } from "./members.ts";
import type { ActionHelp, Presence, PresenceEvent } from "./types.ts";

interface Listener {
  readonly member: Member;
  readonly heard: (event: PresenceEvent) => void;
}

/** Tells those in a space who comes and goes. */
export class PresenceNews {
  readonly #listeners = new Set<Listener>();
  readonly #problem: (error: unknown) => void;

  constructor(problem: (error: unknown) => void) {
    this.#problem = problem;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** @throws {TooManyError} */
  listen(member: Member, heard: Listener["heard"]): () => void {
    const own = [...this.#listeners].filter((listener) => listener.member === member);
    if (own.length >= MOST_LISTENERS) throw new TooManyError("listeners", MOST_LISTENERS);
    const listener = { member, heard };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param concerns whether that member is to know */
  tell(event: PresenceEvent, concerns: (member: Member) => boolean): void {
    for (const { member, heard } of [...this.#listeners]) {
      if (concerns(member)) tell(() => heard(event), this.#problem);
    }
  }

  /** To one who asked another peer; whether it listens. */
  pass(event: PresenceEvent, member: Member): boolean {
    const listens = [...this.#listeners].some((listener) => listener.member === member);
    if (listens) this.tell(event, (other) => other === member);
    return listens;
  }

  drop(member: Member): void {
    for (const listener of this.#listeners) if (listener.member === member) this.#listeners.delete(listener);
  }
}

/** @param address where the space is connected, with its peer's id */
export function presenceOf({ id, node, standing }: Member, address: string): Presence {
  const { role, level } = standing;
  return Object.freeze({
    id,
    address,
    level,
    ...(role === undefined ? {} : { role }),
    help: helpOf(node.describe?.bind(node)),
  });
}

/** What a node says of itself must not keep others from being found. */
function helpOf(describe: (() => readonly ActionHelp[]) | undefined): readonly ActionHelp[] {
  try {
    const help: unknown = describe?.();
    return Array.isArray(help) ? help : [];
  } catch {
    return [];
  }
}
