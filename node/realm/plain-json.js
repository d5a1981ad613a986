/** Any value as JSON text, within bounds, or an error that says where and why not. */
import {
  apply,
  isArray,
  isFiniteNumber,
  objectKeys,
  objectPrototype,
  PlatformError,
  prototypeOf,
  stringifyJson,
  tagOf,
} from "./primordials.js";

export class NotJsonError extends PlatformError {
  name = "NotJsonError";
}

export class TooLargeError extends PlatformError {
  name = "TooLargeError";
  #own = true;

  /** Unlike `instanceof`, this runs nothing of a stranger's. @param {unknown} error */
  static is(error) {
    return typeof error === "object" && error !== null && #own in error;
  }
}

/**
 * Stricter than JSON.stringify, which turns NaN, a Map or a missing result silently into something else.
 * As there, `toJSON` is honoured and properties that are undefined are left out.
 * @param {unknown} value @param {{ bytes: number, depth: number }} bounds @returns {string}
 */
export function toJson(value, bounds) {
  const parts = [];
  let size = 0;

  /** @param {string} text */
  function put(text) {
    size += text.length;
    if (size > bounds.bytes) throw new TooLargeError(`more than ${bounds.bytes} bytes of JSON`);
    parts[parts.length] = text;
  }

  /** @param {any} item @param {string} path @param {number} depth */
  function write(item, path, depth) {
    if (depth > bounds.depth)
      throw new TooLargeError(`nested deeper than ${bounds.depth} levels, or a cycle`);
    switch (typeof item) {
      case "string":
      case "boolean":
        return put(stringifyJson(item));
      case "number":
        if (!isFiniteNumber(item)) throw new NotJsonError(`${path} is ${item}, which JSON cannot say`);
        return put(stringifyJson(item));
      case "object":
        return item === null ? put("null") : writeObject(item, path, depth);
      default:
        throw new NotJsonError(
          `${path} is ${typeof item === "undefined" ? "" : "a "}${typeof item}, not JSON`,
        );
    }
  }

  /** @param {any} item @param {string} path @param {number} depth */
  function writeObject(item, path, depth) {
    if (isArray(item)) return writeArray(item, path, depth);
    const convert = item.toJSON;
    if (typeof convert === "function") return write(apply(convert, item, []), path, depth + 1);
    const prototype = prototypeOf(item);
    if (prototype !== objectPrototype && prototype !== null && tagOf(item) !== "[object Object]")
      throw new NotJsonError(`${path} is ${tagOf(item)}, not JSON`);
    const keys = objectKeys(item);
    let separator = "{";
    for (let at = 0; at < keys.length; at++) {
      const property = item[keys[at]];
      if (property === undefined) continue;
      put(`${separator}${stringifyJson(keys[at])}:`);
      write(property, `${path}.${keys[at]}`, depth + 1);
      separator = ",";
    }
    put(separator === "{" ? "{}" : "}");
  }

  /** @param {any[]} items @param {string} path @param {number} depth */
  function writeArray(items, path, depth) {
    put("[");
    for (let at = 0; at < items.length; at++) {
      if (at > 0) put(",");
      write(items[at], `${path}[${at}]`, depth + 1);
    }
    put("]");
  }

  write(value, "$", 0);
  let text = "";
  for (let at = 0; at < parts.length; at++) text += parts[at];
  return text;
}
