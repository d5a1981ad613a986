import { firstIssue, type Json } from "@action-collective/protocol";
import { z } from "zod";

/** Says what is wrong with a value; undefined when nothing is. */
export type ContentCheck = (value: Json) => string | undefined;

/** @throws {Error} for what is no JSON Schema */
export function contentCheck(schema: Json): ContentCheck {
  const compiled = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  return (value) => {
    const parsed = compiled.safeParse(value);
    return parsed.success ? undefined : firstIssue(parsed.error);
  };
}
