import {
  assertJsonDepth,
  cleanText,
  type Json,
  LimitExceededError,
  limits,
} from "@action-collective/protocol";

/** The first place where two values differ: a path such as `$.rows[2].name`, and both sides as short JSON text. */
export interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

const SHOWN_CHARACTERS = 200;
const PATH_CHARACTERS = 200;
const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/**
 * Deep equality of JSON, key order ignored. Numbers may differ by `tolerance`, absolute or relative to the expected
 * one, whichever allows more. Pure; undefined means equal.
 */
export function firstDifference(expected: Json, actual: Json, tolerance = 0): Difference | undefined {
  try {
    // The walk below recurses: nothing deeper than the protocol allows may reach it.
    assertJsonDepth(expected, limits.jsonDepth, "The expected value");
    assertJsonDepth(actual, limits.jsonDepth, "The actual value");
  } catch (error) {
    if (!(error instanceof LimitExceededError)) throw error;
    return { path: "$", expected: "a value of bounded depth", actual: error.message };
  }
  return differs(expected, actual, tolerance, "$");
}

function differs(expected: Json, actual: Json, tolerance: number, path: string): Difference | undefined {
  if (expected === actual) return undefined;
  if (typeof expected === "number" && typeof actual === "number")
    return close(expected, actual, tolerance) ? undefined : difference(path, expected, actual);
  if (Array.isArray(expected) && Array.isArray(actual)) return itemsDiffer(expected, actual, tolerance, path);
  if (isObject(expected) && isObject(actual)) return propertiesDiffer(expected, actual, tolerance, path);
  return difference(path, expected, actual);
}

function itemsDiffer(expected: Json[], actual: Json[], tolerance: number, path: string) {
  for (let at = 0; at < Math.max(expected.length, actual.length); at++) {
    const here = `${path}[${at}]`;
    const [wanted, found] = [expected[at], actual[at]];
    if (wanted === undefined || found === undefined) return difference(here, wanted, found);
    const deeper = differs(wanted, found, tolerance, here);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** Only own properties count, so a key named `__proto__` is a key like any other. */
function propertiesDiffer(
  expected: { [key: string]: Json },
  actual: { [key: string]: Json },
  tolerance: number,
  path: string,
) {
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  for (const key of keys) {
    const here = PLAIN_KEY.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
    const wanted = Object.hasOwn(expected, key) ? expected[key] : undefined;
    const found = Object.hasOwn(actual, key) ? actual[key] : undefined;
    if (wanted === undefined || found === undefined) return difference(here, wanted, found);
    const deeper = differs(wanted, found, tolerance, here);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function close(expected: number, actual: number, tolerance: number): boolean {
  return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function difference(path: string, expected: Json | undefined, actual: Json | undefined): Difference {
  return { path: cleanText(path, PATH_CHARACTERS), expected: shown(expected), actual: shown(actual) };
}

function shown(value: Json | undefined): string {
  return value === undefined ? "nothing" : cleanText(JSON.stringify(value), SHOWN_CHARACTERS);
}
