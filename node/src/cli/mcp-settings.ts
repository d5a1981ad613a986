import { CollectiveError } from "@action-collective/protocol";

/** The host's file cannot be changed without losing something; it was left as it is. */
export class HostFileError extends CollectiveError {
  constructor(file: string, why: string, options?: ErrorOptions) {
    super(
      "host-file-refused",
      `${file} was left as it is: ${why}`,
      "Add the server by hand: the same command with --print shows what belongs there.",
      options,
    );
  }
}

const BYTE_ORDER_MARK = "\ufeff";

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
type Fields = { [key: string]: JsonValue };

export interface ServerChange {
  /** Of the file, for errors. */
  readonly file: string;
  /** `mcpServers`, or what the host calls them. */
  readonly key: string;
  /** The name of the server. */
  readonly name: string;
  /** Undefined: take it out. */
  readonly entry: Fields | undefined;
}

/**
 * A host's JSON with one server put in or taken out; everything else stays, in its order and with its indentation. Of an
 * entry of that name, what is not given (the user's own switches) stays too. Pure.
 * @param text undefined where there is no file
 * @returns undefined when there is nothing to change
 * @throws {HostFileError} for what is no JSON object, holds comments, or would not survive being written anew
 */
export function changedServers(text: string | undefined, change: ServerChange): string | undefined {
  // Editors of Windows put it there; JSON.parse does not take it.
  if (text?.startsWith(BYTE_ORDER_MARK) === true) {
    const after = changedServers(text.slice(1), change);
    return after === undefined ? undefined : `${BYTE_ORDER_MARK}${after}`;
  }
  const { file, key, name, entry } = change;
  const blank = text === undefined || text.trim() === "";
  const root = blank ? {} : fieldsOf(parse(file, text), file, "it holds no JSON object");
  const servers = Object.hasOwn(root, key) ? fieldsOf(root[key], file, `its "${key}" is no object`) : {};
  const present = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (entry === undefined) {
    if (present === undefined) return undefined;
    const others = Object.entries(servers).filter(([other]) => other !== name);
    return written({ ...root, [key]: Object.fromEntries(others) }, text);
  }
  const merged = { ...(isFields(present) ? present : {}), ...entry };
  if (present !== undefined && JSON.stringify(present) === JSON.stringify(merged)) return undefined;
  return written({ ...root, [key]: { ...servers, [name]: merged } }, text);
}

function parse(file: string, text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    const why = /\/[/*]/.test(withoutStrings(text))
      ? "it holds comments, which would be lost"
      : `it is not JSON (${error instanceof Error ? error.message : error})`;
    throw new HostFileError(file, why, { cause: error });
  }
  if (!survives(text, JSON.stringify(value)))
    throw new HostFileError(file, "it holds a name twice, or a number that JavaScript cannot hold");
  return value;
}

/** Whether both hold as many strings, and the same numbers: a repeated name or a number of twenty digits would be lost. */
function survives(text: string, again: string): boolean {
  const [before, after] = [tokensOf(text), tokensOf(again)];
  return (
    before.strings === after.strings &&
    before.numbers.length === after.numbers.length &&
    before.numbers.every((token) => token.replace(/\D/g, "").length < 16)
  );
}

function tokensOf(text: string) {
  const masked = withoutStrings(text);
  return {
    strings: masked.split('"').length - 1,
    numbers: masked.match(/-?\d[\d.eE+-]*/g) ?? [],
  };
}

/** Each string becomes one quotation mark. */
function withoutStrings(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, '"');
}

/** Indented and with ends of lines as it was; two spaces for a new file. */
function written(root: Fields, before = ""): string {
  const indent = /\n([ \t]+)"/.exec(before)?.[1];
  const text = `${JSON.stringify(root, null, indent ?? 2)}\n`;
  return before.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;
}

function fieldsOf(value: JsonValue | undefined, file: string, why: string): Fields {
  if (!isFields(value)) throw new HostFileError(file, why);
  return value;
}

function isFields(value: JsonValue | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
