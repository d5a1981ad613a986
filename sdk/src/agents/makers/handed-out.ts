import type { FailureReport } from "./contract.ts";
import { ToolGivenUpError, UnknownToolError } from "./errors.ts";
import { makerLimits } from "./limits.ts";

/** A tool, through all its versions. */
export interface Line {
  /** What each of those who have it asked for, by address: nobody's words decide what another one's tool is to do. */
  readonly users: Map<string, string>;
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
    const line = this.#lines.get(id) ?? { users: new Map(), id, mends: 0 };
    if (line.users.has(user) || line.users.size < makerLimits.users) line.users.set(user, need);
    this.#remember(id, line);
    return line;
  }

  /**
   * The line of what failed at a user's, and what that one asked for. Where it is not known here, one begins: the maker that handed it out is gone. What others
   * were given is not this one's to have replaced.
   * @throws {UnknownToolError} somebody else has it, or nobody says what it is for
   */
  of({ id, need }: FailureReport, user: string): { readonly line: Line; readonly need: string } {
    const known = this.#lines.get(id);
    const asked = known?.users.get(user);
    if (known !== undefined && asked !== undefined) return { line: known, need: asked };
    if (known !== undefined || need === undefined) throw new UnknownToolError(id);
    return { line: this.give(id, need, user), need };
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
    return [...line.users.keys()].filter((user) => user !== knows);
  }

  #remember(id: string, line: Line): void {
    this.#lines.delete(id);
    this.#lines.set(id, line);
    const [oldest] = this.#lines.keys();
    if (this.#lines.size > makerLimits.tools && oldest !== undefined) this.#lines.delete(oldest);
  }
}
