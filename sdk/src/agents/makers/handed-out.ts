import type { FailureReport } from "./contract.ts";
import { ToolGivenUpError, UnknownToolError } from "./errors.ts";
import { makerLimits } from "./limits.ts";

/** A tool, through all its versions. */
export interface Line {
  readonly need: string;
  /** Whoever has it, by address. */
  readonly users: Set<string>;
  /** The version in force. */
  id: string;
  mends: number;
}

/** What a maker handed out to whom, so that failures lead to the need, and new versions to the users. */
export class HandedOut {
  readonly #mends: number;
  /** By the id of each version; a line is forgotten with its oldest id. */
  readonly #lines = new Map<string, Line>();

  /** @param mends most of one tool */
  constructor(mends: number) {
    this.#mends = mends;
  }

  /** A tool was given to somebody. */
  give(id: string, need: string, user: string): Line {
    const line = this.#lines.get(id) ?? { need, users: new Set(), id, mends: 0 };
    if (line.users.size < makerLimits.users) line.users.add(user);
    this.#remember(id, line);
    return line;
  }

  /**
   * The line of what failed at a user's. Where it is not known here, one begins: the maker that handed it out is gone. What others
   * were given is not this one's to have replaced.
   * @throws {UnknownToolError} somebody else has it, or nobody says what it is for
   */
  of({ id, need }: FailureReport, user: string): Line {
    const known = this.#lines.get(id);
    if (known?.users.has(user) === true) return known;
    if (known !== undefined || need === undefined) throw new UnknownToolError(id);
    return this.give(id, need, user);
  }

  /** It is to be mended once more. @throws {ToolGivenUpError} */
  beginMend(line: Line): void {
    if (line.mends >= this.#mends) throw new ToolGivenUpError(line.mends);
    line.mends += 1;
  }

  /** @returns those who have the old version, and do not know */
  replaced(line: Line, id: string, knows: string): string[] {
    line.id = id;
    this.#remember(id, line);
    return [...line.users].filter((user) => user !== knows);
  }

  #remember(id: string, line: Line): void {
    this.#lines.delete(id);
    this.#lines.set(id, line);
    const [oldest] = this.#lines.keys();
    if (this.#lines.size > makerLimits.tools && oldest !== undefined) this.#lines.delete(oldest);
  }
}
