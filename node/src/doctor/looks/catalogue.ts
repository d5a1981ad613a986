import { existsSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { CatalogueFound, ClockFound } from "../types.ts";
import { openReadOnly, quickCheckProblem } from "./open-read-only.ts";

/** About a second of reading. */
const CHECKED_BYTES = 256 * 1024 * 1024;
/** The newest records tell of clocks; older ones came by catching up. */
const NEWEST_RECORDS = 2_000;

export interface CatalogueLook {
  readonly catalogue: CatalogueFound;
  readonly clock: Pick<ClockFound, "lastReceived" | "leads">;
}

const COUNTS = {
  records: "SELECT count(*) AS n FROM records",
  authors: "SELECT count(*) AS n FROM authors",
  actions: "SELECT count(*) AS n FROM actions",
  passed: "SELECT count(*) AS n FROM actions WHERE standing = 'passed'",
  failed: "SELECT count(*) AS n FROM actions WHERE standing = 'failed'",
  pending: "SELECT count(*) AS n FROM actions WHERE standing = 'pending'",
  runs: "SELECT count(*) AS n FROM runs",
  held: "SELECT count(*) AS n FROM holdings",
} as const;

/** Undefined where there is no catalogue yet. */
export function lookAtCatalogue(path: string, mostBytes = CHECKED_BYTES): CatalogueLook | undefined {
  if (!existsSync(path)) return undefined;
  const { size: bytes } = statSync(path);
  const none = { leads: [] };
  let database: DatabaseSync | undefined;
  try {
    database = openReadOnly(path);
    const damage = bytes > mostBytes ? undefined : quickCheckProblem(database);
    if (damage !== undefined) return { catalogue: { path, bytes, state: { damage } }, clock: none };
    const state = bytes > mostBytes ? "skipped" : "ok";
    return { catalogue: { path, bytes, state, counts: countsOf(database) }, clock: clockOf(database) };
  } catch (error) {
    return { catalogue: { path, bytes, state: failureOf(error) }, clock: none };
  } finally {
    database?.close();
  }
}

/** SQLite says of a file with wrong bytes that it is corrupt (11) or no database (26). */
function failureOf(error: unknown): { damage: string } | { unreadable: string } {
  const why = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return code === 11 || code === 26 ? { damage: why } : { unreadable: why };
}

function countsOf(database: DatabaseSync): Record<string, number> {
  return Object.fromEntries(
    Object.entries(COUNTS).map(([name, sql]) => [name, Number(database.prepare(sql).get()?.n ?? 0)]),
  );
}

function clockOf(database: DatabaseSync): CatalogueLook["clock"] {
  const rows = database
    .prepare("SELECT author, created, received FROM records ORDER BY seq DESC LIMIT ?")
    .all(NEWEST_RECORDS);
  const leads = new Map<string, number>();
  for (const { author, created, received } of rows) {
    const lead = Number(created) - Number(received);
    leads.set(String(author), Math.max(lead, leads.get(String(author)) ?? lead));
  }
  const newest = rows[0]?.received;
  return {
    ...(newest === undefined ? {} : { lastReceived: Number(newest) }),
    leads: [...leads.values()],
  };
}
