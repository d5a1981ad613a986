import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isJsonObject, type Json } from "@action-collective/protocol";
import { importLimits } from "./limits.ts";

/** A value as it was recorded: JSON, with `{ "$": kind, "v": … }` for what JSON has no form for. */
export type Encoded = Json;

export interface RecordedCall {
  readonly args: readonly Encoded[];
  readonly result: Encoded;
  /** Another function of the package called it, not a test. */
  readonly nested: boolean;
  /** It changed what it was given. */
  readonly changed: boolean;
  /** It gave a promise; the result is what that came to. */
  readonly promised: boolean;
}

/** What the tests showed of one function. */
export interface RecordedCalls {
  readonly calls: readonly RecordedCall[];
  /** Why other calls could not be written down: a kind of value, and whether it was given or returned. */
  readonly unwritable: readonly { readonly what: string; readonly where: "argument" | "result" }[];
}

/** Reads what the processes of the tests wrote, each call once, in an order that does not depend on theirs. */
export async function readRecordedCalls(folder: string, functions: number): Promise<RecordedCalls[]> {
  const lines = Array.from({ length: functions }, () => new Set<string>());
  let left: number = importLimits.recordedBytes;
  for (const name of (await readdir(folder)).toSorted()) {
    const reader = createInterface({ input: createReadStream(join(folder, name), "utf8") });
    for await (const line of reader) {
      left -= line.length;
      if (left < 0) break;
      const index = Number(/^\{"f":(\d{1,6}),/.exec(line)?.[1] ?? -1);
      lines[index]?.add(line);
    }
  }
  return lines.map((own) => callsIn([...own].toSorted()));
}

function callsIn(lines: readonly string[]): RecordedCalls {
  const calls: RecordedCall[] = [];
  const unwritable: RecordedCalls["unwritable"][number][] = [];
  for (const line of lines) {
    const told = parsed(line);
    if (told === undefined) continue;
    if (typeof told.x === "string")
      unwritable.push({ what: told.x, where: told.w === "r" ? "result" : "argument" });
    else if (Array.isArray(told.a) && told.r !== undefined)
      calls.push({
        args: told.a,
        result: told.r,
        nested: told.n === 1,
        changed: told.m === 1,
        promised: told.p === 1,
      });
  }
  return { calls, unwritable };
}

/** A process that was stopped leaves half a line. */
function parsed(line: string): { readonly [key: string]: Json } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
