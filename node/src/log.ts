import { cleanText } from "@action-collective/protocol";
import type { Log, LogLevel } from "./network/options.ts";

const ORDER: readonly LogLevel[] = ["error", "warn", "info", "debug"];
/** One line of log; a stranger's text inside it may be long. */
const LINE_CHARACTERS = 2000;

/** A log of plain lines: time, level, message, fields. What strangers wrote is cleaned, so a log can be read in a terminal. */
export function createLog(level: LogLevel, write: (line: string) => void, now: () => Date): Log {
  const most = ORDER.indexOf(level);
  return (at, message, fields) => {
    if (ORDER.indexOf(at) > most) return;
    const rest = fields === undefined ? "" : ` ${JSON.stringify(fields)}`;
    write(`${cleanText(`${now().toISOString()} ${at.padEnd(5)} ${message}${rest}`, LINE_CHARACTERS)}\n`);
  };
}
