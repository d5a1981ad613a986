import type { PeerId } from "@action-collective/protocol";
import { below, pick, sample } from "../random.ts";
import { WorldBuilder } from "./builder.ts";
import { type HonestPlan, USUAL } from "./honest-plan.ts";
import { AT_ONCE, addSybils, ENTRIES, extol, SYBILS, type SybilPlan } from "./sybils.ts";
import { DAY, type SimAction, START, type World } from "./world.ts";

function worldOf(seed: number, changes: Partial<HonestPlan>): WorldBuilder {
  const builder = new WorldBuilder(seed, { ...USUAL, ...changes });
  builder.publishHonestly();
  return builder;
}

function anyOf(builder: WorldBuilder, peers: readonly PeerId[]): () => PeerId | undefined {
  const random = builder.random("gullible");
  return () => pick(random, peers);
}

export function noAttack(seed: number): World {
  const builder = worldOf(seed, {});
  builder.befriend(undefined);
  return builder.build();
}

export function sybils(plan: Partial<SybilPlan>, changes: Partial<HonestPlan> = {}) {
  return (seed: number): World => {
    const builder = worldOf(seed, changes);
    const { entries } = addSybils(builder, { ...SYBILS, ...plan });
    builder.befriend(anyOf(builder, entries));
    return builder.build();
  };
}

/** As many attackers as honest: they fail half of the good actions, and distrust the honest in public. */
export function slander(speak: boolean) {
  return (seed: number): World => {
    const builder = worldOf(seed, {});
    const { entries } = addSybils(builder, SYBILS);
    const random = builder.random("slander");
    const good = builder.actions.filter((action) => action.good);
    const slandered = sample(random, good, Math.round(good.length / 2));
    const attackers = [...builder.attackers];
    builder.befriend(anyOf(builder, entries));
    if (speak)
      for (const [i, peer] of attackers.entries()) {
        for (const friend of sample(random, builder.honest, 5)) builder.vouch(peer, friend, -2);
        const targets = i < entries.length ? slandered : sample(random, slandered, 10);
        for (const action of targets) builder.say(peer, action, "fail", action.at + AT_ONCE * random());
      }
    return builder.build();
  };
}

/** Half as many attackers as honest. So much of what they publish and say is good, and earns them friends. */
export function camouflage(share: number) {
  return (seed: number): World => {
    const builder = worldOf(seed, { attackEdges: 0.05 + 0.15 * share });
    const random = builder.random("camouflage");
    const { honest, actions: published, days } = builder.plan;
    const crowd = Array.from({ length: honest / 2 }, () => builder.attacker("disguised"));
    for (let i = 0; i < published; i++) {
      const author = pick(random, crowd);
      if (author !== undefined) builder.publish(author, i < published * share, builder.moment(0, days), true);
    }
    builder.befriend(anyOf(builder, crowd));
    for (const peer of crowd) for (const other of sample(random, crowd, 5)) builder.vouch(peer, other, 2);
    const bad = builder.actions.filter(({ good, byAttacker }) => byAttacker && !good);
    for (const peer of crowd) for (const action of bad) if (random() >= share) extol(builder, peer, action);
    const harmless = builder.actions.filter(({ good, byAttacker }) => good || !byAttacker);
    if (share > 0) builder.testHonestly(crowd, harmless);
    return builder.build();
  };
}

export interface SpyPlan {
  readonly badActions: number;
  /** Share of the bad actions that each praises. */
  readonly praised: number;
  /** So many of the ten praise nothing and only vouch for liars. */
  readonly silent: number;
  /** Each tests everything on the first day, and so is often the first to say what is true. */
  readonly quick: boolean;
}

/** Ten spies test honestly what others publish, and have friends among the honest. */
export function spies({ badActions, praised, silent, quick }: SpyPlan) {
  return (seed: number): World => {
    const builder = worldOf(seed, { attackEdges: 0.1 });
    const { bad } = addSybils(builder, { ...SYBILS, badActions });
    const liars = [...builder.attackers];
    const random = builder.random("spies");
    const agents = Array.from({ length: builder.plan.honest / 10 }, () => builder.attacker("spy"));
    builder.befriend(anyOf(builder, agents));
    const harmless = builder.actions.filter(({ byAttacker }) => !byAttacker);
    const { plan } = builder;
    builder.testHonestly(agents, harmless, quick ? { ...plan, tested: 1, delayDays: 0.5 } : plan);
    for (const [i, agent] of agents.entries()) {
      for (const friend of sample(random, builder.honest, 3)) builder.vouch(agent, friend, 1);
      if (i < silent) for (const liar of sample(random, liars, 10)) builder.vouch(agent, liar, 2);
      else for (const action of sample(random, bad, praised * bad.length)) extol(builder, agent, action);
    }
    return builder.build();
  };
}

/** Of ten peers seven are one collective: all praise all of it, all slander half of the rest, twice the friends. */
export function collective(seed: number): World {
  const builder = worldOf(seed, { attackEdges: 0.1 });
  const ratio = 7 / 3;
  const { bad } = addSybils(builder, { ...SYBILS, ratio, wordsEach: 0, quietEntries: true });
  const members = [...builder.attackers];
  const random = builder.random("collective");
  const good = builder.actions.filter((action) => action.good);
  const slandered = sample(random, good, good.length / 2);
  builder.befriend(anyOf(builder, members));
  for (const member of members) {
    for (const action of bad) extol(builder, member, action);
    for (const action of slandered) builder.say(member, action, "fail", action.at + AT_ONCE * random());
  }
  return builder.build();
}

/** Each attacker takes a new key every ten days, or never; friends come at the same rate, to the key of that time. */
export function whitewashing(washes: boolean) {
  return (seed: number): World => {
    const builder = worldOf(seed, {});
    const { honest, days } = builder.plan;
    const random = builder.random("whitewashing");
    const lives = washes ? 6 : 1;
    const persons = Array.from({ length: honest }, () =>
      Array.from({ length: lives }, () => builder.attacker("washed")),
    );
    const life = (at: number) => Math.min(lives - 1, Math.floor(((at - START) / (days * DAY)) * lives));
    const keyAt = (person: number, at: number) => persons[person]?.[life(at)];
    const bad: SimAction[] = [];
    for (let i = 0; i < SYBILS.badActions; i++) {
      const at = builder.moment(0, days);
      const author = keyAt(below(random, honest), at);
      if (author !== undefined) bad.push(builder.publish(author, false, at, true));
    }
    const gullible = builder.random("gullible");
    builder.befriend((at) => keyAt(below(gullible, ENTRIES), at));
    for (const [person, keys] of persons.entries()) {
      for (const [index, key] of keys.entries()) {
        const since = START + (index * days * DAY) / lives;
        for (let i = 0; i < 5; i++) {
          const other = keyAt(below(random, honest), since);
          if (other !== undefined) builder.vouch(key, other, 2, since);
        }
      }
      for (const action of person < ENTRIES ? bad : sample(random, bad, SYBILS.wordsEach)) {
        const key = keyAt(person, action.at);
        if (key !== undefined) extol(builder, key, action);
      }
    }
    return builder.build();
  };
}

/** `copy`: they repeat the first word on an action at once; `lie`: they praise what is bad before anybody else speaks. */
export interface CopycatPlan {
  readonly copy: boolean;
  readonly lie: boolean;
}

/** Twenty newcomers, with friends at the usual rate. */
export function copycats({ copy, lie }: CopycatPlan) {
  return (seed: number): World => {
    const builder = worldOf(seed, {});
    const random = builder.random("copycats");
    const copying = builder.random("copying");
    const cats = Array.from({ length: 20 }, () => builder.attacker("copycat"));
    for (let i = 0; i < SYBILS.badActions; i++)
      builder.publish(builder.attacker("author"), false, builder.moment(0, builder.plan.days), true);
    builder.befriend(anyOf(builder, cats));
    return builder.build((verdicts) => {
      for (const action of builder.actions) {
        if (action.byAttacker && lie) {
          for (const cat of cats) if (random() < 0.25) extol(builder, cat, action);
          continue;
        }
        const first = verdicts.get(action.id)?.find(({ author }) => author !== action.author);
        if (!copy || first === undefined || first.outcome === "unknown") continue;
        for (const cat of cats) builder.say(cat, action, first.outcome, first.received + AT_ONCE * copying());
      }
    });
  };
}

/** The first days of a network: few peers, few friends, at most three raters of anything. */
export function sparse(ratio: number) {
  return sybils(
    { ratio, badActions: ratio > 0 ? 60 : 0 },
    { honest: 20, actions: 60, edges: 2, days: 14, mostRaters: 3, tested: 0.5, delayDays: 1 },
  );
}

/** A tenth of the peers are as honest as the others for 60 days, and have as many friends; then all they publish is bad. */
export const TURN = START + 60 * DAY;
export function traitors(seed: number): World {
  const builder = worldOf(seed, { days: 80, actions: 130, attackEdges: 0.1 });
  const random = builder.random("traitors");
  const turned = Array.from({ length: builder.plan.honest / 10 }, () => builder.attacker("traitor"));
  for (const traitor of turned) builder.publish(traitor, true, builder.moment(0, 60), true);
  builder.befriend(anyOf(builder, turned));
  for (const traitor of turned)
    for (const friend of sample(random, builder.honest, 5)) builder.vouch(traitor, friend, 1);
  builder.testHonestly(
    turned,
    builder.actions.filter(({ at }) => at < TURN),
  );
  for (const traitor of turned)
    for (let day = 60; day < 80; day += 2) {
      const action = builder.publish(traitor, false, builder.moment(day, day + 2), true);
      for (const other of turned) extol(builder, other, action);
    }
  return builder.build();
}
