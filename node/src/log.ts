import { cleanText, type Json, visibleJson } from "@action-collective/protocol";
import type { Log, LogLevel } from "./network/options.ts";
import { BLOTTED, isSecretName, withoutCredentials } from "./redaction/credentials.ts";

/** How a line of log looks: for people, or one JSON object for programs that collect logs. */
export type LogFormat = "text" | "json";

const ORDER: readonly LogLevel[] = ["error", "warn", "info", "debug"];
/** One line of log; a stranger's text inside it may be long. */
const LINE_CHARACTERS = 2000;
/** Of one text in a JSON line, and of its fields in all: what is longer was sent to fill a disk. */
const FIELD_CHARACTERS = 1000;
const FIELDS_CHARACTERS = 8000;
/** How deep fields are looked into. */
const MOST_DEPTH = 6;

/**
 * A log of one line a message: time, level, message, fields. What strangers wrote is cleaned, so a text log can be read in
 * a terminal, and a JSON line stays one line. Logs are kept and travel to other machines: credentials are blotted out.
 */
export function createLog(
  level: LogLevel,
  write: (line: string) => void,
  now: () => Date,
  format: LogFormat = "text",
): Log {
  const most = ORDER.indexOf(level);
  const line = format === "json" ? jsonLine : textLine;
  return (at, message, fields) => {
    if (ORDER.indexOf(at) > most) return;
    write(`${line(now().toISOString(), at, message, fields)}\n`);
  };
}

type Fields = Readonly<Record<string, unknown>>;

function textLine(time: string, level: LogLevel, message: string, fields?: Fields): string {
  const rest = fields === undefined ? "" : ` ${JSON.stringify(fieldOf(fields, "", 0))}`;
  const line = `${time} ${level.padEnd(5)} ${safeText(message, LINE_CHARACTERS)}${rest}`;
  return cleanText(line, LINE_CHARACTERS);
}

function jsonLine(time: string, level: LogLevel, message: string, fields?: Fields): string {
  const head = { time, level, message: safeText(message, LINE_CHARACTERS) };
  if (fields === undefined) return visibleJson(head);
  const clean = fieldOf(fields, "", 0);
  const whole = visibleJson({ ...head, fields: clean });
  return whole.length <= FIELDS_CHARACTERS ? whole : visibleJson({ ...head, fields: "left out: too long" });
}

/** As JSON has it; undefined fields are left out, and what JSON has no word for is said as text. */
function fieldOf(value: unknown, name: string, depth: number): Json {
  if (isSecretName(name) && value !== undefined && value !== null && typeof value !== "number")
    return BLOTTED;
  if (value instanceof Error) return fieldOf({ name: value.name, message: value.message }, "", depth);
  switch (typeof value) {
    case "string":
      return safeText(value, FIELD_CHARACTERS);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "object":
      break;
    default:
      return String(value);
  }
  if (value === null) return null;
  if (depth >= MOST_DEPTH) return "…";
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => fieldOf(item, "", depth + 1));
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 100)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [safeText(key, FIELD_CHARACTERS), fieldOf(item, key, depth + 1)]),
  );
}

/** Without credentials and not too long. What is invisible is escaped by `visibleJson`. */
function safeText(text: string, most: number): string {
  // Nobody waits for a megabyte to be looked through; what is cut off here would not be shown anyway.
  const clean = withoutCredentials(text.slice(0, 4 * most));
  return clean.length <= most ? clean.toWellFormed() : `${clean.slice(0, most).toWellFormed()}…`;
}
