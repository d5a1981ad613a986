import { z } from "zod";
import type { Json } from "./json.ts";
import { firstIssue } from "./manifest.ts";

/** Says what is wrong with a value; undefined when nothing is. */
export type ContentCheck = (value: Json) => string | undefined;

/**
 * Checks values against a JSON Schema of one's own: it is compiled as it is, so one of a stranger does not belong here.
 * @throws {Error} for what is no JSON Schema
 */
export function contentCheck(schema: Json): ContentCheck {
  const compiled = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  return (value) => {
    const parsed = compiled.safeParse(value);
    return parsed.success ? undefined : firstIssue(parsed.error);
  };
}
