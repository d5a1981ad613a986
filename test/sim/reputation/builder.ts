import type { ActionId, PeerId, TrustLevel } from "@action-collective/protocol";
import type { Counters } from "../../../node/src/catalogue/types.ts";
import type { RecordFact, VerdictFact } from "../../../node/src/reputation/facts.ts";
import { below, pick, type Stream, sample, streamOf } from "../random.ts";
import type { HonestPlan } from "./honest-plan.ts";
import {
  DAY,
  type Own,
  type OwnTest,
  type OwnUse,
  type OwnWord,
  type SimAction,
  START,
  type World,
} from "./world.ts";

/** One edge of five leads anywhere: a small world (Watts, Strogatz 1998). */
const REWIRED = 0.1;
/** Of those who vouch, so many say 2 ("I know them"). */
const WELL_KNOWN = 0.3;
/** Runs that a user makes of an action that passed its test. */
const RUNS = 4;
const GOOD_SUCCEEDS = 0.97;
/** A bad run is noticed as often as not. */
const BAD_SUCCEEDS = 0.5;
const PRAISE: Counters = { runs: 10, succeeded: 10, useful: 5, useless: 0 };

/** Builds one world from one seed: first whoever publishes and lies, then the honest, who test what there is. */
export class WorldBuilder {
  readonly plan: HonestPlan;
  readonly honest: readonly PeerId[];
  readonly attackers: PeerId[] = [];
  readonly end: number;
  readonly #seed: number;
  readonly #actions: SimAction[] = [];
  readonly #facts: RecordFact[] = [];
  readonly #words = new Map<PeerId, OwnWord[]>();
  readonly #streams = new Map<string, Stream>();
  readonly #fooled: ReadonlySet<PeerId>;

  constructor(seed: number, plan: HonestPlan) {
    this.#seed = seed;
    this.plan = plan;
    this.honest = Array.from({ length: plan.honest }, (_, i) => `honest-${i}` as PeerId);
    this.end = START + plan.days * DAY;
    const fooled = plan.alwaysTheSame ? plan.fooled * plan.honest : 0;
    this.#fooled = new Set(sample(this.random("fooled"), this.honest, fooled));
  }

  /** A stream of its own for each purpose. */
  random(purpose: string): Stream {
    const known = this.#streams.get(purpose);
    if (known !== undefined) return known;
    const stream = streamOf(this.#seed, purpose);
    this.#streams.set(purpose, stream);
    return stream;
  }

  attacker(name: string): PeerId {
    const peer = `attacker-${this.attackers.length}-${name}` as PeerId;
    this.attackers.push(peer);
    return peer;
  }

  /** A moment between two days of the world. */
  moment(from: number, to: number): number {
    return START + DAY * (from + (to - from) * this.random("moments")());
  }

  publish(author: PeerId, good: boolean, at: number, byAttacker: boolean): SimAction {
    const id = `action-${this.#actions.length}` as ActionId;
    const action = { id, author, good, at, byAttacker };
    this.#actions.push(action);
    this.#facts.push({ kind: "publication", author, subject: id, revision: 1, created: at, received: at });
    return action;
  }

  say(author: PeerId, action: SimAction, outcome: "pass" | "fail", at: number): void {
    this.#facts.push({
      kind: "verdict",
      author,
      subject: action.id,
      revision: 1,
      created: at,
      received: at,
      outcome,
    });
  }

  vouch(author: PeerId, peer: PeerId, level: TrustLevel, at = START): void {
    if (author === peer) return;
    this.#facts.push({
      kind: "trust",
      author,
      subject: peer,
      level,
      revision: 1,
      created: at,
      received: at,
    });
    const words = this.#words.get(author) ?? [];
    this.#words.set(author, [...words, { peer, level, at }]);
  }

  praise(author: PeerId, action: SimAction, at: number): void {
    this.#feedback(author, action, PRAISE, at);
  }

  /** The honest vouch for each other, and a share of their statements goes to whom `gullible` names, at its time. */
  befriend(gullible: ((at: number) => PeerId | undefined) | undefined): void {
    const random = this.random("friends");
    const { edges, attackEdges, days } = this.plan;
    const count = this.honest.length;
    const pairs: { from: PeerId; to: PeerId }[] = [];
    for (const [i, from] of this.honest.entries()) {
      const friends = new Set<number>();
      for (let step = 1; friends.size < edges - 1; step++)
        for (const at of [i + step, i - step])
          if (friends.size < edges - 1)
            friends.add(random() < REWIRED ? below(random, count) : (at + count) % count);
      while (friends.size < edges) friends.add(below(random, count));
      for (const friend of friends) {
        const to = this.honest[friend];
        if (to !== undefined && to !== from) pairs.push({ from, to });
      }
    }
    const fooled = gullible === undefined ? 0 : Math.round(pairs.length * attackEdges);
    const misled = new Set(sample(random, pairs, fooled));
    for (const pair of pairs) {
      const at = this.moment(0, days);
      const to = (misled.has(pair) ? gullible?.(at) : undefined) ?? pair.to;
      this.vouch(pair.from, to, random() < WELL_KNOWN ? 2 : 1, at);
    }
  }

  publishHonestly(): void {
    const random = this.random("honest actions");
    const { actions, broken, days } = this.plan;
    for (let i = 0; i < actions; i++) {
      const author = pick(random, this.honest);
      if (author === undefined) return;
      const good = i >= actions * broken;
      const at = this.moment(0, days);
      this.say(author, this.publish(author, good, at, false), "pass", at);
    }
  }

  get actions(): readonly SimAction[] {
    return this.#actions;
  }

  /** The verdicts so far, by action, as they are heard. */
  verdicts(): Map<ActionId, VerdictFact[]> {
    const verdicts = new Map<ActionId, VerdictFact[]>();
    for (const fact of this.#facts) {
      if (fact.kind !== "verdict") continue;
      const known = verdicts.get(fact.subject);
      if (known === undefined) verdicts.set(fact.subject, [fact]);
      else known.push(fact);
    }
    for (const list of verdicts.values()) list.sort((a, b) => a.received - b.received);
    return verdicts;
  }

  /** Tests of these peers on their own machines: what is found is said, and what passed is used. */
  testHonestly(
    peers: readonly PeerId[],
    actions: readonly SimAction[] = this.#actions,
    { tested, delayDays, mostRaters }: Pick<HonestPlan, "tested" | "delayDays" | "mostRaters"> = this.plan,
  ): Map<PeerId, OwnTest[]> {
    const random = this.random("tests");
    const tests = new Map<PeerId, OwnTest[]>(peers.map((peer) => [peer, []]));
    for (const action of actions) {
      const share = tested * exponential(streamOf(this.#seed, `popularity ${action.id}`));
      const willing = peers.filter((peer) => random() < share && peer !== action.author);
      for (const peer of sample(random, willing, mostRaters)) {
        const at = action.at + exponential(random) * delayDays * DAY;
        if (at >= this.end) continue;
        const outcome = this.test(peer, action);
        tests.get(peer)?.push({ action: action.id, at, outcome });
        this.say(peer, action, outcome, at);
      }
    }
    return tests;
  }

  test(peer: PeerId, action: SimAction): "pass" | "fail" {
    const { fooled, alwaysTheSame, mistakes } = this.plan;
    const random = streamOf(this.#seed, `test ${peer} ${action.id}`);
    const whom = random();
    const mistaken = random() < mistakes;
    const isFooled = alwaysTheSame ? this.#fooled.has(peer) : whom < fooled;
    const passes = action.good || (action.byAttacker && isFooled);
    return passes === mistaken ? "fail" : "pass";
  }

  /** The honest test, use and say; then `last` speaks, who waited for them; then the world is complete. */
  build(last?: (verdicts: ReadonlyMap<ActionId, readonly VerdictFact[]>) => void): World {
    const tests = this.testHonestly(this.honest);
    last?.(this.verdicts());
    const own = new Map<PeerId, Own>();
    const byId = new Map(this.#actions.map((action) => [action.id, action]));
    for (const peer of this.honest) {
      const done = tests.get(peer) ?? [];
      const uses = done
        .filter(({ outcome }) => outcome === "pass")
        .flatMap(({ action, at }) => {
          const used = byId.get(action);
          return used === undefined ? [] : [this.#use(peer, used, at)];
        });
      own.set(peer, { tests: done, uses, words: this.#words.get(peer) ?? [] });
    }
    const facts = this.#facts.filter(({ received }) => received <= this.end);
    facts.sort((a, b) => a.received - b.received);
    return {
      seed: this.#seed,
      honest: this.honest,
      attackers: this.attackers,
      actions: this.#actions,
      facts,
      verdicts: this.verdicts(),
      own,
      test: (peer, action) => this.test(peer, action),
      fooled: this.#fooled,
      end: this.end,
    };
  }

  #use(peer: PeerId, action: SimAction, testedAt: number): OwnUse {
    const random = this.random("uses");
    const runs = 1 + below(random, 2 * RUNS);
    let succeeded = 0;
    for (let i = 0; i < runs; i++)
      if (random() < (action.good ? GOOD_SUCCEEDS : BAD_SUCCEEDS)) succeeded += 1;
    const at = Math.min(testedAt + DAY, this.end);
    const counters = { runs, succeeded, useful: 0, useless: 0 };
    this.#feedback(peer, action, counters, at);
    return { ...counters, action: action.id, at };
  }

  #feedback(author: PeerId, action: SimAction, counters: Counters, at: number): void {
    this.#facts.push({
      kind: "feedback",
      author,
      subject: action.id,
      revision: 1,
      created: at,
      received: at,
      ...counters,
    });
  }
}

/** With mean 1. */
function exponential(random: Stream): number {
  return -Math.log(1 - random());
}
