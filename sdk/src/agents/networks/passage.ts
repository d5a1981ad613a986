import { AsyncLocalStorage } from "node:async_hooks";
import { CirclingMessagesError } from "./errors.ts";
import { networkLimits } from "./limits.ts";

/** What is handed on because of one message, in the network that had it first and in all that are reached from there. */
interface Handed {
  left: number;
}

const current = new AsyncLocalStorage<Passage>();

/**
 * One message's way through one network. It knows the networks whose conversations led here and are still going on, through
 * whatever nodes: so what goes in circles in ever new words comes to an end.
 */
export class Passage implements Disposable {
  readonly #network: object;
  readonly #outer: Passage | undefined;
  readonly #handed: Handed;
  #open = true;

  /** @throws {CirclingMessagesError} */
  constructor(network: object, most: number) {
    this.#network = network;
    const outer = Passage.#innermost(current.getStore());
    this.#outer = outer;
    this.#handed = outer === undefined ? { left: most } : outer.#handed;
    let [times, depth] = [0, 0];
    for (let each = outer; each !== undefined; each = Passage.#innermost(each.#outer)) {
      if (each.#network === network) times += 1;
      depth += 1;
    }
    if (times >= networkLimits.nested) throw new CirclingMessagesError("a network leads back into itself");
    if (depth >= networkLimits.deep)
      throw new CirclingMessagesError(`networks are more than ${networkLimits.deep} deep in each other`);
  }

  /** Counts a message that is handed on. @throws {CirclingMessagesError} */
  hand(): void {
    if (this.#handed.left <= 0) throw new CirclingMessagesError("too many messages came of one");
    this.#handed.left -= 1;
  }

  /** What this does belongs to this passage. */
  run<Value>(act: () => Value): Value {
    return current.run(this, act);
  }

  [Symbol.dispose](): void {
    this.#open = false;
  }

  /** What came of a conversation that is over, and goes on by itself, is no part of it. */
  static #innermost(passage: Passage | undefined): Passage | undefined {
    let each = passage;
    while (each !== undefined && !each.#open) each = each.#outer;
    return each;
  }
}
