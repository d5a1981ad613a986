import { parentPort } from "node:worker_threads";
import type { Json } from "@action-collective/protocol";
import { Ajv2020 as Ajv, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";

/** Compiled schemas kept; ajv's compiled code is about 20 kB each. */
const COMPILED = 512;

export interface CheckRequest {
  readonly id: number;
  readonly schema: string;
  /** Undefined: only compile. */
  readonly value?: Json;
}
export interface CheckAnswer {
  readonly id: number;
  readonly outcome:
    | { readonly valid: true }
    | { readonly valid: false; readonly why: string }
    | { readonly broken: string };
}

const compiled = new Map<string, ValidateFunction>();

function validatorOf(schema: string): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // One Ajv per schema: strangers' schemas must not see each other's ids, and evicting one must free it.
  const ajv = new Ajv({
    strict: false,
    allErrors: false,
    validateFormats: false,
    ownProperties: true,
    logger: false,
  });
  const validate = ajv.compile(JSON.parse(schema) as AnySchema);
  if (compiled.size >= COMPILED) {
    const oldest = compiled.keys().next();
    if (!oldest.done) compiled.delete(oldest.value);
  }
  compiled.set(schema, validate);
  return validate;
}

function check({ schema, value }: CheckRequest): CheckAnswer["outcome"] {
  let validate: ValidateFunction;
  try {
    validate = validatorOf(schema);
  } catch (error) {
    return { broken: error instanceof Error ? error.message : String(error) };
  }
  if (value === undefined) return { valid: true };
  if (validate(value) === true) return { valid: true };
  const first = validate.errors?.[0];
  if (first === undefined) return { valid: false, why: "does not match the schema" };
  const extra =
    first.keyword === "additionalProperties"
      ? ` ("${String(first.params.additionalProperty)}")`
      : enumHint(first);
  return {
    valid: false,
    why: `$${first.instancePath.replaceAll("/", ".")} ${first.message ?? "is not valid"}${extra}`,
  };
}

function enumHint(error: { keyword: string; params: Record<string, unknown> }): string {
  const allowed = error.params.allowedValues;
  return error.keyword === "enum" && Array.isArray(allowed) ? ` (${allowed.slice(0, 8).join(", ")})` : "";
}

parentPort?.on("message", (request: CheckRequest) => {
  const answer: CheckAnswer = { id: request.id, outcome: check(request) };
  parentPort?.postMessage(answer);
});
parentPort?.postMessage("ready");
