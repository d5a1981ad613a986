import { LimitExceededError } from "./errors.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
 * True for values that JSON can carry unchanged: no undefined, NaN, bigint, class instances or cycles.
 * Call `assertJsonDepth` first: this walk is iterative but does not bound depth.
 */
export function isJson(value: unknown): value is Json {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const item = open.pop();
    if (item === null || typeof item === "boolean" || typeof item === "string") continue;
    if (typeof item === "number") {
      if (!Number.isFinite(item)) return false;
      continue;
    }
    if (Array.isArray(item)) {
      for (const child of item) open.push(child);
      continue;
    }
    if (typeof item !== "object") return false;
    const prototype = Object.getPrototypeOf(item);
    if (prototype !== Object.prototype && prototype !== null) return false;
    for (const child of Object.values(item)) open.push(child);
  }
  return true;
}
