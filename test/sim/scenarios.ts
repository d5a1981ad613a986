import { type Stream, sample, streamOf } from "./random.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";

/** Until everybody found neighbours and gossip its mesh. */
const WARM_UP_MS = 40_000;
/** How long records are published, and faults last. */
const TROUBLE_MS = 90_000;
/** A crashed peer is away for at most this. */
const AWAY_MS = 25_000;

export interface ScenarioOptions extends Pick<SimulationOptions, "seed" | "peers" | "sink" | "tuning"> {
  /** How many records are published. */
  readonly records: number;
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly peers: number;
  readonly seed: number;
  readonly published: number;
  readonly live: number;
  /** Pairs of honest peer and live record: missing when the faults ended, missing in the end, and all of them. */
  readonly missedAtHealing: number;
  readonly missed: number;
  readonly of: number;
  /** The share of all live records that the honest peer has which has fewest. */
  readonly worstShare: number;
  /** From the end of the faults until nobody missed anything; undefined when that did not happen within two sync rounds. */
  readonly healedMs: number | undefined;
  /** Copies of one gossip message that one peer got. */
  readonly copies: { readonly mean: number; readonly most: number };
  readonly traffic: Simulation["fabric"]["traffic"];
  readonly events: number;
  readonly virtualMs: number;
  readonly digest: string;
}

interface Scenario {
  readonly explains: string;
  readonly options?: Partial<SimulationOptions>;
  /** What happens while records are published. */
  trouble(simulation: Simulation, random: Stream): void;
  /** Instead of ending all faults. */
  heal?(simulation: Simulation): void;
}

export const SCENARIOS = {
  calm: {
    explains: "nothing goes wrong",
    trouble: () => {},
  },
  partition: {
    explains: "the network is two halves for 90 s",
    trouble: (simulation) => simulation.partition(0.5),
  },
  crash: {
    explains: "four of ten peers crash, bootstrap nodes as others, and come back with their catalogue",
    trouble: (simulation) => simulation.crashDuring(TROUBLE_MS, 0.4, AWAY_MS),
  },
  loss: {
    explains: "30 % of frames are lost, 10 % doubled, 10 % overtaken; this never ends",
    trouble: ({ fabric }) => {
      Object.assign(fabric.conditions, { loss: 0.3, duplication: 0.1, reordering: 0.1 });
    },
    heal: () => {},
  },
  churn: {
    explains: "everybody comes and goes, 60 s here and 15 s away on average; a tenth is new",
    trouble: churn,
  },
  hub: {
    explains: "all but one are behind a NAT, and the one hears no gossip",
    options: { deafBootstrap: true, hiddenPeers: true },
    trouble: () => {},
  },
  late: {
    explains: "a peer with nothing joins at the end",
    trouble: () => {},
    heal: (simulation) => simulation.addPeer().start(),
  },
  sybils: {
    explains:
      "four Sybils for each honest peer get known to the bootstrap nodes, take every connection and pass on nothing",
    options: { sybilsPerPeer: 4 },
    trouble: () => {},
  },
  siege: {
    explains: "the same, and each Sybil dials twenty peers to fill their places",
    options: { sybilsPerPeer: 4, sybilDials: 20 },
    trouble: () => {},
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

/** Runs one scenario from start to end: warm-up, trouble, healing, and two sync rounds. */
export async function runScenario(name: ScenarioName, options: ScenarioOptions): Promise<ScenarioResult> {
  const scenario: Scenario = SCENARIOS[name];
  const simulation = new Simulation({ ...options, ...scenario.options });
  try {
    const { seed, records } = options;
    simulation.start();
    await simulation.run(WARM_UP_MS);
    simulation.publishDuring(TROUBLE_MS, records);
    scenario.trouble(simulation, streamOf(seed, "trouble"));
    await simulation.run(WARM_UP_MS + TROUBLE_MS);
    if (scenario.heal) scenario.heal(simulation);
    else simulation.heal();
    const missedAtHealing = simulation.missing().records;
    const healedAt = simulation.kernel.now;
    const everywhere = await simulation.untilEverywhere(healedAt + 2 * simulation.tuning.syncIntervalMs);
    const { records: missed, of, most } = simulation.missing();
    const live = simulation.audit.live().length;
    return {
      scenario: name,
      peers: simulation.peers.length,
      seed,
      published: simulation.audit.published,
      live,
      missedAtHealing,
      missed,
      of,
      worstShare: live === 0 ? 1 : 1 - most / live,
      healedMs: everywhere === undefined ? undefined : everywhere - healedAt,
      copies: simulation.audit.copies(),
      traffic: simulation.fabric.traffic,
      events: simulation.kernel.ran,
      virtualMs: simulation.kernel.now,
      digest: simulation.trace.digest(),
    };
  } finally {
    simulation.close();
  }
}

/** Sessions of 60 s and absences of 15 s on average, until the trouble ends; then everybody is there. */
function churn(simulation: Simulation, random: Stream): void {
  const { kernel } = simulation;
  const end = kernel.now + TROUBLE_MS;
  const later = (meanMs: number) => -Math.log(1 - random()) * meanMs;
  for (const peer of simulation.ordinary) {
    const leave = (at: number) => {
      const back = Math.min(end, at + later(15_000));
      if (at >= end) return;
      kernel.after(at - kernel.now, () => peer.crash());
      kernel.after(back - kernel.now, () => peer.start());
      leave(back + later(60_000));
    };
    leave(kernel.now + later(60_000));
  }
  for (const _ of sample(random, simulation.ordinary, Math.ceil(simulation.peers.length / 10)))
    kernel.after(TROUBLE_MS * random(), () => simulation.addPeer().start());
}
