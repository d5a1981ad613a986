import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "@action-collective/protocol";
import type { BundleStore } from "../../../node/src/bundles/bundle-store.ts";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import type { NetworkOptions } from "../../../node/src/network/options.ts";
import { OwnPublications } from "../../../node/src/publishing/own-publications.ts";
import { composeSeeding, type SeedPolicy } from "../../../node/src/seeding/compose.ts";
import type { SeedMode } from "../../../node/src/seeding/plan.ts";
import type { Seeding } from "../../../node/src/seeding/seeding.ts";
import { bundleOf, NETWORK, peerOf, publicationOf } from "../../helpers/records.ts";
import type { TestPeer, TestPeers } from "../network/fixture.ts";

export type { SeedPolicy };

/** Who the seeding peer is, for the records. */
export const SELF = peerOf(1);

export interface SeedingPeer extends TestPeer {
  readonly home: string;
  readonly known: Catalogue;
  readonly bundles: BundleStore;
  readonly seeding: Seeding;
  /** Moves its clock. */
  readonly time: { now: number };
  /** Ends it as a restart would: what is on disk stays. */
  close(): Promise<void>;
}

export interface SeedingPeerOptions extends Partial<NetworkOptions> {
  readonly seedMode?: SeedMode;
  readonly quotaMb?: number;
  readonly home?: string;
  readonly providers?: readonly string[];
  readonly policy?: SeedPolicy;
}

/** A peer with a real blockstore and a real catalogue below one home; without intake, sandbox and API. */
export async function openSeedingPeer(
  peers: TestPeers,
  { seedMode = "verified", quotaMb = 1, providers = [], policy, ...options }: SeedingPeerOptions = {},
): Promise<SeedingPeer> {
  const home = options.home ?? (await peers.home());
  const peer = await peers.open({ ...options, dataDir: home });
  const known = new Catalogue(join(home, "catalogue.sqlite"));
  const time = { now: Date.now() };
  const { bundles, seeding } = composeSeeding({
    self: SELF,
    own: new OwnPublications({ records: known.records, self: SELF, network: NETWORK }),
    catalogue: known,
    testimony: new Testimony(known.records, NETWORK),
    reputation: { ofRater: () => ({ value: 0.5 }) },
    network: peer.network,
    providers: () => providers,
    ...(policy === undefined ? {} : { policy }),
    settings: { seed: seedMode, seedQuotaMb: quotaMb },
    clock: () => time.now,
    log: peer.options.log,
  });
  const close = async () => {
    await seeding.stop();
    await peer.network.stop();
    known.close();
  };
  return { ...peer, home, known, bundles, seeding, time, close };
}

/** An action whose code has about that many bytes; the same `text` gives the same code block. */
export function bulky(name: string, kilobytes: number, text = name): Bundle {
  return bundleOf({
    name,
    code: `// ${text}\n// ${"x".repeat(kilobytes * 1_024)}\nexport default ({ n }: { n: number }) => n * 2;\n`,
  });
}

/** What a verification that passed leaves behind. */
export async function passed(peer: SeedingPeer, bundle: Bundle): Promise<void> {
  peer.known.actions.add(bundle, "network", peer.time.now);
  peer.known.actions.change(bundle.id, { standing: "passed", reason: "passed", attempts: 0, due: 0 });
  await peer.bundles.keep(bundle);
}

export function publishedBy(peer: SeedingPeer, bundle: Bundle, author: number): void {
  peer.known.transaction(() => {
    peer.known.records.put(publicationOf(bundle, author), peer.time.now);
  });
}

export function ran(peer: SeedingPeer, bundle: Bundle, times = 1): void {
  for (let run = 0; run < times; run++) {
    const id = `${bundle.id} ${peer.time.now} ${run}`;
    peer.known.usage.addRun({ id, action: bundle.id, started: peer.time.now, durationMs: 1, status: "ok" });
    peer.known.usage.count(bundle.id, { runs: 1, succeeded: 1 });
  }
}

/** The sizes of all files below `blocks/`, whatever they are. */
export async function bytesOnDisk(home: string): Promise<number> {
  const entries = await readdir(join(home, "blocks"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** One round of the minute's work, now. */
export async function look(peer: SeedingPeer): Promise<void> {
  const { signal } = new AbortController();
  await peer.seeding.keepHouse(signal);
  await peer.seeding.fetchBack(signal);
}
