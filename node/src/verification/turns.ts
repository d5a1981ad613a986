import type { ActionId } from "@action-collective/protocol";
import type { Actions } from "../catalogue/actions.ts";
import type { Wanted } from "../catalogue/types.ts";

/** Anybody with a few keys can make an action look popular: every so many turns what nobody talks about comes first. */
const TURN_OF_THE_REST = 4;
/** Publishers looked at for one turn; each costs two look-ups in an index, so this is a few milliseconds at worst. */
const PUBLISHERS_ASKED = 500;

/**
 * Whose action is next: what somebody here asked for, then what others use, then the rest; and among equals the
 * publishers in turn, so that one who floods the network waits for everybody else between any two of his own.
 */
export class Turns {
  readonly #actions: Actions;
  /** Who had the last turn. */
  readonly #last: Record<Wanted, string> = { rest: "", popular: "", asked: "" };
  #turn = 0;

  constructor(actions: Actions) {
    this.#actions = actions;
  }

  /** @param running what is being verified already, and pending still */
  next(now: number, running: ReadonlySet<ActionId>): ActionId | undefined {
    const restFirst = (this.#turn + 1) % TURN_OF_THE_REST === 0;
    const order: readonly Wanted[] = restFirst ? ["asked", "rest", "popular"] : ["asked", "popular", "rest"];
    for (const wanted of order) {
      const id = this.#among(wanted, now, running);
      if (id === undefined) continue;
      if (wanted !== "asked") this.#turn++;
      return id;
    }
    return undefined;
  }

  #among(wanted: Wanted, now: number, running: ReadonlySet<ActionId>): ActionId | undefined {
    const from = this.#last[wanted];
    let wrapped = false;
    for (let asked = 0; asked < PUBLISHERS_ASKED; asked++) {
      const publisher = this.#actions.publisherAfter(wanted, this.#last[wanted]);
      if (publisher === undefined) {
        if (wrapped || from === "") break;
        wrapped = true;
        this.#last[wanted] = "";
        continue;
      }
      if (wrapped && publisher > from) break;
      this.#last[wanted] = publisher;
      const due = this.#actions.due(wanted, publisher, now, running.size + 1);
      const next = due.find((id) => !running.has(id));
      if (next !== undefined) return next;
    }
    return undefined;
  }
}
