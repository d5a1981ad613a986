import { CollectiveError } from "@action-collective/protocol";
import type { TaskState } from "../execute/state.ts";

/** The root of what can go wrong with a model's answer. */
export abstract class ModelError extends CollectiveError {
  /** How far the task had come that needed the answer; set by `execute` and by the stages of a task. */
  task?: TaskState;
}

/** The server asks for patience (429), also after the client's own retries. */
export class ModelRateLimitedError extends ModelError {
  /** Milliseconds after which it may be asked again; undefined when it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(said: string, retryAfterMs: number | undefined, options?: ErrorOptions) {
    const wait = retryAfterMs === undefined ? "a while" : `${Math.ceil(retryAfterMs / 1000)} s`;
    super(
      "model-rate-limited",
      `The model's server takes no more requests now: ${said}`,
      `Try again after ${wait}, or look at the quota of that key.`,
      options,
    );
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nothing answers at the server's address, or it fails (5xx), also after the client's own retries. */
export class ModelUnavailableError extends ModelError {
  constructor(said: string, options?: ErrorOptions) {
    super(
      "model-unavailable",
      `The model's server does not answer: ${said}`,
      "Look whether it runs and whether baseURL is right, then try again.",
      options,
    );
  }
}

export class ModelTimeoutError extends ModelError {
  constructor(timeoutMs: number, options?: ErrorOptions) {
    super(
      "model-timeout",
      `The model did not answer within ${timeoutMs} ms`,
      "Give it more time (timeoutMs), or use a faster model.",
      options,
    );
  }
}

/** The key is missing, wrong, or may not use that model (401, 403). */
export class ModelUnauthorisedError extends ModelError {
  constructor(said: string, options?: ErrorOptions) {
    super(
      "model-unauthorised",
      `The model's server refuses the key: ${said}`,
      "Check the apiKey given to the openai client, and what it may use.",
      options,
    );
  }
}

/** The server does not take the request as it is (another 4xx): an unknown model, a conversation that is too long. */
export class ModelRequestError extends ModelError {
  readonly status: number;

  constructor(status: number, said: string, options?: ErrorOptions) {
    super(
      "model-request-refused",
      `The model's server refuses the request (${status}): ${said}`,
      "Check the model's name, its parameters, and whether the conversation fits into its context.",
      options,
    );
    this.status = status;
  }
}

/** The client given as `openai` has no such interface. */
export class ModelInterfaceMissingError extends ModelError {
  constructor(what: string) {
    super(
      "model-interface-missing",
      `The openai client has no ${what}`,
      'Use a newer version of openai, or api: "chat".',
    );
  }
}

/** An option of the model cannot be what was given; nothing was asked. */
export class ModelOptionError extends ModelError {
  constructor(problem: string) {
    super("model-option", `The model cannot be asked: ${problem}`, "Correct that option, then try again.");
  }
}

/** The model says that it will not. */
export class ModelRefusalError extends ModelError {
  /** Its own words, shortened. */
  readonly refusal: string;

  constructor(refusal: string) {
    super("model-refusal", `The model refuses: ${refusal}`, "Ask for something else, or ask another model.");
    this.refusal = refusal;
  }
}

/** The server's filter took the request or the answer. */
export class ModelContentFilterError extends ModelError {
  constructor(said: string, options?: ErrorOptions) {
    super(
      "model-content-filter",
      `The server's content filter stopped the answer: ${said}`,
      "Say it in other words, or use another server.",
      options,
    );
  }
}

/** Half an answer: out of tokens, or the connection broke while it came. What had come is not used. */
export class ModelCutOffError extends ModelError {
  constructor(why: string, options?: ErrorOptions) {
    super(
      "model-cut-off",
      `The model's answer ends in the middle: ${why}`,
      "Try again; where the length was the limit, allow more tokens or shorten the conversation.",
      options,
    );
  }
}

/** What came is no answer in the form of the interface, or is larger than any honest one. */
export class ModelMalformedError extends ModelError {
  constructor(problem: string, options?: ErrorOptions) {
    super(
      "model-malformed",
      `The model's server answered with something unreadable: ${problem}`,
      "Check that baseURL leads to an OpenAI-compatible interface (it often ends in /v1).",
      options,
    );
  }
}
