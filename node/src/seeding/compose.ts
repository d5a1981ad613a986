import type { ActionId, PeerId } from "@action-collective/protocol";
import { cidOfBlock } from "../block-name.ts";
import { BundleStore } from "../bundles/bundle-store.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Keeping } from "../catalogue/holdings.ts";
import type { Testimony } from "../catalogue/testimony.ts";
import type { Network } from "../network/network.ts";
import type { Log } from "../network/options.ts";
import type { OwnPublications } from "../publishing/own-publications.ts";
import type { Settings } from "../settings.ts";
import { factsOf } from "./facts.ts";
import { Keeper } from "./keeper.ts";
import { Seeding } from "./seeding.ts";

export interface SeedingComposition {
  readonly self: PeerId;
  /** What this peer publishes; what it took back is as anybody's. */
  readonly own: Pick<OwnPublications, "get">;
  readonly catalogue: Catalogue;
  readonly testimony: Testimony;
  readonly reputation: { ofRater(peer: PeerId): { readonly value: number } };
  readonly network: Pick<Network, "blocks" | "files" | "peers" | "provide" | "provideRoom" | "unprovide">;
  /** Peers who most likely hold an action's blocks, likeliest first. */
  readonly providers: (id: ActionId) => readonly string[];
  /** Nothing is refused, where it is left out. */
  readonly policy?: SeedPolicy;
  readonly settings: Pick<Settings, "seed" | "seedQuotaMb">;
  readonly clock: () => number;
  readonly log: Log;
}

/** What keeping and announcing blocks asks of the user's policy. */
export interface SeedPolicy {
  /** @param stage `verify` leaves out what more evidence may change. */
  refusal(id: ActionId, stage: "serve" | "verify"): unknown;
}

/** The bundles on this disk, and the station that decides which of them stay: they share one account of what is held. */
export function composeSeeding(parts: SeedingComposition): {
  bundles: BundleStore;
  seeding: Seeding;
  keeper: Keeper;
} {
  const { self, own, catalogue, testimony, reputation, network, providers, policy, settings } = parts;
  const { clock, log } = parts;
  const { holdings, actions, usage, kept } = catalogue;
  const refused = (id: ActionId) => actions.isLocal(id) || policy?.refusal(id, "serve") !== undefined;
  const connected = () => network.peers().length > 0;
  const keeping = (id: ActionId): Keeping =>
    actions.isStarter(id) || actions.isLocal(id) || own.get(id) !== undefined || kept.isKept(id)
      ? "always"
      : "while-worth-it";
  const bundles = new BundleStore({
    blocks: network.blocks,
    files: network.files,
    held: {
      hold: (id, blocks, how) => {
        catalogue.transaction(() => holdings.hold(id, blocks, how, clock()));
        seeding.changed();
      },
      release: (id) => catalogue.transaction(() => holdings.release(id)),
      holds: (id) => holdings.holds(id),
      isKept: (id) => holdings.isKept(id),
      needs: (block) => holdings.needs(block),
      alone: (id) => holdings.alone(id),
    },
    keeping,
    // What has only just passed here has had no chance to earn what a rule may ask for: that is looked at later.
    mayKeep: (id) => keeping(id) === "always" || policy?.refusal(id, "verify") === undefined,
    mayAnnounce: (id) => !refused(id),
    provide: (cid) => network.provide(cid),
    unprovide: (block) => network.unprovide(cidOfBlock(block)),
    connected,
    providers,
  });
  const believed = (peer: PeerId) => reputation.ofRater(peer).value;
  const seeding: Seeding = new Seeding({
    catalogue,
    bundles,
    files: network.files,
    keeping,
    refused,
    facts: (id) => factsOf(id, { self, testimony, usage, believed }),
    provide: (block) => network.provide(cidOfBlock(block)),
    provideRoom: () => network.provideRoom,
    connected,
    rules: { mode: settings.seed, quotaBytes: settings.seedQuotaMb * 1024 * 1024 },
    clock,
    log,
  });
  const keeper = new Keeper({ catalogue, bundles, keeping, changed: () => seeding.changed() });
  return { bundles, seeding, keeper };
}
