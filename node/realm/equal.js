/** Deep equality of JSON-like values, and the first place where two differ. */
import { hasOwn, isArray, objectKeys, sameValue, stringifyJson } from "./primordials.js";

const MAX_DEPTH = 200;

/**
 * @param {any} actual @param {any} expected @param {string} path @param {number} depth
 * @returns {string | undefined} a line that says where they differ
 */
export function difference(actual, expected, path = "$", depth = 0) {
  if (sameValue(actual, expected) || actual === expected) return undefined;
  if (depth > MAX_DEPTH) return `${path} is nested too deep to compare`;
  if (isArray(actual) && isArray(expected)) {
    if (actual.length !== expected.length)
      return `${path} has ${actual.length} items, expected ${expected.length}`;
    for (let at = 0; at < expected.length; at++) {
      const found = difference(actual[at], expected[at], `${path}[${at}]`, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isObject(actual) && isObject(expected)) {
    for (const key of objectKeys(expected)) {
      if (!hasOwn(actual, key)) return `${path}.${key} is missing, expected ${show(expected[key])}`;
      const found = difference(actual[key], expected[key], `${path}.${key}`, depth + 1);
      if (found !== undefined) return found;
    }
    for (const key of objectKeys(actual)) {
      if (!hasOwn(expected, key)) return `${path}.${key} is ${show(actual[key])}, expected nothing there`;
    }
    return undefined;
  }
  return `${path} is ${show(actual)}, expected ${show(expected)}`;
}

/** @param {any} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !isArray(value);
}

/** @param {any} value */
export function show(value) {
  try {
    return stringifyJson(value) ?? String(value);
  } catch {
    return typeof value;
  }
}
