import { randomBytes, randomUUID } from "node:crypto";
import { availableParallelism, loadavg } from "node:os";
import {
  type ActionId,
  type Bundle,
  createSigner,
  createVerifier,
  type PeerId,
  peerIdOfKey,
  proveEquivocation,
  type SignedRecord,
} from "@action-collective/protocol";
import type { CID } from "multiformats/cid";
import type { SourceAnalysis } from "./analysis/source-analysis.ts";
import { cidOfBlock } from "./block-name.ts";
import type { BundleStore } from "./bundles/bundle-store.ts";
import { bearersOf } from "./capabilities/bearers.ts";
import { Capabilities } from "./capabilities/capabilities.ts";
import type { Catalogue } from "./catalogue/catalogue.ts";
import { Testimony } from "./catalogue/testimony.ts";
import { EventHub } from "./events/event-hub.ts";
import { tellEvents } from "./events/tell-events.ts";
import { Finder } from "./finding/finder.ts";
import { composeRemoteFinder } from "./finding/remote-compose.ts";
import type { RemoteFinder } from "./finding/remote-finder.ts";
import { composeGiveAndTake } from "./give-and-take/compose.ts";
import type { GiveAndTake } from "./give-and-take/give-and-take.ts";
import { gossipVerdict, Intake, syncVerdict, type Via } from "./intake/intake.ts";
import { bringInLibrary, libraryFolder } from "./library/starter-library.ts";
import type { PeerMeasures } from "./metrics/meter.ts";
import type { Network } from "./network/network.ts";
import type { Log } from "./network/options.ts";
import { type JoinPlan, planJoining } from "./network-lists/join-plan.ts";
import type { OpenSearch } from "./open-search.ts";
import { openStations, type Stations } from "./open-stations.ts";
import { composePolicy, mayServeBlock } from "./policy/compose.ts";
import { grantParts } from "./policy/grants.ts";
import { PolicyDesk } from "./policy/policy-desk.ts";
import type { WithheldRecords } from "./policy/withheld-records.ts";
import { composePost } from "./post/compose.ts";
import type { Post } from "./post/post.ts";
import { Announcer } from "./publishing/announcer.ts";
import { OwnKey } from "./publishing/own-key.ts";
import { OwnPublications } from "./publishing/own-publications.ts";
import { Publisher } from "./publishing/publisher.ts";
import { Withdrawer } from "./publishing/withdrawer.ts";
import { Reputation } from "./reputation/reputation.ts";
import { TrustBook } from "./reputation/trust-book.ts";
import { Audit } from "./runs/audit.ts";
import { FeedbackDesk } from "./runs/feedback.ts";
import { Gatekeeper } from "./runs/gatekeeper.ts";
import { Runner } from "./runs/runner.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { WorkerSchemaChecker } from "./schemas/schema-checker.ts";
import { documentOf } from "./search/document.ts";
import type { SearchIndex } from "./search/search-index.ts";
import { composeSeeding } from "./seeding/compose.ts";
import type { Keeper } from "./seeding/keeper.ts";
import type { Seeding } from "./seeding/seeding.ts";
import type { Settings } from "./settings.ts";
import { PinnedTools } from "./tools/pinned-tools.ts";
import { createJudge } from "./verification/judge.ts";
import { VerificationQueue } from "./verification/queue.ts";
import { runnerVersion } from "./verification/runner-version.ts";
import { type Urgency, Verification } from "./verification/verification.ts";

/** Providers tried before the DHT is asked. */
const HOLDERS_TRIED = 8;

export interface PeerOptions {
  readonly settings: Settings;
  /** 32-byte ed25519 seed. */
  readonly seed: Uint8Array;
  readonly clock: () => number;
  readonly log: Log;
  /** Told of the work that is done; left out, nothing is measured. */
  readonly metrics?: PeerMeasures | undefined;
}

/**
 * One running peer. The only place that knows all parts: it builds them, hands each just what it needs, and starts
 * and stops them in order.
 */
export class Peer {
  readonly id: PeerId;
  readonly settings: Settings;
  /** Whom this peer joins through, and by whose word. */
  readonly joining: JoinPlan;
  readonly catalogue: Catalogue;
  readonly search: SearchIndex;
  readonly embedder: OpenSearch["embedder"];
  readonly finder: Finder;
  /** The finder with its neighbours. */
  readonly remote: RemoteFinder;
  readonly sandbox: Sandbox;
  readonly analysis: SourceAnalysis;
  readonly network: Network;
  readonly policy: PolicyDesk;
  readonly reputation: Reputation;
  readonly trustBook: TrustBook;
  readonly giveAndTake: GiveAndTake;
  readonly testimony: Testimony;
  readonly verification: Verification;
  readonly ownPublications: OwnPublications;
  readonly publisher: Publisher;
  readonly withdrawer: Withdrawer;
  readonly ownKey: OwnKey;
  readonly runner: Runner;
  readonly capabilities: Capabilities;
  readonly feedback: FeedbackDesk;
  readonly pinnedTools: PinnedTools;
  readonly bundles: BundleStore;
  readonly seeding: Seeding;
  readonly keeper: Keeper;
  readonly post: Post;
  /** What happens here, for whoever looks on. */
  readonly events: EventHub;
  readonly startedAt: number;
  readonly #tell: ReturnType<typeof tellEvents>;
  readonly #withheld: WithheldRecords;
  readonly #queue: VerificationQueue;
  readonly #schemas: WorkerSchemaChecker;
  readonly #intake: Intake;
  readonly #announcer: Announcer;
  readonly #stopSearch: () => Promise<void>;
  readonly #clock: () => number;
  readonly #log: Log;
  #library: Promise<ActionId[]> = Promise.resolve([]);
  #stopped: Promise<void> | undefined;

  /** Opens what lies in the home; nothing listens or runs before `start`. */
  static async open(options: PeerOptions): Promise<Peer> {
    const { settings, log } = options;
    const joining = await planJoining(settings, { now: options.clock(), random: Math.random });
    if (joining.how === "expired") log("warn", joining.note);
    const policy = await PolicyDesk.open({
      home: settings.home,
      self: peerIdOfKey(createSigner(options.seed).publicKey),
      clock: options.clock,
      random: Math.random,
      log,
    });
    let peer: Peer | undefined;
    const later = () => {
      if (peer === undefined) throw new Error("the network spoke before the peer was built");
      return peer;
    };
    const stations = await openStations({
      settings,
      seed: options.seed,
      joining,
      log,
      metrics: options.metrics,
      handlers: (catalogue) => ({
        onRecord: (bytes, from) => gossipVerdict(later().#intake.receive(bytes, from, "gossip")),
        records: catalogue.records.live,
        onMember: (peer) => later().#met(peer),
        mayServe: (cid) => later().#mayServe(cid),
        letters: { serve: (stream, peer) => later().post.serve(stream, peer) },
        questions: { answer: (request, signal) => later().remote.answer(request, signal) },
        dealings: {
          share: (peer) => later().giveAndTake.share(peer),
          gave: (peer, bytes) => later().giveAndTake.gave(peer, bytes),
          took: (peer, bytes) => later().giveAndTake.took(peer, bytes),
          putOff: (peer) => later().giveAndTake.putOff(peer),
        },
        receive: async (records, from) => later().#intake.receiveRun(records, from).map(syncVerdict),
      }),
    });
    peer = new Peer(options, joining, policy, stations);
    return peer;
  }

  private constructor(
    options: PeerOptions,
    joining: JoinPlan,
    policy: PolicyDesk,
    { catalogue, analysis, sandbox, network, search: opened, postFile }: Stations,
  ) {
    const { settings, seed, clock, log } = options;
    const meter = options.metrics?.meter;
    const { index: search, embedder, stop: stopSearch } = opened;
    const signer = createSigner(seed);
    this.id = peerIdOfKey(signer.publicKey);
    this.settings = settings;
    this.joining = joining;
    this.policy = policy;
    this.catalogue = catalogue;
    this.sandbox = sandbox;
    this.search = search;
    this.embedder = embedder;
    this.#stopSearch = stopSearch;
    this.network = network;
    this.startedAt = clock();
    this.events = new EventHub(clock);
    this.#clock = clock;
    this.#log = log;
    const { actions } = catalogue;
    this.#tell = tellEvents({ hub: this.events, actions, clock });
    const warn = (message: string) => log("warn", message);
    const debug = (message: string) => log("debug", message);

    const testimony = new Testimony(catalogue.records, settings.network);
    this.testimony = testimony;
    this.ownPublications = new OwnPublications({
      records: catalogue.records,
      self: this.id,
      network: settings.network,
    });
    this.reputation = new Reputation({ catalogue, self: this.id, clock, elapsed: () => performance.now() });
    this.reputation.suggest(joining.suggests);
    const { reputation } = this;
    const shun = () => reputation.shun((peer) => policy.isBlocked(peer));
    shun();
    policy.onChange(shun);
    policy.onChange(this.#tell.rules);
    this.#withheld = composePolicy(policy, {
      catalogue,
      testimony,
      reputation,
      own: this.ownPublications,
      clock,
      followed: () => {
        this.seeding.policyChanged();
        this.#wake();
      },
    });
    this.finder = new Finder({ source: search, catalogue, reputation, policy });
    const changed = () => this.reputation.soon();
    this.#schemas = new WorkerSchemaChecker();
    this.analysis = analysis;
    ({
      bundles: this.bundles,
      seeding: this.seeding,
      keeper: this.keeper,
    } = composeSeeding({
      own: this.ownPublications,
      self: this.id,
      catalogue,
      testimony,
      reputation,
      network,
      providers: (id) => this.#connectedFirst(testimony.likelyHolders(id, this.id, HOLDERS_TRIED)),
      policy,
      settings,
      clock,
      log,
    }));
    this.#intake = new Intake({
      catalogue,
      verifier: createVerifier(),
      network: settings.network,
      clock,
      log: debug,
      stored: (record, via) => this.#stored(record, via),
      equivocated: (one, other) => this.#accuse(one, other),
      isUnwanted: (record) => policy.isUnwanted(record),
      measure: meter?.record,
    });
    this.remote = composeRemoteFinder({
      finder: this.finder,
      index: search,
      network,
      intake: {
        receive: (bytes, from, via) => {
          const outcome = this.#intake.receive(bytes, from, via);
          if (outcome === "new") this.giveAndTake.took(from, bytes.length);
          return outcome;
        },
      },
      catalogue,
      rules: settings,
      isBlocked: (peer) => policy.isBlocked(peer),
      log,
      measure: meter?.search,
    });
    this.#announcer = new Announcer({
      signer,
      self: this.id,
      network: settings.network,
      catalogue,
      intake: this.#intake,
      clock,
      gossip: (bytes) => network.publish(bytes),
      log: debug,
    });
    const partsOf = (urgency: Urgency) => ({ sandbox: sandbox.at(urgency), schemas: this.#schemas, clock });
    const announcer = this.#announcer;
    this.trustBook = new TrustBook({ catalogue, announcer, self: this.id, clock, changed: this.#tell.rules });
    this.ownKey = new OwnKey({
      announcer,
      records: catalogue.records,
      self: this.id,
      successor: () => reputation.successor(this.id),
      clock,
    });
    this.giveAndTake = composeGiveAndTake({ catalogue, reputation, clock, log });
    this.verification = new Verification({
      analysis,
      judges: {
        asked: createJudge({ ...partsOf("asked"), analysis }),
        background: createJudge({ ...partsOf("background"), analysis }),
        first: createJudge(partsOf("background")),
      },
      bundles: this.bundles,
      catalogue,
      announcer,
      self: this.id,
      clock,
      refusal: (id) => policy.refusal(id, "verify"),
      changed: (id) => {
        changed();
        this.#tell.verified(id);
      },
      measure: meter?.verification,
    });
    this.#queue = new VerificationQueue(
      {
        actions,
        share: (publisher) => this.giveAndTake.share(publisher),
        verify: (id, signal) => this.verification.verify(id, signal, "background"),
        refusal: (id) => policy.refusal(id, "verify"),
        runner: runnerVersion(sandbox.description),
        clock,
        loadPerCore: () => (loadavg()[0] ?? 0) / availableParallelism(),
        log: debug,
        warn,
      },
      { workers: settings.workers, quietLoad: settings.quietLoad, perMinute: settings.verifyPerMinute },
    );
    this.publisher = new Publisher({
      analysis,
      refuseFindings: settings.refuseFindings,
      schemas: this.#schemas,
      verification: this.verification,
      bundles: this.bundles,
      announcer,
      catalogue,
      clock,
      added: (bundle) => search.add(documentOf(bundle.id, bundle.manifest)),
    });
    this.withdrawer = new Withdrawer({
      own: this.ownPublications,
      announcer,
      catalogue,
      unprovide: (block) => network.unprovide(cidOfBlock(block)),
      log: warn,
    });
    this.feedback = new FeedbackDesk(
      { catalogue, announcer, changed, random: Math.random, log: warn },
      { publish: settings.feedback, intervalMs: settings.feedbackIntervalMs },
    );
    this.runner = new Runner({
      sandbox,
      schemas: this.#schemas,
      verification: this.verification,
      bundles: this.bundles,
      catalogue,
      gatekeeper: new Gatekeeper({
        actions,
        reputation,
        policy,
        grants: grantParts(settings.home, settings),
        own: this.ownPublications,
        refuseFindings: settings.refuseFindings,
        wallMs: sandbox.limits.wallMs,
        measure: meter?.gate,
      }),
      memoryMb: settings.memoryMb,
      measure: meter?.run,
      clock,
      runId: randomUUID,
      audit: new Audit({
        catalogue,
        audience: this.feedback.audience,
        counted: (id) => {
          changed();
          this.seeding.used(id);
          this.feedback.soon();
        },
        told: (event) => this.events.publish(event),
        warn,
      }),
    });
    this.capabilities = new Capabilities({ clock, random: randomBytes });
    this.pinnedTools = new PinnedTools({
      home: settings.home,
      actions,
      gate: (id) => this.runner.gate(id),
    });
    this.post = composePost({
      self: this.id,
      network: settings.network,
      signer,
      file: postFile,
      open: (peer, signal) => network.openLetter(peer, signal),
      bearers: bearersOf(this.capabilities),
      isBlocked: (peer) => policy.isBlocked(peer),
      share: (peer) => this.giveAndTake.share(peer),
      clock,
      log,
    });
  }

  /** Listens and joins; the starter library and the verification of what is pending go on in the background. */
  async start(): Promise<void> {
    await this.reputation.load();
    await this.#withheld.apply();
    await this.network.start();
    this.policy.start();
    this.seeding.start();
    this.post.start();
    if (this.settings.library) this.#library = this.#bringInLibrary();
    this.#wake();
  }

  /** The actions that the starter library added at this start, once it has been brought in (or could not be). */
  libraryIn(): Promise<readonly ActionId[]> {
    return this.#library;
  }

  /** What verification that nobody asked for waits for; undefined when it goes on. */
  verificationWaitsFor(): "load" | "rate" | "asked-only" | undefined {
    return this.settings.verify ? this.#queue.heldUpBy() : "asked-only";
  }

  /** Stops in the order of the flow, so that nothing new arrives while what runs is brought to an end. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await this.#attempt("verification queue", () =>
      Promise.all([this.#queue.stop(), this.verification.stop()]),
    );
    await this.#attempt("policy", () => Promise.all([this.policy.stop(), this.#withheld.stop()]));
    await this.#attempt("feedback", () => this.feedback.stop());
    await this.#attempt("library", () => this.#library);
    await this.#attempt("seeding", () => this.seeding.stop());
    await this.#attempt("post", () => this.post.stop());
    await this.#attempt("network", () => this.network.stop());
    await this.#attempt("give and take", () => this.giveAndTake.stop());
    await this.#attempt("sandbox", () => this.sandbox.stop());
    await this.#attempt("analysis", () => this.analysis.stop());
    await this.#attempt("search", this.#stopSearch);
    await this.#attempt("schemas", () => this.#schemas.stop());
    this.reputation.stop();
    this.catalogue.close();
  }

  async #attempt(what: string, stop: () => Promise<unknown>): Promise<void> {
    try {
      await stop();
    } catch (error) {
      this.#log("error", `${what} did not stop cleanly`, { error: String(error) });
    }
  }

  /** Inside the transaction that stored the record: writes what depends on it, and notes what comes after. */
  #stored(record: SignedRecord, via: Via): void {
    this.reputation.soon();
    this.#tell.arrived(record, via);
    switch (record.kind) {
      case "publication":
        this.policy.publishersChanged(record.subject);
        this.catalogue.actions.publishedBy(record.subject, record.author);
        this.search.add(documentOf(record.subject, record.action.manifest));
        this.#soon(via === "own" ? [] : this.verification.verdictOnceKnown(record.subject));
        break;
      case "feedback":
        if (via !== "own") this.catalogue.actions.want(record.subject, "popular");
        break;
      case "withdrawal":
        this.policy.publishersChanged(record.subject);
        break;
      case "succession":
        // A key that was compromised publishes nothing; one that has a successor publishes what it did before.
        if (record.subject === record.author) this.policy.publishersChanged();
        break;
      case "trust":
        if (via !== "own") this.trustBook.recover(record);
        break;
      case "equivocation":
        if (record.subject === this.id)
          this.#log(
            "error",
            "a proof says that this key signed two records where one was possible: is it in use twice?",
          );
    }
  }

  /** Makes a proof of it that anybody believes who checks it (SPEC §4.10), once for each accused. */
  #accuse(one: SignedRecord, other: SignedRecord): void {
    if (one.author === this.id || this.testimony.equivocated(one.author)) return;
    const proof = this.#announcer.store("equivocation", one.author, proveEquivocation(one, other));
    this.#soon([proof]);
  }

  /** After the transaction at hand: says what was written in it, and looks for work. */
  #soon(records: readonly SignedRecord[]): void {
    setImmediate(() => {
      if (this.#stopped !== undefined) return;
      this.#wake();
      for (const record of records) void this.#announcer.gossip(record);
    });
  }

  /** A peer that was just met may hold what nobody could give before. */
  #met(peer: string): void {
    if (this.#stopped !== undefined) return;
    this.post.met(peer);
    this.catalogue.actions.hurry(this.#clock());
    this.#wake();
  }

  #mayServe(cid: CID): boolean {
    try {
      return mayServeBlock(cid, this.catalogue, this.policy);
    } catch (error) {
      // What cannot be looked up is not given.
      this.#log("debug", "a block was not given", { reason: String(error) });
      return false;
    }
  }

  #connectedFirst(peers: readonly string[]): string[] {
    const connected = new Set(this.network.peers().map((peer) => peer.id));
    return peers.toSorted((a, b) => Number(connected.has(b)) - Number(connected.has(a)));
  }

  #wake(): void {
    if (this.settings.verify) this.#queue.wake();
  }

  async #bringInLibrary(): Promise<ActionId[]> {
    const { catalogue, bundles } = this;
    try {
      const parts = {
        catalogue,
        bundles,
        clock: this.#clock,
        added: (bundle: Bundle) => this.search.add(documentOf(bundle.id, bundle.manifest)),
        log: (message: string) => this.#log("warn", message),
      };
      const fresh = await bringInLibrary(libraryFolder(), parts);
      if (this.settings.libraryNet)
        fresh.push(...(await bringInLibrary(libraryFolder("net-actions"), parts)));
      // What a stranger published of it before was judged as the stranger's.
      this.policy.publishersChanged();
      if (fresh.length > 0) this.#wake();
      return fresh;
    } catch (error) {
      this.#log("warn", "the starter library could not be read", { error: String(error) });
      return [];
    }
  }
}
