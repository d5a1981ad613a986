import { join } from "node:path";
import type { ActionId, PeerId, Policy, PolicyChange, PolicyView } from "@action-collective/protocol";
import { Slices } from "../finding/slices.ts";
import type { Log } from "../network/options.ts";
import { OneAtATime } from "../one-at-a-time.ts";
import { type Block, type Blocks, judge, type PolicyFacts, type Refusal, type Stage } from "./acceptable.ts";
import { BlockLists, type BlockListsParts } from "./block-lists.ts";
import { HiddenCount, type HiddenParts } from "./hidden.ts";
import { Judgements } from "./judgements.ts";
import { ListCache } from "./list-cache.ts";
import { fetchList, readListFile, stampOf } from "./list-source.ts";
import { changedPolicy, readPolicy, writePolicy } from "./policy-file.ts";
import { PREVIEWED, type Preview, previewOf } from "./preview.ts";

/** Lists as they were last read, in the peer's home. */
const LISTS_FOLDER = "block-lists";

export interface PolicyDeskParts {
  readonly home: string;
  readonly self: PeerId;
  readonly clock: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** Only tests name others. */
  readonly sources?: Partial<Pick<BlockListsParts, "readFile" | "stampOf" | "fetch">>;
}

/** What the desk needs to judge actions by their ids. */
export interface KnownActions extends Pick<HiddenParts, "total"> {
  readonly factsOf: (id: ActionId) => PolicyFacts | undefined;
  /** The ids of those that might be offered, in pages; of all, or of the newest so many. */
  readonly pages: (newest?: number) => Iterable<readonly ActionId[]>;
}

/** What of a record decides whether it is wanted here. */
export interface Statement {
  readonly author: string;
  readonly kind: string;
  readonly subject: string;
}

/** Called when rules or lists are others than before; a change is through when all have resolved. */
export type PolicyListener = () => Promise<void> | void;

const NOTHING: KnownActions = { factsOf: () => undefined, pages: () => [], total: () => 0 };

/** The user's rules and the block lists they follow, as they are now: keeps them, changes them, and judges by them. */
export class PolicyDesk implements Blocks {
  readonly #parts: PolicyDeskParts;
  readonly #lists: BlockLists;
  readonly #turns = new OneAtATime();
  readonly #listeners: PolicyListener[] = [];
  #policy: Policy;
  #blocked: { readonly peers: ReadonlySet<string>; readonly actions: ReadonlySet<string> };
  #known: KnownActions = NOTHING;
  #judgements: Judgements;
  #hidden: HiddenCount;
  #told: Promise<unknown> = Promise.resolve();

  /** Reads the policy and what is known of its lists. @throws {InvalidPolicyError} */
  static async open(parts: PolicyDeskParts): Promise<PolicyDesk> {
    const desk = new PolicyDesk(parts, await readPolicy(parts.home));
    await desk.#lists.follow(desk.#policy.lists ?? []);
    return desk;
  }

  private constructor(parts: PolicyDeskParts, policy: Policy) {
    const { home, clock, random, log, sources } = parts;
    this.#parts = parts;
    this.#policy = policy;
    this.#blocked = blockedBy(policy);
    this.#lists = new BlockLists({
      ...{ cache: new ListCache(join(home, LISTS_FOLDER)), clock, random, log },
      ...{ readFile: readListFile, stampOf, fetch: fetchList, ...sources },
      changed: () => this.#changed(),
    });
    [this.#judgements, this.#hidden] = this.#judging(NOTHING);
  }

  get current(): Policy {
    return this.#policy;
  }

  /** Once the catalogue is open: what is known, to be judged by its id. */
  attach(known: KnownActions): void {
    this.#known = known;
    [this.#judgements, this.#hidden] = this.#judging(known);
  }

  /** Before the start. */
  onChange(listener: PolicyListener): void {
    this.#listeners.push(listener);
  }

  /** Looks at lists that were not read yet, and from then on from time to time. */
  start(): void {
    this.#lists.start();
  }

  async stop(): Promise<void> {
    await this.#lists.stop();
    await this.#turns.run(async () => undefined);
    await this.#told;
    await this.#hidden.stop();
  }

  judge(facts: PolicyFacts, stage: Stage = "run"): Refusal | undefined {
    return judge(this.#policy, this, facts, stage);
  }

  /** The first thing that is held against a known action; undefined for what is acceptable, or not known. Cheap. */
  refusal(id: ActionId, stage: Stage): Refusal | undefined {
    return this.#judgements.refusal(id, stage);
  }

  /** All that is held against running a known action; what a withdrawal means is the gate's to say. */
  objections(id: ActionId): Refusal[] {
    return this.#judgements.objections(id, "run");
  }

  /** Rules that are set, by name, and how many lists are in force: what passed, passed these. */
  rules(): string[] {
    const { approved: _, onDoubt: __, runScore: ___, lists: ____, ...rules } = this.#policy;
    const set = Object.entries(rules).filter(([, value]) => value !== undefined);
    return [...set.map(([name]) => name), ...(this.#lists.isEmpty ? [] : ["lists"])];
  }

  get anyPeer(): boolean {
    return this.#blocked.peers.size > 0 || this.#lists.anyPeer;
  }

  peer(peer: string): Block | undefined {
    if (peer === this.#parts.self) return undefined;
    return this.#blocked.peers.has(peer) ? BY_USER : this.#lists.peer(peer);
  }

  action(action: string): Block | undefined {
    return this.#blocked.actions.has(action) ? BY_USER : this.#lists.action(action);
  }

  isBlocked(peer: string): boolean {
    return this.peer(peer) !== undefined;
  }

  /**
   * True for what is neither stored nor passed on: anything that a blocked peer signed, and others' publications of
   * blocked actions. One's own statements are never among them. The other rules keep nothing out of the catalogue: they are
   * a matter of taste, may change tomorrow, and neighbours catch up through this peer.
   */
  isUnwanted({ author, kind, subject }: Statement): boolean {
    if (author === this.#parts.self) return false;
    return this.isBlocked(author) || (kind === "publication" && this.action(subject) !== undefined);
  }

  /** All that is blocked, by the user or a list; some ids come more than once. */
  *everyBlocked(what: "peers" | "actions"): Iterable<string> {
    yield* this.#blocked[what];
    yield* this.#lists.listed(what);
  }

  /** Somebody published it or took it back. */
  publishersChanged(id?: ActionId): void {
    if (id === undefined) this.#judgements.forgetAll();
    else this.#judgements.forget(id);
  }

  view(): PolicyView {
    return { policy: this.#policy, lists: this.#lists.states(), hidden: this.#hidden.get() };
  }

  /**
   * Puts a change into force and writes it down; what is given replaces, null takes out. Everything that depends on it
   * follows without a restart, and what was written into the file by hand meanwhile comes into force with it.
   * @throws {InvalidPolicyError} and nothing changed
   */
  async change(change: PolicyChange): Promise<PolicyView> {
    const { areListsNew } = await this.#turns.run(
      async () => await this.#put(changedPolicy(await this.#written(), change)),
    );
    // Not in a turn: a server that says nothing keeps no other change waiting.
    if (areListsNew) await this.#lists.look();
    await this.#told;
    await this.#hidden.fresh();
    return this.view();
  }

  /**
   * What a change would hide and show of what is known, without making it. A list that is not followed yet is not read for it.
   * @throws {InvalidPolicyError} as `change` would; and the signal's reason
   */
  async preview(change: PolicyChange, signal: AbortSignal): Promise<Preview> {
    const policy = changedPolicy(await this.#written(), change);
    const blocks = this.#blocksUnder(policy);
    const { factsOf, pages, total } = this.#known;
    return await previewOf({
      total: total(),
      pages: pages(PREVIEWED),
      before: (id) => this.refusal(id, "offer"),
      after: (id) => {
        const facts = factsOf(id);
        return facts && judge(policy, blocks, facts, "offer");
      },
      slices: new Slices(signal),
    });
  }

  /** The user said yes to this action for good. @throws {InvalidPolicyError} too many */
  async approve(id: ActionId): Promise<void> {
    await this.#turns.run(async () => {
      const written = await this.#written();
      if (written.approved?.includes(id) !== true)
        await this.#put(changedPolicy(written, { add: { approved: [id] } }));
    });
    await this.#told;
  }

  #written(): Promise<Policy> {
    return readPolicy(this.#parts.home);
  }

  async #put(policy: Policy): Promise<{ areListsNew: boolean }> {
    await writePolicy(this.#parts.home, policy);
    const areListsNew = JSON.stringify(policy.lists ?? []) !== JSON.stringify(this.#policy.lists ?? []);
    this.#policy = policy;
    this.#blocked = blockedBy(policy);
    this.#changed();
    if (areListsNew) await this.#lists.follow(policy.lists ?? []);
    return { areListsNew };
  }

  /** As this desk would block if that were its policy. */
  #blocksUnder(policy: Policy): Blocks {
    const blocked = blockedBy(policy);
    const lists = this.#lists.onlyOf(new Set((policy.lists ?? []).map(({ source }) => source)));
    const { self } = this.#parts;
    return {
      anyPeer: blocked.peers.size > 0 || lists.anyPeer,
      peer: (peer) => {
        if (peer === self) return undefined;
        return blocked.peers.has(peer) ? BY_USER : lists.peer(peer);
      },
      action: (action) => (blocked.actions.has(action) ? BY_USER : lists.action(action)),
    };
  }

  #changed(): void {
    this.#judgements.forgetAll();
    const heard = this.#listeners.map(async (listener) => await listener());
    this.#told = Promise.allSettled([this.#told, ...heard]).then((results) => {
      for (const result of results)
        if (result.status === "rejected")
          this.#parts.log("error", "a change of the policy could not be followed everywhere", {
            reason: String(result.reason),
          });
    });
  }

  #judging(known: KnownActions): [Judgements, HiddenCount] {
    const judgements = new Judgements(() => ({ policy: this.#policy, blocks: this }), known.factsOf);
    const hidden = new HiddenCount({
      ...{ total: known.total, pages: known.pages, now: () => performance.now() },
      refusal: (id) => judgements.refusal(id, "offer"),
      failed: (error) =>
        this.#parts.log("warn", "what the policy hides could not be counted", { reason: String(error) }),
    });
    return [judgements, hidden];
  }
}

const BY_USER: Block = { list: undefined, reason: "" };

function blockedBy({ blockedPeers = [], blockedActions = [] }: Policy) {
  return { peers: new Set(blockedPeers), actions: new Set(blockedActions) };
}
