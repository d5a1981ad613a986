import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Bundle,
  createSigner,
  createVerifier,
  peerIdOfKey,
  type SignedRecord,
} from "@action-collective/protocol";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Finder } from "../../../node/src/finding/finder.ts";
import { composeRemoteFinder } from "../../../node/src/finding/remote-compose.ts";
import type { RemoteFinder } from "../../../node/src/finding/remote-finder.ts";
import type { AskRules } from "../../../node/src/finding/remote-strength.ts";
import { Intake } from "../../../node/src/intake/intake.ts";
import { Network } from "../../../node/src/network/network.ts";
import type { NetworkTuning } from "../../../node/src/network/options.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { documentOf } from "../../../node/src/search/document.ts";
import { SearchIndex } from "../../../node/src/search/search-index.ts";
import { HashEmbedder } from "../../helpers/hash-embedder.ts";
import { NETWORK, publicationOf } from "../../helpers/records.ts";

/** Nobody dials by itself, and nothing but a question brings anything. */
const QUIET: Partial<NetworkTuning> = { degree: 0, syncIntervalMs: 3_600_000, gossipGraceMs: 3_600_000 };
const WEAK: AskRules = { askPeers: "weak", askBelow: 0.45 };

/**
 * A peer as far as finding goes: real network, intake, catalogue, index and finder, put together as `peer.ts` does. It is deaf
 * to gossip and does not catch up, so what it knows it was given here or got by asking.
 */
export class FindingPeer implements AsyncDisposable {
  readonly catalogue: Catalogue;
  readonly index: SearchIndex;
  readonly network: Network;
  readonly finder: RemoteFinder;
  readonly logged: string[];
  readonly #intake: Intake;
  readonly #home: string;

  static async start(seed: number, rules: AskRules = WEAK): Promise<FindingPeer> {
    const home = await mkdtemp(join(tmpdir(), "collective-finding-"));
    const logged: string[] = [];
    const log = (level: string, message: string) => void logged.push(`${level} ${message}`);
    const catalogue = new Catalogue(join(home, "catalogue.sqlite"));
    const index = await SearchIndex.open({
      ...{ database: catalogue.database, indexFile: join(home, "vectors.index") },
      embedder: new HashEmbedder(),
      log: { info: (message) => log("info", message), warn: (message) => log("warn", message) },
    });
    const key = new Uint8Array(32).fill(seed);
    const id = peerIdOfKey(createSigner(key).publicKey);
    const reputation = new Reputation({ catalogue, self: id, clock: () => 1_000_000 });
    const finder = new Finder({ source: index, catalogue, reputation });
    const intake = new Intake({
      ...{ catalogue, verifier: createVerifier(), network: NETWORK, clock: () => 1_000_000 },
      stored: (record: SignedRecord) => {
        if (record.kind !== "publication") return;
        catalogue.actions.publishedBy(record.subject, record.author);
        index.add(documentOf(record.subject, record.action.manifest));
      },
      ...{ equivocated: () => undefined, log: () => undefined },
    });
    let answering: RemoteFinder | undefined;
    const network = await Network.open(
      {
        ...{ seed: key, network: NETWORK, listen: ["/ip4/127.0.0.1/tcp/0"], bootstrap: [], role: "peer" },
        ...{ reach: "loopback", dataDir: home, log, tuning: QUIET },
      },
      {
        onRecord: () => "ignore",
        receive: async (records) => records.map(() => "known" as const),
        records: catalogue.records.live,
        questions: {
          answer: async (request, signal) => (await answering?.answer(request, signal)) ?? [],
        },
      },
    );
    answering = composeRemoteFinder({ finder, index, network, intake, catalogue, rules, log });
    await network.start();
    return new FindingPeer({ catalogue, index, network, finder: answering, logged, intake, home });
  }

  private constructor(
    parts: Pick<FindingPeer, "catalogue" | "index" | "network" | "finder" | "logged"> & Hidden,
  ) {
    this.catalogue = parts.catalogue;
    this.index = parts.index;
    this.network = parts.network;
    this.finder = parts.finder;
    this.logged = parts.logged;
    this.#intake = parts.intake;
    this.#home = parts.home;
  }

  /** Hears of an action that an author published. */
  learn(bundle: Bundle, author: number): void {
    const outcome = this.#intake.receive(publicationOf(bundle, author).bytes, "the test", "sync");
    if (outcome !== "new") throw new Error(`the record is ${outcome}`);
  }

  async stop(): Promise<void> {
    await this.network.stop();
    await this.index.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.catalogue.close();
    await rm(this.#home, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Hidden {
  readonly intake: Intake;
  readonly home: string;
}
