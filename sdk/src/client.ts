import type {
  ActionView,
  AgentFrame,
  BodyOfRoute,
  BrowsePage,
  Budget,
  CapabilityBlock,
  CapabilityView,
  Card,
  DashboardLink,
  Described,
  FeedbackView,
  Graph,
  Identity,
  Json,
  Keepings,
  Kept,
  KeyStatement,
  Language,
  Mark,
  PeerSummary,
  PeerView,
  PinnedTool,
  PolicyChange,
  PolicyPreview,
  PolicyView,
  Proof,
  Published,
  Receipt,
  ResponseOfRoute,
  RunsPage,
  ScoreExplanation,
  SearchAnswer,
  Status,
  TrustStatement,
  TrustView,
  VerificationView,
  Versions,
  Withdrawn,
} from "@action-collective/protocol";
import { type Approval, runAsking } from "./approval.ts";
import { type Caller, type CallOptions, PeerCaller } from "./caller.ts";
import { definitionOf, type Publishable } from "./define/define-action.ts";
import type { ConnectOptions } from "./discovery.ts";
import { execute } from "./execute/execute.ts";
import { Task } from "./execute/task.ts";
import type { ExecuteResult, TaskOptions } from "./execute/types.ts";
import { readActionSource } from "./read-action-source.ts";
import { type SearchOptions, searchBody } from "./search-options.ts";
import { makeTools, type ToolOptions } from "./tools/tools.ts";
import type { ToolAdapter } from "./tools/types.ts";

export interface RunOptions extends CallOptions {
  /** The user's yes, should the peer want one for this run; without it such a run is refused. */
  readonly approve?: Approval | undefined;
}

/**
 * What the user says of a peer. 2: known well, or its work was checked at length. 1: what was seen of it was right.
 * 0: nothing. -1: what was seen of it was often wrong. -2: it acts in bad faith.
 */
export type TrustLevel = TrustStatement["level"];

/** Which actions, in which order; see the filters of `SearchOptions`. */
export type BrowseOptions = CallOptions & BodyOfRoute<"browse">;

/** Which runs: of one action (its id), only those that failed, from which place on. */
export type RunsOptions = CallOptions & BodyOfRoute<"runs">;

export interface SayingOptions extends CallOptions {
  /** For oneself, or for whoever reads a published statement; at most 500 characters. */
  readonly reason?: string | undefined;
  /** Sign it and tell the network; by default it stays on this machine. */
  readonly publish?: boolean | undefined;
}

/** A receipt whose output has the type the caller expects of this action. */
export type ReceiptOf<Output> = Omit<Receipt, "output"> & { output: Output };

/**
 * The local peer, as an agent uses it. Wherever a `ref` is asked for, an action's id, an unambiguous beginning of
 * it, or a name that only one known action has will do. A peer's id, too, may be shortened to a beginning that only one
 * known peer has.
 *
 * Every method throws `ApiError` when the peer refuses, `PeerUnreachableError` when none answers, and
 * `ContractMismatchError` when its answer does not fit this version.
 */
export class ActionClient {
  readonly #caller: Caller;

  /**
   * Looks for the peer at the first call; `ActionClient.connect` does so at once.
   * @param caller in place of the local API; `options` count for nothing then
   */
  constructor(options: ConnectOptions = {}, caller: Caller = new PeerCaller(options)) {
    this.#caller = caller;
  }

  /** @throws {PeerUnreachableError} no peer answers. */
  static async connect(options: ConnectOptions & CallOptions = {}): Promise<ActionClient> {
    const client = new ActionClient(options);
    await client.health(options);
    return client;
  }

  /**
   * Actions that do what `query` describes, best first. A card is small: schemas, code, test and cases come with
   * `show` and `source`. No match is an empty list.
   */
  async search(query: string, options: SearchOptions = {}): Promise<Card[]> {
    return (await this.find(query, options)).cards;
  }

  /** The same, with whether connected peers were asked, and whether even the best of it is weak. */
  async find(query: string, options: SearchOptions = {}): Promise<SearchAnswer> {
    return await this.#caller.call("search", "", searchBody(query, options), options);
  }

  show(ref: string, options: CallOptions = {}): Promise<ActionView> {
    return this.#caller.call("show", ref, undefined, options);
  }

  source(ref: string, options: CallOptions = {}): Promise<ResponseOfRoute<"source">> {
    return this.#caller.call("source", ref, undefined, options);
  }

  /**
   * Runs an action in the peer's sandbox. `Output` is the caller's word: the peer checks the action's own schema.
   * @throws {ApiError} `approval-needed` when the peer doubts and nobody said yes; `refused-by-policy` when no yes helps;
   * `verification-failed`, `input-invalid`, `action-threw`, `output-invalid`, `sandbox-limit` for what their names say.
   */
  async run<Output = Json>(ref: string, input: Json, options: RunOptions = {}): Promise<ReceiptOf<Output>> {
    const { approve } = options;
    const run = async (which: string, yes?: "once" | "always") =>
      (await this.#caller.call(
        "run",
        which,
        { input, ...(yes === undefined ? {} : { approve: yes }) },
        options,
      )) as ReceiptOf<Output>;
    if (typeof approve !== "function") return run(ref, approve);
    const idOf = async (which: string) => (await this.show(which, options)).id;
    return runAsking({ run, idOf }, ref, approve);
  }

  /** `run`, for callers who want nothing but the output. */
  async call<Output = Json>(ref: string, input: Json, options: RunOptions = {}): Promise<Output> {
    return (await this.run<Output>(ref, input, options)).output;
  }

  /** Runs the action's unit test on the peer now; a failed test is an answer, not an error. */
  verify(ref: string, options: CallOptions = {}): Promise<VerificationView> {
    return this.#caller.call("verify", ref, {}, options);
  }

  feedback(
    ref: string,
    { useful, signal }: CallOptions & { readonly useful: boolean },
  ): Promise<FeedbackView> {
    return this.#caller.call("feedback", ref, { useful }, { signal });
  }

  /**
   * Proves an action, signs it and tells the network. What it uses and nobody has published is published with it; `prove`
   * names that beforehand (`publishesAlong`), as it does what is much like it already.
   * @throws {IncompleteActionError} before anything is sent, for what `defineAction` made and is not complete.
   */
  async publish(action: Publishable, options: CallOptions = {}): Promise<Published> {
    return await this.#caller.call("publish", "", definitionOf(action), options);
  }

  /**
   * Verifies an action on the peer without publishing it; a failed test is an answer that says what went wrong. With `keep`,
   * what passed stays in this peer's own catalogue: it can be found and run here, and nobody else hears of it.
   * @throws {IncompleteActionError} as `publish`.
   */
  async prove(
    action: Publishable,
    { keep = false, ...options }: CallOptions & { readonly keep?: boolean | undefined } = {},
  ): Promise<Proof> {
    return await this.#caller.call("prove", "", { definition: definitionOf(action), keep }, options);
  }

  /**
   * What a module's types and JSDoc say of its action: name, description, schemas. Nothing is run.
   * With `class`, a name or "default", it also says it of that class's public methods.
   */
  describe(
    code: string,
    options: CallOptions & { readonly language?: Language; readonly class?: string } = {},
  ): Promise<Described> {
    const { language = "typescript", signal, class: ofClass } = options;
    const about = { code, language, ...(ofClass === undefined ? {} : { class: ofClass }) };
    return this.#caller.call("describe", "", about, { signal });
  }

  /**
   * Publishes an action from its folder, or from a single file; what `action.json` leaves out is taken from the code's types
   * and comments.
   * @throws {InvalidFolderError} listing all that is missing or wrong.
   */
  async publishFolder(path: string, options: CallOptions = {}): Promise<Published> {
    const { definition } = await readActionSource(path, (code, language) =>
      this.describe(code, { ...options, language }),
    );
    return this.publish(definition, options);
  }

  /**
   * Takes back what this peer published. Nobody can delete it elsewhere: peers that respect withdrawals stop offering it,
   * and whoever has a copy may keep it.
   * @throws {ApiError} `not-published-here` when this peer is not among its publishers.
   */
  withdraw(
    ref: string,
    { reason, ...options }: CallOptions & { readonly reason?: string } = {},
  ): Promise<Withdrawn> {
    return this.#caller.call("withdraw", ref, reason === undefined ? {} : { reason }, options);
  }

  /**
   * The collective as tools of a model, in the form of one library: `client.tools(openaiTools)`, with the adapter from
   * `action-collective/openai` and its like. Make them anew for each conversation.
   * @throws {ApiError} `not-found` or `ambiguous` for an entry of `refs`.
   */
  async tools<Tools>(adapter: ToolAdapter<Tools>, options: ToolOptions = {}): Promise<Tools> {
    return adapter(await makeTools(this, options));
  }

  /** The actions that agents of this peer get as tools of their own. */
  async pinned(options: CallOptions = {}): Promise<PinnedTool[]> {
    return (await this.#caller.call("tools", "", undefined, options)).tools;
  }

  /**
   * Gives agents an action as a tool of its own. The id is what is pinned: it stays the same action, whatever takes its
   * name later.
   */
  async pin(ref: string, options: CallOptions = {}): Promise<PinnedTool[]> {
    return (await this.#caller.call("setTools", "", { add: [ref] }, options)).tools;
  }

  /** Takes such a tool away again. */
  async unpin(ref: string, options: CallOptions = {}): Promise<PinnedTool[]> {
    return (await this.#caller.call("setTools", "", { remove: [ref] }, options)).tools;
  }

  /** Why an action has its score here, whose word it rests on, and what would change it. */
  score(ref: string, options: CallOptions = {}): Promise<ScoreExplanation> {
    return this.#caller.call("score", ref, undefined, options);
  }

  /** Whom the user trusts and distrusts, and whom to follow might be worth it. */
  trust(options: CallOptions = {}): Promise<TrustView> {
    return this.#caller.call("trust", "", undefined, options);
  }

  /** Counts a peer's word, and the word of those it follows: `say` with level 1. */
  follow(peer: string, options: SayingOptions = {}): Promise<TrustStatement> {
    return this.say({ ...options, peer, level: 1 });
  }

  /** Takes back what was said of a peer, good or bad: `say` with level 0. */
  unfollow(peer: string, options: CallOptions = {}): Promise<TrustStatement> {
    return this.say({ ...options, peer, level: 0 });
  }

  /**
   * Says how far a peer is believed. It replaces what was said of it before; a statement that was published and is said
   * again without `publish` is taken back on the network.
   * @throws {ApiError} `not-found` for what is no peer's id, `ambiguous` for a beginning of several, `bad-request` for
   * this peer's own id.
   */
  say({
    peer,
    level,
    reason,
    publish,
    ...options
  }: SayingOptions & { readonly peer: string; readonly level: TrustLevel }): Promise<TrustStatement> {
    const said = {
      ...(reason === undefined ? {} : { reason }),
      ...(publish === undefined ? {} : { publish }),
    };
    return this.#caller.call("setTrust", "", { peer, level, ...said }, options);
  }

  /**
   * Everything this peer thinks of another one, connected or not; who is not known at all is a newcomer.
   * @throws {ApiError} `not-found` for what is no peer's id, `ambiguous` for a beginning of several, `bad-request` for
   * this peer's own id.
   */
  peer(id: string, options: CallOptions = {}): Promise<PeerView> {
    return this.#caller.call("peer", id, undefined, options);
  }

  /**
   * Actions known here, without a question: a page of them in an order of one's choice. `next` goes on where it ended, as
   * `after`; a page may hold fewer than `limit`, and there may be more as long as there is a `next`.
   * @throws {ApiError} `bad-request` for an `after` that no page of this list ended with.
   */
  browse(options: BrowseOptions = {}): Promise<BrowsePage> {
    const { signal, ...wish } = options;
    return this.#caller.call("browse", "", wish, { signal });
  }

  /** What the last run of an action's unit test found here; undefined when it was never tested here. */
  async report(ref: string, options: CallOptions = {}): Promise<VerificationView | undefined> {
    return (await this.#caller.call("report", ref, undefined, options)).report ?? undefined;
  }

  /** Where in an action's code and test a reader should look: network, secrets, calls of other actions, findings. */
  async marks(ref: string, options: CallOptions = {}): Promise<Mark[]> {
    return (await this.#caller.call("marks", ref, undefined, options)).marks;
  }

  /** What could stand in an action's place: successors and predecessors of its author, near-duplicates of anybody. */
  versions(ref: string, options: CallOptions = {}): Promise<Versions> {
    return this.#caller.call("versions", ref, undefined, options);
  }

  /**
   * Fetches and proves an action, and keeps its bundle on this machine whatever the quota, for a lock file; or, with
   * `keep: false`, no longer for that one.
   * @param options.for absolute path of the lock file
   * @throws {ApiError} `verification-failed`, `refused-by-policy`, `content-unavailable` when it cannot be kept.
   */
  keep(
    ref: string,
    { keep = true, for: holder, ...options }: CallOptions & { readonly for: string; readonly keep?: boolean },
  ): Promise<Kept> {
    return this.#caller.call("keep", ref, { keep, for: holder }, options);
  }

  /** What is kept here for projects, by their lock files. */
  async keepings(options: CallOptions = {}): Promise<Keepings["lockFiles"]> {
    return (await this.#caller.call("keepings", "", undefined, options)).lockFiles;
  }

  /**
   * The audit log: what this peer ran, for whom, by what right and with which grants, and what it refused to run; newest
   * first. No input, no output. `next` goes on where a page ended, as `before`.
   */
  runs(options: RunsOptions = {}): Promise<RunsPage> {
    const { signal, ...wish } = options;
    return this.#caller.call("runs", "", wish, { signal });
  }

  /** Who says what of whom, as this peer sees it: at most 200 peers, those first whom it believes and deals with most. */
  graph(options: CallOptions = {}): Promise<Graph> {
    return this.#caller.call("graph", "", undefined, options);
  }

  /**
   * What a change of the rules would hide and show, without making it. A block list that is not followed yet is not read for it.
   * @throws {ApiError} `invalid-policy` as `changePolicy`.
   */
  previewPolicy(change: PolicyChange, options: CallOptions = {}): Promise<PolicyPreview> {
    return this.#caller.call("previewPolicy", "", change, options);
  }

  /** The user's rules, the block lists in force, and what they hide. */
  policy(options: CallOptions = {}): Promise<PolicyView> {
    return this.#caller.call("policy", "", undefined, options);
  }

  /**
   * Changes the user's rules: what is given replaces what was there, null takes it out, the rest stays. `add` and `remove`
   * put single entries into a list and take them out, whatever else changes it at the same time.
   * @throws {ApiError} `invalid-policy` naming what does not hold; nothing was changed then.
   */
  changePolicy(change: PolicyChange, options: CallOptions = {}): Promise<PolicyView> {
    return this.#caller.call("setPolicy", "", change, options);
  }

  /**
   * Names the key that succeeds this peer's. It cannot be taken back.
   * @param consent base64 of the successor's signature over `consentToSucceed`
   * @throws {ApiError} `key-statement-refused` when another key succeeds it already.
   */
  succession({
    successor,
    consent,
    ...options
  }: CallOptions & { readonly successor: string; readonly consent: string }): Promise<KeyStatement> {
    return this.#caller.call("succession", "", { successor, consent }, options);
  }

  /**
   * Declares that this peer's key is in other hands since a time (milliseconds since 1970, if it is a number): what it
   * signed from then on counts for nothing, anywhere. It cannot be taken back; an earlier time can replace it.
   * @throws {ApiError} `key-statement-refused` for a time that is still to come, or later than one declared before.
   */
  compromise({ since, ...options }: CallOptions & { readonly since: Date | number }): Promise<KeyStatement> {
    return this.#caller.call("compromise", "", { since: Number(since) }, options);
  }

  /**
   * A capability at level 0: with its token, `new ActionClient({ token })` uses this peer and no more of it than that allows.
   * `narrowCapability` cuts narrower ones from it, without the peer. All of them end when the peer stops.
   * @throws {ApiError} `capability-refused` unless this client has the peer's own token.
   */
  mintCapability(
    block: CapabilityBlock,
    options: CallOptions = {},
  ): Promise<ResponseOfRoute<"mintCapability">> {
    return this.#caller.call("mintCapability", "", block, options);
  }

  /** The capabilities in use, and what was used up: one's own and those below, or all for the peer's user. */
  async capabilities(options: CallOptions = {}): Promise<CapabilityView[]> {
    return (await this.#caller.call("capabilities", "", undefined, options)).capabilities;
  }

  /**
   * Counts what the peer does not see against the budget of this client's capability. What fits is counted also when it was
   * more.
   * @returns what is left of the nearest bounds
   * @throws {ApiError} `budget-spent` when it was more than was left.
   */
  async spend({
    tokens,
    messages,
    ...options
  }: CallOptions & { readonly tokens?: number; readonly messages?: number }): Promise<Budget> {
    const used = {
      ...(tokens === undefined ? {} : { tokens }),
      ...(messages === undefined ? {} : { messages }),
    };
    return (await this.#caller.call("spend", "", used, options)).left;
  }

  /**
   * Ends a capability and all that was cut from it, whether it was used yet or not. What runs for it is stopped.
   * @throws {ApiError} `not-found` unless it is strictly below this client's own.
   */
  async revoke(
    which: { readonly id: string } | { readonly token: string },
    options: CallOptions = {},
  ): Promise<void> {
    await this.#caller.call("revoke", "", which, options);
  }

  /**
   * The same peer, used with another token: a capability, as a rule.
   * @throws {TypeError} this client does not go over the local API
   */
  withToken(token: string): ActionClient {
    const caller = this.#caller.withToken?.(token);
    if (caller === undefined) throw new TypeError("This client reaches its peer without tokens");
    return new ActionClient({}, caller);
  }

  /** Connects a space of agents to this peer: `space.connect` does so, and keeps it connected. */
  openDesk(options: CallOptions = {}): Promise<ResponseOfRoute<"openDesk">> {
    return this.#caller.call("openDesk", "", {}, options);
  }

  /**
   * Hands frames of a space over and takes those that wait for it, for at most `waitMs`.
   * @throws {ApiError} `no-such-desk` when it was closed, or the peer was restarted.
   */
  async frames(
    desk: string,
    { frames, waitMs, signal }: CallOptions & { readonly frames: AgentFrame[]; readonly waitMs: number },
  ): Promise<AgentFrame[]> {
    return (await this.#caller.call("frames", desk, { frames, waitMs }, { signal })).frames;
  }

  async closeDesk(desk: string, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("closeDesk", desk, {}, options);
  }

  /** A link that logs a browser on this machine in to the dashboard, once, within a minute. */
  openDashboard(options: CallOptions = {}): Promise<DashboardLink> {
    return this.#caller.call("openDashboard", "", {}, options);
  }

  /**
   * Does what the chat history asks for: finds the actions that it takes, makes and proves those that are missing, runs them,
   * and answers. Reaching a limit is a result too, with `stopped`.
   * @throws {ModelError} the model's server fails, refuses or cuts off; its `task` holds what was done so far.
   */
  execute(options: TaskOptions): Promise<ExecuteResult> {
    return execute(this, options);
  }

  /** The same, stage by stage. */
  task(options: TaskOptions): Task {
    return new Task(this, options);
  }

  async peers(options: CallOptions = {}): Promise<PeerSummary[]> {
    return (await this.#caller.call("peers", "", undefined, options)).peers;
  }

  status(options: CallOptions = {}): Promise<Status> {
    return this.#caller.call("status", "", undefined, options);
  }

  identity(options: CallOptions = {}): Promise<Identity> {
    return this.#caller.call("identity", "", undefined, options);
  }

  health(options: CallOptions = {}): Promise<ResponseOfRoute<"health">> {
    return this.#caller.call("health", "", undefined, options);
  }

  /** Asks the peer to stop; it answers, then goes. */
  async stop(options: CallOptions = {}): Promise<void> {
    await this.#caller.call("stop", "", {}, options);
  }
}
