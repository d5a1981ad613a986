import type { Json } from "@action-collective/protocol";
import { Ajv2020 as Ajv, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";

/** As the peer checks inputs and outputs. The schemas come from the user's own types. */
const ajv = new Ajv({ strict: false, validateFormats: false, ownProperties: true, logger: false });
const compiled = new WeakMap<object, ValidateFunction>();

/** A schema that cannot be compiled fits nothing. */
export function fits(schema: Json, value: Json): boolean {
  if (typeof schema !== "object" || schema === null) return schema === true;
  try {
    const validate = compiled.get(schema) ?? ajv.compile(schema as AnySchema);
    compiled.set(schema, validate);
    return validate(value) === true;
  } catch {
    return false;
  }
}
