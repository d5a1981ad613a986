import { join } from "node:path";
import {
  type ActionId,
  type Bundle,
  createVerifier,
  type PeerId,
  type SignedRecord,
} from "@action-collective/protocol";
import type { BundleStore } from "../../../node/src/bundles/bundle-store.ts";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { gossipVerdict, Intake, type Outcome, syncVerdict } from "../../../node/src/intake/intake.ts";
import { Network } from "../../../node/src/network/network.ts";
import { composePolicy, mayServeBlock } from "../../../node/src/policy/compose.ts";
import { PolicyDesk } from "../../../node/src/policy/policy-desk.ts";
import type { WithheldRecords } from "../../../node/src/policy/withheld-records.ts";
import { OwnPublications } from "../../../node/src/publishing/own-publications.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { composeSeeding } from "../../../node/src/seeding/compose.ts";
import type { Seeding } from "../../../node/src/seeding/seeding.ts";
import { NETWORK, peerOf } from "../../helpers/records.ts";
import type { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;

/** A real network station, catalogue, intake, policy and seeding over one home; no sandbox, no API. */
export class PolicyPeer implements AsyncDisposable {
  readonly #parts: AsyncDisposableStack;
  readonly outcomes: { readonly id: string; readonly outcome: Outcome }[] = [];

  /** @param number of the key that signs its records and is its peer id. One that does not listen is met by nobody but whom it dials. */
  static async open(number: number, home: Folder, { listens = true } = {}): Promise<PolicyPeer> {
    const seed = new Uint8Array(32);
    new DataView(seed.buffer).setUint32(0, number);
    const self = peerOf(number);
    const clock = Date.now;
    const log = () => undefined;
    await using stack = new AsyncDisposableStack();
    const desk = await PolicyDesk.open({ home: home.path, self, clock, random: Math.random, log });
    const catalogue = new Catalogue(join(home.path, "catalogue.sqlite"));
    stack.defer(() => catalogue.close());
    const intake = new Intake({
      catalogue,
      verifier: createVerifier(),
      network: NETWORK,
      clock,
      stored: (record) => {
        if (record.kind === "publication" || record.kind === "withdrawal")
          desk.publishersChanged(record.subject);
      },
      equivocated: () => undefined,
      isUnwanted: (record) => desk.isUnwanted(record),
      log,
    });
    const network = await Network.open(
      {
        seed,
        network: NETWORK,
        listen: listens ? ["/ip4/127.0.0.1/tcp/0"] : [],
        bootstrap: [],
        role: "peer",
        reach: "loopback",
        dataDir: home.path,
        log,
        tuning: { degree: 1, syncIntervalMs: 1_000, fetchTimeoutMs: 1_500 },
      },
      {
        onRecord: (bytes, from) => gossipVerdict(intake.receive(bytes, from, "gossip")),
        records: catalogue.records.live,
        receive: async (records, from) => intake.receiveRun(records, from).map(syncVerdict),
        mayServe: (cid) => mayServeBlock(cid, catalogue, desk),
      },
    );
    stack.defer(() => network.stop());
    const testimony = new Testimony(catalogue.records, NETWORK);
    const reputation = new Reputation({ catalogue, self, clock });
    stack.defer(() => reputation.stop());
    const own = new OwnPublications({ records: catalogue.records, self, network: NETWORK });
    const { bundles, seeding } = composeSeeding({
      ...{ self, own, catalogue, testimony, reputation, network, policy: desk, clock, log },
      providers: () => [],
      settings: { seed: "verified", seedQuotaMb: 100 },
    });
    stack.defer(() => seeding.stop());
    const withheld = composePolicy(desk, {
      ...{ catalogue, testimony, reputation, own, clock },
      followed: () => seeding.policyChanged(),
    });
    stack.defer(() => withheld.stop());
    stack.defer(() => desk.stop());
    await withheld.apply();
    await network.start();
    seeding.start();
    const parts = { self, desk, catalogue, intake, network, bundles, seeding, withheld };
    return new PolicyPeer(parts, stack.move());
  }

  readonly self: PeerId;
  readonly desk: PolicyDesk;
  readonly catalogue: Catalogue;
  readonly intake: Intake;
  readonly network: Network;
  readonly bundles: BundleStore;
  readonly seeding: Seeding;
  readonly withheld: WithheldRecords;

  private constructor(
    parts: Pick<
      PolicyPeer,
      "self" | "desk" | "catalogue" | "intake" | "network" | "bundles" | "seeding" | "withheld"
    >,
    stack: AsyncDisposableStack,
  ) {
    ({
      self: this.self,
      desk: this.desk,
      catalogue: this.catalogue,
      intake: this.intake,
      network: this.network,
      bundles: this.bundles,
      seeding: this.seeding,
      withheld: this.withheld,
    } = parts);
    this.#parts = stack;
  }

  /** Holds an action as one that passed here, with that record. */
  async holds(bundle: Bundle, publication: SignedRecord): Promise<void> {
    this.intake.receive(publication.bytes, "test", "sync");
    this.catalogue.actions.change(bundle.id, { standing: "passed", reason: "passed", attempts: 0, due: 0 });
    await this.bundles.keep(bundle);
  }

  has({ author, kind, subject }: SignedRecord): boolean {
    return this.catalogue.records.holder(author, kind, subject) !== undefined;
  }

  /** Whether this peer gives a neighbour the code of an action. */
  async gives(to: PolicyPeer, bundle: Bundle): Promise<boolean> {
    const { id, bytes, manifest } = bundle;
    const options = {
      providers: [this.network.peerId],
      maxBytes: 100_000,
      signal: AbortSignal.timeout(10_000),
    };
    const got = await to.network.blocks.fetch(manifest.code, options).catch(() => undefined);
    const held = to.catalogue.holdings.holds(id as ActionId);
    if (held || got === undefined) return false;
    await to.bundles.discard(id, manifest);
    return got.length > 0 && bytes.length > 0;
  }

  async connect(to: PolicyPeer): Promise<void> {
    const [address] = to.network.addresses();
    if (address === undefined) throw new Error("the other peer does not listen");
    await this.network.dial(address, AbortSignal.timeout(20_000));
    const hears = (one: PolicyPeer, other: PolicyPeer) =>
      one.network.peers().some(({ id, gossip }) => id === other.network.peerId && gossip);
    await until(() => hears(this, to) && hears(to, this), { what: "both to gossip", timeoutMs: 30_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}
