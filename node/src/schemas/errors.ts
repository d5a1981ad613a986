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
