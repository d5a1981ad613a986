import type { ActionId } from "@action-collective/protocol";
import type { Actions } from "../catalogue/actions.ts";
import type { Wanted } from "../catalogue/types.ts";
import { EARNED_SHARE } from "../give-and-take/limits.ts";

/** Anybody with a few keys can make an action look popular: every so many turns what nobody talks about comes first. */
const TURN_OF_THE_REST = 4;
/** Publishers looked at for one turn; each costs two look-ups in an index, so this is a few milliseconds at worst. */
const PUBLISHERS_ASKED = 500;
/** Of so many turns one is for those with an earned share and one for those without, however many of the others wait. */
const TURN_OF_EACH_CLASS = 5;
/** Publishers looked at for a turn that is owed to a class; the next such turn looks on from there. */
const PUBLISHERS_OF_CLASS_ASKED = 64;
/** Publishers of each class that are remembered while something of theirs waits: among many others they are hard to find. */
const MAX_REMEMBERED = 256;
/** Turns that a publisher may have had in advance. */
const MAX_IN_ADVANCE = 4;
/** Publishers whose unused part of a turn is remembered. */
const MAX_PUBLISHERS_COUNTED = 1_024;

type Class = "earned" | "newcomer";
const CLASSES: readonly Class[] = ["earned", "newcomer"];

/**
 * Whose action is next: what somebody here asked for, then what others use, then the rest; and among equals the
 * publishers in turn, as many turns each as its share of a newcomer's one, so that one who floods the network waits for
 * everybody else between any two of his own, and a flood of new keys does not shut out who gave.
 */
export class Turns {
  readonly #actions: Pick<Actions, "publisherAfter" | "due">;
  readonly #share: (publisher: string) => number;
  readonly #rounds: Record<Wanted, Round> = { rest: new Round(), popular: new Round(), asked: new Round() };
  #turn = 0;

  /** @param share of a newcomer's part that a publisher has */
  constructor(actions: Pick<Actions, "publisherAfter" | "due">, share: (publisher: string) => number) {
    this.#actions = actions;
    this.#share = share;
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
    const work = {
      after: (publisher: string) => this.#actions.publisherAfter(wanted, publisher),
      dueOf: (publisher: string) =>
        this.#actions.due(wanted, publisher, now, running.size + 1).find((id) => !running.has(id)),
      // What the user asked for is not wanted for its publisher's sake.
      shareOf: wanted === "asked" ? () => 1 : this.#share,
    };
    const round = this.#rounds[wanted];
    const owed = round.owed();
    const next = (owed && ofClass(round, owed, work)) ?? inTurn(round, work);
    if (next !== undefined) round.took(next.of);
    return next?.id;
  }
}

/** The work of one kind that waits. */
interface Work {
  /** The publisher after that one, in the order of their ids, of whom something waits. */
  after(publisher: string): string | undefined;
  dueOf(publisher: string): ActionId | undefined;
  shareOf(publisher: string): number;
}

interface Next {
  readonly id: ActionId;
  readonly of: Class;
}

/** The next of one class, if it is found soon. */
function ofClass(round: Round, of: Class, work: Work): Next | undefined {
  const known = round.known[of];
  for (const publisher of known) {
    known.delete(publisher);
    const id = classOf(work.shareOf(publisher)) === of ? work.dueOf(publisher) : undefined;
    if (id === undefined) continue;
    // To the end of the line.
    known.add(publisher);
    round.payInAdvance(publisher);
    return { id, of };
  }
  for (let asked = 0; asked < PUBLISHERS_OF_CLASS_ASKED; asked++) {
    const publisher = work.after(round.lastOf[of]);
    round.lastOf[of] = publisher ?? "";
    if (publisher === undefined || classOf(work.shareOf(publisher)) !== of) continue;
    const id = work.dueOf(publisher);
    if (id === undefined) continue;
    round.remember(of, publisher);
    round.payInAdvance(publisher);
    return { id, of };
  }
  return undefined;
}

/** The next of all publishers in turn. */
function inTurn(round: Round, work: Work): Next | undefined {
  const from = round.last;
  let passedOver: (Next & { publisher: string }) | undefined;
  let wrapped = false;
  for (let asked = 0; asked < PUBLISHERS_ASKED; asked++) {
    const again = round.hasTurnsLeft();
    const publisher = again ? round.last : work.after(round.last);
    if (publisher === undefined) {
      if (wrapped || from === "") break;
      wrapped = true;
      round.last = "";
      continue;
    }
    if (wrapped && !again && publisher > from) break;
    const share = work.shareOf(publisher);
    if (!again) round.begin(publisher, share);
    const id = work.dueOf(publisher);
    if (id === undefined) {
      round.skip();
      continue;
    }
    const of = classOf(share);
    if (of === "earned") round.remember(of, publisher);
    if (round.takeTurn()) return { id, of };
    passedOver ??= { id, of, publisher };
  }
  // Everybody who waits has less than a whole turn yet: nothing else is to be done, so the first is served all the same.
  if (passedOver !== undefined) round.last = passedOver.publisher;
  return passedOver;
}

function classOf(share: number): Class {
  return share < EARNED_SHARE ? "newcomer" : "earned";
}

/** Where the publishers of one kind of work stand. */
class Round {
  /** Who had the last turn. */
  last = "";
  /** Who was looked at last for a turn that was owed to a class. */
  readonly lastOf: Record<Class, string> = { earned: "", newcomer: "" };
  readonly known: Record<Class, Set<string>> = { earned: new Set(), newcomer: new Set() };
  /** What a publisher has left of its turns: parts of one add up over the rounds. */
  readonly #turnsLeft = new Map<string, number>();
  readonly #without: Record<Class, number> = { earned: 0, newcomer: 0 };

  /** The class that had no turn for so long that the next one is its own. */
  owed(): Class | undefined {
    return CLASSES.find((one) => this.#without[one] >= TURN_OF_EACH_CLASS - 1);
  }

  took(of: Class): void {
    for (const one of CLASSES) this.#without[one] = one === of ? 0 : this.#without[one] + 1;
  }

  remember(of: Class, publisher: string): void {
    if (this.known[of].size < MAX_REMEMBERED) this.known[of].add(publisher);
  }

  hasTurnsLeft(): boolean {
    return (this.#turnsLeft.get(this.last) ?? 0) >= 1;
  }

  begin(publisher: string, share: number): void {
    this.last = publisher;
    this.#change(publisher, share);
  }

  /** A turn out of turn is one less later. */
  payInAdvance(publisher: string): void {
    this.#change(publisher, -1);
  }

  /** Nothing of it is due: it saves nothing up. */
  skip(): void {
    this.#turnsLeft.delete(this.last);
  }

  takeTurn(): boolean {
    if (!this.hasTurnsLeft()) return false;
    this.#change(this.last, -1);
    return true;
  }

  #change(publisher: string, by: number): void {
    const left = Math.max((this.#turnsLeft.get(publisher) ?? 0) + by, -MAX_IN_ADVANCE);
    this.#turnsLeft.delete(publisher);
    this.#turnsLeft.set(publisher, left);
    if (this.#turnsLeft.size <= MAX_PUBLISHERS_COUNTED) return;
    const oldest = this.#turnsLeft.keys().next();
    if (!oldest.done) this.#turnsLeft.delete(oldest.value);
  }
}
