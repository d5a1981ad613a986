import { CollectiveError } from "@action-collective/protocol";

/** The text is not a JSON Schema that ajv can compile (JSON Schema 2020-12). */
export class InvalidSchemaError extends CollectiveError {
  constructor(why: string) {
    super(
      "invalid-schema",
      `The schema cannot be compiled: ${why}`,
      "Write it in JSON Schema 2020-12, with references inside itself only.",
    );
  }
}

/** Checking took longer than any honest schema needs, most likely a regular expression that explodes. */
export class SchemaTimeoutError extends CollectiveError {
  constructor(ms: number) {
    super(
      "invalid-schema",
      `Checking a value against the schema took more than ${ms} ms`,
      "Simplify the schema's patterns.",
    );
  }
}

/** The worker that checks schemas did not start: the machine's doing, no fault of any schema. */
export class CheckerUnavailableError extends CollectiveError {
  constructor(cause: unknown) {
    super(
      "sandbox-unavailable",
      "The thread that checks schemas did not start",
      "Try again when the machine is less busy.",
      {
        cause,
      },
    );
  }
}
