import { isJsonObject, type Json } from "@action-collective/protocol";

/** Equality of JSON, whatever the order of keys. Pure. */
export function sameJson(one: Json, other: Json): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** One text for one value. */
export function canonical(value: Json): string {
  return JSON.stringify(value, (_key, inner: Json) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
