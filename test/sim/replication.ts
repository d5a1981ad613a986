import type { ActionId } from "@action-collective/protocol";
import { sample, streamOf } from "./random.ts";
import { bundleBytes } from "./replicator.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";

const WARM_UP_MS = 30_000;
const PUBLISHING_MS = 60_000;
/** Until everything is verified everywhere, as far as there is room. */
const SETTLING_MS = 240_000;
/** After the publishers left: some looks at what is held. */
const RECOVERY_MS = 300_000;

/** Of the sizes in replicator.ts. */
const MEAN_BUNDLE = 16 * 1024;

export interface ReplicationOptions extends Pick<SimulationOptions, "seed" | "peers"> {
  readonly actions: number;
  /** What each peer gives to strangers' bundles, as a share of all bundles. */
  readonly quotaShare: number;
}

export interface ReplicationResult {
  readonly actions: number;
  /** All bundles, in bytes; the quota of one peer; the most that a peer held of strangers' bundles. */
  readonly bytes: number;
  readonly quotaBytes: number;
  readonly mostHeldBytes: number;
  /** Peers that hold an action, before and after the publishers left. */
  readonly copiesBefore: number;
  readonly copiesAfter: number;
  /** Actions that still can be had from somebody. */
  readonly availableAfter: number;
  readonly verified: number;
  readonly bundleTraffic: { readonly frames: number; readonly bytes: number };
  readonly digest: string;
}

/** Half of the peers publish, everybody verifies and holds within a quota, then all publishers leave for good. */
export async function runReplication(options: ReplicationOptions): Promise<ReplicationResult> {
  const { seed, peers, actions, quotaShare } = options;
  const quotaBytes = Math.round(quotaShare * actions * MEAN_BUNDLE);
  const simulation = new Simulation({ seed, peers, seeding: { mode: "verified", quotaBytes } });
  try {
    const { kernel, ordinary } = simulation;
    const random = streamOf(seed, "replication");
    const publishers = sample(random, ordinary, Math.floor(ordinary.length / 2));
    const others = ordinary.filter((peer) => !publishers.includes(peer));
    simulation.start();
    await simulation.run(WARM_UP_MS);
    for (let i = 0; i < actions; i++) {
      const publisher = publishers[i % publishers.length];
      if (publisher) kernel.after(PUBLISHING_MS * random(), () => simulation.publishAction(publisher));
    }
    await simulation.run(WARM_UP_MS + PUBLISHING_MS + SETTLING_MS);
    const [first] = others;
    if (first === undefined) throw new Error("somebody stays");
    const all = first.catalogue.database
      .prepare("SELECT id, standing FROM actions ORDER BY id")
      .all()
      .map(({ id, standing }) => ({ id: id as ActionId, standing }));
    const copies = () => all.map(({ id }) => ordinary.filter((peer) => peer.bundle(id) !== undefined).length);
    const copiesBefore = mean(copies());
    for (const publisher of publishers) publisher.crash();
    await simulation.run(kernel.now + RECOVERY_MS);
    const left = copies();
    return {
      actions: all.length,
      bytes: all.reduce((sum, { id }) => sum + bundleBytes(id), 0),
      quotaBytes,
      mostHeldBytes: Math.max(...others.map(({ catalogue }) => catalogue.holdings.totals().bytes)),
      copiesBefore,
      copiesAfter: mean(left),
      availableAfter: left.filter((count) => count > 0).length,
      verified: all.filter(({ standing }) => standing === "passed").length,
      bundleTraffic: simulation.fabric.traffic.bundle,
      digest: simulation.trace.digest(),
    };
  } finally {
    simulation.close();
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
