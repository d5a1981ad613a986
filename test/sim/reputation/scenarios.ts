import {
  camouflage,
  collective,
  copycats,
  noAttack,
  slander,
  sparse,
  spies,
  sybils,
  whitewashing,
} from "./attacks.ts";
import type { World } from "./world.ts";

/** Percent. */
export interface Aims {
  readonly bad?: number;
  readonly badP95?: number;
  readonly coverage?: number;
}

export interface Scenario {
  readonly name: string;
  readonly explains: string;
  readonly world: (seed: number) => World;
  readonly aims: Aims;
  readonly observers: number;
  readonly among?: "fooled" | "not fooled";
}

const OBSERVERS = 10;
/** Ten thousand keys in each observer's head. */
const FEWER_OBSERVERS = 4;
const MATURE = { tested: 0.8, delayDays: 3 };
const SPIES = { badActions: 100, praised: 0.25, silent: 5, quick: false };
const PATIENT = { badActions: 10, praised: 1, silent: 0, quick: true };
const CAMOUFLAGES = [0, 0.25, 0.5, 0.75, 0.9];

export const SCENARIOS: readonly Scenario[] = [
  scenario("no attack", "a tenth of the actions is broken", noAttack, { bad: 0, coverage: 90 }),
  ...[1, 10, 100].map((ratio) =>
    scenario(`Sybils ${ratio}:1`, "they praise each other", sybils({ ratio }), { bad: 1, badP95: 3 }, ratio),
  ),
  ...[1, 10, 100].map((ratio) =>
    scenario(
      `quiet Sybils ${ratio}:1`,
      "those with friends only vouch, the others speak once",
      sybils({ ratio, quietEntries: true, wordsEach: 1 }),
      { bad: 1, badP95: 3 },
      ratio,
    ),
  ),
  scenario("mature, Sybils 10:1", "the honest test most of what there is", sybils({ ratio: 10 }, MATURE), {}),
  scenario("20 % fooled", "others for each action", sybils({}, { fooled: 0.2 }), { bad: 1 }),
  scenario("50 % fooled", "others for each action", sybils({}, { fooled: 0.5 }), { bad: 5 }),
  ...[20, 50].flatMap((percent) => alwaysFooled(percent, percent === 20 ? 1 : 5)),
  scenario("slander", "of half of the good actions, and of the honest", slander(true), { bad: 5 }),
  scenario("no slander", "the same attackers, who do not slander", slander(false), {}),
  ...CAMOUFLAGES.map((share) =>
    scenario(
      `camouflage ${100 * share} %`,
      "so much of what attackers publish and say is good",
      camouflage(share),
      { bad: 8 },
    ),
  ),
  scenario("spies", "test honestly; half praise a quarter of what is bad, half vouch", spies(SPIES), {
    bad: 3,
  }),
  scenario("bold spies", "praise all that is bad", spies({ ...SPIES, praised: 1 }), { bad: 3 }),
  scenario("patient spies", "are quick to test, and all praise ten actions, no more", spies(PATIENT), {
    bad: 3,
  }),
  scenario("70 % collective", "all praise all, and slander", collective, { bad: 3 }),
  scenario("staying", "an attacker keeps its key", whitewashing(false), {}),
  scenario("whitewashing", "an attacker takes a new key every ten days", whitewashing(true), {}),
  scenario("silent liars", "newcomers who only praise what is bad", copycats({ copy: false, lie: true }), {}),
  scenario("copycats", "they also repeat what others said", copycats({ copy: true, lie: true }), { bad: 1 }),
  scenario("sparse, honest", "at most three raters", sparse(0), {}),
  scenario("sparse, Sybils 1:1", "at most three honest raters", sparse(1), {}),
];

function scenario(
  name: string,
  explains: string,
  world: (seed: number) => World,
  aims: Aims,
  ratio = 1,
): Scenario {
  return { name, explains, world, aims, observers: ratio >= 100 ? FEWER_OBSERVERS : OBSERVERS };
}

/** What those see whose own tests tell the truth, and those whose tests do not: there is nothing to aim at. */
function alwaysFooled(percent: number, bad: number): Scenario[] {
  const world = sybils({}, { fooled: percent / 100, alwaysTheSame: true });
  const name = `the same ${percent} % fooled`;
  return [
    { ...scenario(`${name}, others`, "each time, seen by the others", world, { bad }), among: "not fooled" },
    { ...scenario(`${name}, they`, "each time, seen by those", world, {}), among: "fooled" },
  ];
}
