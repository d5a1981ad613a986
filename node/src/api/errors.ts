import { CollectiveError } from "@action-collective/protocol";

/** Another process listens on the port that was asked for. */
export class PortTakenError extends CollectiveError {
  constructor(what: string, port: number, remedy: string, options?: ErrorOptions) {
    super(
      "port-taken",
      `${what} cannot listen on port ${port}: another process already does`,
      remedy,
      options,
    );
  }
}

/** The local API could not open one of its sockets for another reason than a taken port. */
export class ApiUnavailableError extends CollectiveError {
  constructor(where: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      "api-unavailable",
      `The local API cannot listen on ${where}: ${why}`,
      "Check that the home folder is writable and that loopback networking is on.",
      { cause },
    );
  }
}

/** The request does not have the shape the contract gives; `details` names every place. */
export class BadRequestError extends CollectiveError {
  readonly details: readonly string[];
  constructor(message: string, details: readonly string[] = []) {
    super("bad-request", message, "Compare the request with GET /v1/openapi.json.", undefined);
    this.details = details;
  }
}

/** The peer's token, or a capability of this peer, is missing or wrong. */
export class UnauthorisedError extends CollectiveError {
  constructor() {
    super(
      "unauthorised",
      "The request does not carry this peer's token",
      'Send "Authorization: Bearer <token>" with the token of api.json in the peer\'s home folder.',
    );
  }
}

/** A web page, or a name that resolves to loopback, tried to reach the peer. */
export class ForbiddenOriginError extends CollectiveError {
  constructor(message: string) {
    super(
      "forbidden-origin",
      message,
      "Call the API from a program on this machine, at the address in api.json; web pages may not.",
    );
  }
}

/** More requests are being answered than the peer takes on at once. */
export class BusyError extends CollectiveError {
  constructor(most: number) {
    super("busy", `The peer is answering ${most} requests already`, "Try again in a moment.");
  }
}

/** No such route, or not with that method. */
export class NoSuchRouteError extends CollectiveError {
  constructor(method: string, path: string) {
    super(
      "not-found",
      `The local API has no ${method} ${path.slice(0, 80)}`,
      "GET /v1/openapi.json lists its routes.",
    );
  }
}

/** A handler answered with something that the contract does not allow: a defect of the peer. */
export class ContractBrokenError extends CollectiveError {
  constructor(route: string, problem: string) {
    super(
      "internal",
      `The peer's answer to "${route}" breaks the contract: ${problem}`,
      "This is a defect of the peer; please report it.",
    );
  }
}
