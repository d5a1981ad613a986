/** Says what was thrown, whatever it was: null, a symbol, a proxy, an error whose message is a trap. */
import { apply, slice, stringifyJson, toText } from "./primordials.js";

const MAX_NAME = 100;
const MAX_MESSAGE = 2_000;

/** @param {() => unknown} read @param {string} otherwise @param {number} length */
function textOr(read, otherwise, length) {
  try {
    const text = read();
    return typeof text === "string" ? slice(text, 0, length) : otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {any} thrown @returns {{ name: string, message: string }} */
export function describeError(thrown) {
  if (typeof thrown !== "object" || thrown === null) {
    return {
      name: typeof thrown,
      message: textOr(() => apply(toText, undefined, [thrown]), "?", MAX_MESSAGE),
    };
  }
  return {
    name: textOr(() => thrown.name, "object", MAX_NAME),
    message: textOr(() => thrown.message, "threw an object without a message", MAX_MESSAGE),
  };
}

/** @param {any} thrown @returns {string} as JSON text that no tampering with prototypes can change */
export function errorJson(thrown) {
  const { name, message } = describeError(thrown);
  return `{"name":${stringifyJson(name)},"message":${stringifyJson(message)}}`;
}
