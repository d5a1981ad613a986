import type { PeerId } from "@action-collective/protocol";
import type { Judge } from "./judge.ts";
import { auditsOf, type OwnTest, type SimAction, type World } from "./world.ts";

/** Brings a judge what one observer hears, tests, uses and says itself, in order of time, as far as it has been told. */
export class Observer {
  readonly peer: PeerId;
  readonly tested = new Set<string>();
  readonly #world: World;
  readonly #judge: Judge;
  readonly #byId: ReadonlyMap<string, SimAction>;
  #fact = 0;
  #until = Number.NEGATIVE_INFINITY;

  constructor(world: World, peer: PeerId, judge: Judge) {
    this.peer = peer;
    this.#world = world;
    this.#judge = judge;
    this.#byId = new Map(world.actions.map((action) => [action.id, action]));
  }

  /** Everything up to that moment. */
  listen(until: number): void {
    const { facts } = this.#world;
    const own = this.#world.own.get(this.peer);
    if (own === undefined) throw new Error(`${this.peer} is not one of the honest`);
    const isNew = ({ at }: { readonly at: number }) => at > this.#until && at <= until;
    for (
      let fact = facts[this.#fact];
      fact !== undefined && fact.received <= until;
      fact = facts[++this.#fact]
    )
      // What it says itself it knows already; that it publishes an action matters to the action.
      if (fact.author !== this.peer || fact.kind === "publication") this.#judge.record(fact);
    for (const word of own.words.filter(isNew)) this.#judge.said(word);
    for (const test of own.tests.filter(isNew)) this.#answer(test);
    for (const use of own.uses.filter(isNew)) this.#judge.used(use);
    this.#until = until;
  }

  /** Tests an action now, whatever it did before; true when it passes. */
  test(action: SimAction, at: number): "pass" | "fail" {
    const outcome = this.#world.test(this.peer, action);
    if (!this.tested.has(action.id)) this.#answer({ action: action.id, at, outcome });
    return outcome;
  }

  #answer(test: OwnTest): void {
    const action = this.#byId.get(test.action);
    if (action === undefined) return;
    this.tested.add(test.action);
    this.#judge.tested(test, auditsOf(this.#world, this.peer, action, test.at));
  }
}
