import type { PeerId } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Log } from "../network/options.ts";
import type { RaterView } from "../reputation/model.ts";
import { GiveAndTake } from "./give-and-take.ts";
import { UsefulRuns } from "./useful-runs.ts";

interface ComposeParts {
  readonly catalogue: Pick<Catalogue, "database" | "dealings" | "transaction">;
  readonly reputation: {
    ofRater(peer: PeerId): RaterView;
    vouchedFor(peer: PeerId): number;
    discredited(peer: PeerId): string | undefined;
  };
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

/** Give and take over this peer's catalogue and its own view of others. */
export function composeGiveAndTake(parts: ComposeParts): GiveAndTake {
  const { catalogue, reputation, clock, log } = parts;
  const runs = new UsefulRuns(catalogue.database);
  return new GiveAndTake({
    written: catalogue.dealings,
    transaction: (work) => catalogue.transaction(work),
    merits: (id) => {
      // Connections are authenticated: what libp2p calls a peer is its key.
      const peer = id as PeerId;
      const { value, agreements, disagreements } = reputation.ofRater(peer);
      return {
        reliability: value,
        right: agreements,
        wrong: disagreements,
        useful: runs.of(peer, clock()),
        trust: reputation.vouchedFor(peer),
        shunned: reputation.discredited(peer) !== undefined,
      };
    },
    clock,
    log,
  });
}
