import type { Json } from "@action-collective/protocol";

/** A value as it would be sent: without what JSON has not. Undefined when it has no JSON form. */
export function asJson(value: unknown): Json | undefined {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}
