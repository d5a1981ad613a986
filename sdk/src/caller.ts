import {
  type BodyOfRoute,
  errorSchema,
  firstIssue,
  type ResponseOfRoute,
  type RouteName,
  routes,
} from "@action-collective/protocol";
import { type ConnectOptions, type Endpoint, findPeer, messageOf } from "./discovery.ts";
import {
  ApiError,
  ContractMismatchError,
  EmptyReferenceError,
  PeerUnreachableError,
  UnsendableError,
} from "./errors.ts";
import { type Answer, ask, neverArrived } from "./transport.ts";

export interface CallOptions {
  /** Ends the call; the peer stops what it did for it. */
  readonly signal?: AbortSignal | undefined;
}

/** Whoever calls the routes of the contract: over the local API as a rule, directly inside the peer itself. */
export interface Caller {
  call<N extends RouteName>(
    name: N,
    ref: string,
    body: BodyOfRoute<N>,
    options: CallOptions,
  ): Promise<ResponseOfRoute<N>>;
  /** The same peer with another token; absent where none is used. */
  withToken?(token: string): Caller;
}

/** Calls routes of the contract: sends what fits them, and hands on only answers that do. */
export class PeerCaller implements Caller {
  readonly #options: ConnectOptions;
  #endpoint: Promise<Endpoint> | undefined;

  constructor(options: ConnectOptions) {
    this.#options = options;
  }

  async call<N extends RouteName>(
    name: N,
    ref: string,
    body: BodyOfRoute<N>,
    { signal }: CallOptions,
  ): Promise<ResponseOfRoute<N>> {
    const { method, path, response } = routes[name];
    // A URL drops such segments, so the peer would be asked something else.
    if (path.includes("{ref}") && /^\.{0,2}$/.test(ref))
      throw new EmptyReferenceError(ref, path.startsWith("/v1/peers/") ? "peer" : "action");
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

  withToken(token: string): PeerCaller {
    return new PeerCaller({ ...this.#options, token });
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
