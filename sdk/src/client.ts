import {
  type ActionDefinitionInput,
  type ActionView,
  type BodyOfRoute,
  type Card,
  errorSchema,
  type FeedbackView,
  firstIssue,
  type Identity,
  type Json,
  type Language,
  type Need,
  type PeerSummary,
  type Published,
  type Receipt,
  type ResponseOfRoute,
  type RouteName,
  routes,
  type SearchAnswer,
  type Status,
  type VerificationView,
} from "@action-collective/protocol";
import { type ConnectOptions, type Endpoint, findPeer, messageOf } from "./discovery.ts";
import {
  ApiError,
  ContractMismatchError,
  EmptyReferenceError,
  PeerUnreachableError,
  UnsendableError,
} from "./errors.ts";
import { readActionFolder } from "./read-action-folder.ts";
import { type Answer, ask, neverArrived } from "./transport.ts";

export interface CallOptions {
  /** Ends the call; the peer stops what it did for it. */
  readonly signal?: AbortSignal | undefined;
}

/** What a result must be. Every filter is exact: as many results as asked for come whenever so many pass. */
export interface SearchFilters {
  /** Only actions whose unit test passed on the peer's own machine. */
  readonly verified?: boolean | undefined;
  /** At most these kinds of permission; an empty list: only actions that need nothing but their input. */
  readonly permissions?: readonly Need[] | undefined;
  /** All of these tags. */
  readonly tags?: readonly string[] | undefined;
  /** Written in any of these. */
  readonly languages?: readonly Language[] | undefined;
  /** Under any of these licences, by their SPDX names. */
  readonly licences?: readonly string[] | undefined;
  /** Published by any of these peers. */
  readonly authors?: readonly string[] | undefined;
  /** Published by the peer itself; with `authors`, by it or any of them. */
  readonly mine?: boolean | undefined;
  /** 0 to 1: the peer's own cautious estimate that the next run will serve. */
  readonly minScore?: number | undefined;
  /** Passes that other peers, none of them its publisher, report. */
  readonly minVerdicts?: number | undefined;
  /** 0 to 1: the share of changes to its code that its unit test notices. */
  readonly minStrength?: number | undefined;
  /** First heard of by the peer at or after this moment, in milliseconds since 1970 if it is a number. */
  readonly seenAfter?: Date | number | undefined;
  /** First heard of by the peer before this moment. */
  readonly seenBefore?: Date | number | undefined;
}

export interface SearchOptions extends SearchFilters, CallOptions {
  /** 1 to 50; 10 by default. */
  readonly limit?: number | undefined;
  /** One card for near-duplicates, saying how many there are: the default. False gives each its own. */
  readonly collapse?: boolean | undefined;
  /** Each card with what its place rests on. */
  readonly explain?: boolean | undefined;
  /**
   * Ask connected peers as well, or do not; by default as the peer's settings have it. The words of the query are sent
   * to up to three of them, and what they bring is verified and ranked by the peer itself.
   */
  readonly ask?: boolean | undefined;
}

/** A receipt whose output has the type the caller expects of this action. */
export type ReceiptOf<Output> = Omit<Receipt, "output"> & { output: Output };

/**
 * The local peer, as an agent uses it. Wherever a `ref` is asked for, an action's id, an unambiguous beginning of
 * it, or a name that only one known action has will do.
 *
 * Every method throws `ApiError` when the peer refuses, `PeerUnreachableError` when none answers, and
 * `ContractMismatchError` when its answer does not fit this version.
 */
export class ActionClient {
  readonly #options: ConnectOptions;
  #endpoint: Promise<Endpoint> | undefined;

  /** Looks for the peer at the first call; `ActionClient.connect` does so at once. */
  constructor(options: ConnectOptions = {}) {
    this.#options = options;
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
    const { signal, ...wish } = options;
    const body = {
      query,
      ...wish,
      permissions: copyOf(wish.permissions),
      tags: copyOf(wish.tags),
      languages: copyOf(wish.languages),
      licences: copyOf(wish.licences),
      authors: copyOf(wish.authors),
      seenAfter: momentOf(wish.seenAfter),
      seenBefore: momentOf(wish.seenBefore),
    };
    return await this.#call("search", "", body, { signal });
  }

  show(ref: string, options: CallOptions = {}): Promise<ActionView> {
    return this.#call("show", ref, undefined, options);
  }

  source(ref: string, options: CallOptions = {}): Promise<ResponseOfRoute<"source">> {
    return this.#call("source", ref, undefined, options);
  }

  /** Runs an action in the peer's sandbox. `Output` is the caller's word: the peer checks the action's own schema. */
  async run<Output = Json>(ref: string, input: Json, options: CallOptions = {}): Promise<ReceiptOf<Output>> {
    return (await this.#call("run", ref, { input }, options)) as ReceiptOf<Output>;
  }

  /** `run`, for callers who want nothing but the output. */
  async call<Output = Json>(ref: string, input: Json, options: CallOptions = {}): Promise<Output> {
    return (await this.run<Output>(ref, input, options)).output;
  }

  /** Runs the action's unit test on the peer now; a failed test is an answer, not an error. */
  verify(ref: string, options: CallOptions = {}): Promise<VerificationView> {
    return this.#call("verify", ref, {}, options);
  }

  feedback(
    ref: string,
    { useful, signal }: CallOptions & { readonly useful: boolean },
  ): Promise<FeedbackView> {
    return this.#call("feedback", ref, { useful }, { signal });
  }

  publish(definition: ActionDefinitionInput, options: CallOptions = {}): Promise<Published> {
    return this.#call("publish", "", definition, options);
  }

  /** @throws {InvalidFolderError} listing all that is wrong with the folder. */
  async publishFolder(folder: string, options: CallOptions = {}): Promise<Published> {
    return this.publish(await readActionFolder(folder), options);
  }

  async peers(options: CallOptions = {}): Promise<PeerSummary[]> {
    return (await this.#call("peers", "", undefined, options)).peers;
  }

  status(options: CallOptions = {}): Promise<Status> {
    return this.#call("status", "", undefined, options);
  }

  identity(options: CallOptions = {}): Promise<Identity> {
    return this.#call("identity", "", undefined, options);
  }

  health(options: CallOptions = {}): Promise<ResponseOfRoute<"health">> {
    return this.#call("health", "", undefined, options);
  }

  /** Asks the peer to stop; it answers, then goes. */
  async stop(options: CallOptions = {}): Promise<void> {
    await this.#call("stop", "", {}, options);
  }

  async #call<N extends RouteName>(
    name: N,
    ref: string,
    body: BodyOfRoute<N>,
    { signal }: CallOptions,
  ): Promise<ResponseOfRoute<N>> {
    const { method, path, response } = routes[name];
    // A URL drops such segments, so the peer would be asked something else.
    if (path.includes("{ref}") && /^\.{0,2}$/.test(ref)) throw new EmptyReferenceError(ref);
    const answer = await this.#ask({
      method,
      path: path.replace("{ref}", encodeURIComponent(ref)),
      body: method === "get" ? undefined : toText(name, body),
      signal,
    });
    const value = parseText(name, answer);
    if (answer.status >= 400) throw errorOf(name, answer.status, value);
    const parsed = response.safeParse(value);
    if (!parsed.success) throw new ContractMismatchError(name, firstIssue(parsed.error));
    return parsed.data as ResponseOfRoute<N>;
  }

  /** A peer that was restarted has another token, perhaps another port: look again once, when nothing was done yet. */
  async #ask(request: Parameters<typeof ask>[1]): Promise<Answer> {
    const endpoint = await this.#find();
    let refused: PeerUnreachableError | undefined;
    let answer: Answer | undefined;
    try {
      answer = await ask(endpoint, request);
      if (answer.status !== 401) return answer;
    } catch (error) {
      if (!(error instanceof PeerUnreachableError && neverArrived(error))) throw error;
      refused = error;
    }
    this.#endpoint = undefined;
    const found = await this.#find();
    if (found.url !== endpoint.url || found.token !== endpoint.token) return ask(found, request);
    if (answer !== undefined) return answer;
    throw refused;
  }

  #find(): Promise<Endpoint> {
    this.#endpoint ??= findPeer(this.#options).catch((error: unknown) => {
      this.#endpoint = undefined;
      throw error;
    });
    return this.#endpoint;
  }
}

function copyOf<Entry>(list: readonly Entry[] | undefined): Entry[] | undefined {
  return list === undefined ? undefined : [...list];
}

function momentOf(moment: Date | number | undefined): number | undefined {
  return moment instanceof Date ? moment.getTime() : moment;
}

function toText(what: string, body: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch (error) {
    throw new UnsendableError(what, messageOf(error), { cause: error });
  }
  if (text === undefined) throw new UnsendableError(what, "it has no JSON form");
  return text;
}

function parseText(what: string, { status, text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ContractMismatchError(what, `status ${status} and no JSON; is that address a peer's?`);
  }
}

function errorOf(what: string, status: number, value: unknown): ApiError | ContractMismatchError {
  const parsed = errorSchema.safeParse(value);
  if (parsed.success) return new ApiError(status, parsed.data);
  return new ContractMismatchError(what, `status ${status}, and an error of another form`);
}
