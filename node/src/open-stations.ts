import { join } from "node:path";
import { createSourceAnalysis, type SourceAnalysis } from "./analysis/source-analysis.ts";
import { Catalogue } from "./catalogue/catalogue.ts";
import type { PeerMeasures } from "./metrics/meter.ts";
import { Network } from "./network/network.ts";
import type { Log, NetworkHandlers, NetworkOptions } from "./network/options.ts";
import { publicDhtOptions } from "./network/public-dht/public-dht-wish.ts";
import type { JoinPlan } from "./network-lists/join-plan.ts";
import { type OpenSearch, openSearch } from "./open-search.ts";
import { PostFile } from "./post/post-database.ts";
import { Sandbox } from "./sandbox/sandbox.ts";
import type { Settings } from "./settings.ts";

/** The stations that hold files, processes or sockets: opening them takes time, and may fail. */
export interface Stations {
  readonly catalogue: Catalogue;
  readonly analysis: SourceAnalysis;
  readonly sandbox: Sandbox;
  readonly search: OpenSearch;
  readonly network: Network;
  readonly postFile: PostFile;
}

interface OpenParts {
  readonly settings: Settings;
  /** 32-byte ed25519 seed. */
  readonly seed: Uint8Array;
  readonly joining: JoinPlan;
  /** What the network asks of the rest of the peer; it asks nothing before its start. */
  readonly handlers: (catalogue: Catalogue) => NetworkHandlers;
  readonly log: Log;
  /** Left out, nothing is measured. */
  readonly metrics?: PeerMeasures | undefined;
}

/** Opens all of them or none: where one fails, those that are open are closed, and its error is thrown. */
export async function openStations(parts: OpenParts): Promise<Stations> {
  const { settings, handlers, log, metrics } = parts;
  const catalogue = new Catalogue(join(settings.home, "catalogue.sqlite"));
  const analysis = createSourceAnalysis();
  const opened: { stop(): Promise<void> }[] = [analysis];
  const opening = async <Part extends { stop(): Promise<void> }>(part: Promise<Part>): Promise<Part> => {
    const ready = await part;
    opened.push(ready);
    return ready;
  };
  const results = await Promise.allSettled([
    opening(
      Sandbox.open({
        filter: analysis.filter,
        // A test takes two processes, its action's and its own.
        processes: 2 * settings.workers,
        pool: { size: settings.prestarted, limits: { memoryMb: settings.memoryMb } },
        measure: metrics?.meter.sandboxCall,
      }),
    ),
    opening(openSearch(settings, catalogue, log)),
    opening(Network.open(networkOptions(parts), handlers(catalogue))),
    opening(PostFile.open(join(settings.home, "post.sqlite"))),
  ]);
  const failed = results.find((result) => result.status === "rejected");
  const [sandbox, search, network, postFile] = results;
  if (
    sandbox.status === "fulfilled" &&
    search.status === "fulfilled" &&
    network.status === "fulfilled" &&
    postFile.status === "fulfilled"
  )
    return {
      catalogue,
      analysis,
      sandbox: sandbox.value,
      search: search.value,
      network: network.value,
      postFile: postFile.value,
    };
  await Promise.allSettled(opened.map((part) => part.stop()));
  catalogue.close();
  throw failed?.reason;
}

function networkOptions({ settings, seed, joining, log, metrics }: OpenParts): NetworkOptions {
  // "none" means it, whatever else is set.
  const publicDht = joining.how === "off" ? undefined : publicDhtOptions(settings, joining.publicDht);
  return {
    seed,
    network: settings.network,
    listen: settings.inbound ? [listenAddress(settings.host, settings.port)] : [],
    announce: settings.announce,
    bootstrap: joining.bootstrap,
    ...(publicDht === undefined ? {} : { publicDht }),
    role: "peer",
    reach: settings.reach,
    relay: settings.relay,
    ...(settings.mdns === undefined ? {} : { mdns: settings.mdns }),
    ...(metrics === undefined ? {} : { metrics: metrics.libp2p }),
    dataDir: settings.home,
    log,
    tuning: { syncIntervalMs: settings.syncIntervalMs },
  };
}

function listenAddress(host: string, port: number): string {
  return `/${host.includes(":") ? "ip6" : "ip4"}/${host}/tcp/${port}`;
}
