import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Compiles each statement once, at start, so that a mistyped one fails there and not in the middle of the night. */
export function prepared<const Sql extends Record<string, string>>(
  database: DatabaseSync,
  sql: Sql,
): { readonly [Name in keyof Sql]: StatementSync } {
  const entries = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)] as const);
  return Object.fromEntries(entries) as { [Name in keyof Sql]: StatementSync };
}
