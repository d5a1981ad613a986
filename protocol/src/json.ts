import { LimitExceededError } from "./errors.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As above, and neither an instance of a class nor anything else that JSON would change. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Counts nesting without recursing, so that hostile depth cannot overflow the stack.
 * @throws {LimitExceededError} when arrays and objects nest deeper than `most` levels.
 */
export function assertJsonDepth(value: unknown, most: number, what: string): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      for (const child of Array.isArray(item) ? item : Object.values(item)) next.push(child);
    }
    if (next.length > 0 && depth >= most)
      throw new LimitExceededError(`${what} nests deeper than ${most} levels`);
    level = next;
  }
}

/**
 * True for values that JSON and dag-cbor both carry unchanged: no undefined, NaN, bigint, class instances, or halves of
 * surrogate pairs. Nesting beyond `depth`, which a cycle has, is false, so the walk may recurse.
 */
export function isJsonWithin(value: unknown, depth: number): value is Json {
  switch (typeof value) {
    case "string":
      return value.isWellFormed();
    case "number":
      return Number.isFinite(value);
    case "boolean":
      return true;
    case "object":
      return value === null || isCollectionWithin(value, depth);
    default:
      return false;
  }
}

function isCollectionWithin(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    if (value.length > 0 && depth <= 0) return false;
    // An index loop, because a hole in a sparse array is undefined and must not be skipped.
    for (let i = 0; i < value.length; i++) if (!isJsonWithin(value[i], depth - 1)) return false;
    return true;
  }
  if (!isPlainObject(value)) return false;
  const keys = Object.keys(value);
  if (keys.length > 0 && depth <= 0) return false;
  for (const key of keys) if (!key.isWellFormed() || !isJsonWithin(value[key], depth - 1)) return false;
  return true;
}
