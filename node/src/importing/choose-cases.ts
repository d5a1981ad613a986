import { isJsonObject, type Json } from "@action-collective/protocol";
import type { PlainCase } from "./candidate.ts";
import { importLimits } from "./limits.ts";

/**
 * A few of many cases: first one for each form of input and output, then one for each output, then others; small ones first.
 * The same cases in any order give the same choice. Pure.
 */
export function chooseCases(
  cases: readonly PlainCase[],
  most: number = importLimits.cases,
  mostBytes: number = importLimits.casesBytes,
): PlainCase[] {
  const sorted = cases
    .map((one) => ({ one, text: JSON.stringify(one) }))
    .toSorted((a, b) => a.text.length - b.text.length || (a.text < b.text ? -1 : 1));
  const chosen = new Set<PlainCase>();
  let bytes = 0;
  const pass = (keyOf: (one: PlainCase) => string) => {
    const seen = new Set([...chosen].map(keyOf));
    for (const { one, text } of sorted) {
      const size = Buffer.byteLength(text);
      if (chosen.size >= most || chosen.has(one) || bytes + size > mostBytes) continue;
      const key = keyOf(one);
      if (seen.has(key)) continue;
      seen.add(key);
      chosen.add(one);
      bytes += size;
    }
  };
  pass(({ input, output }) => `${form(input)} ${form(output)}`);
  pass(({ output }) => JSON.stringify(output));
  pass((one) => JSON.stringify(one));
  return sorted.map(({ one }) => one).filter((one) => chosen.has(one));
}

/** What kind of value it is, roughly: edges such as empty, negative and fractional are kinds of their own. */
function form(value: Json, depth = 0): string {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    if (value.length === 0 || depth > 2) return `[${Math.min(value.length, 1)}]`;
    return `[${[...new Set(value.map((item) => form(item, depth + 1)))].toSorted().join("|")}]`;
  }
  if (isJsonObject(value))
    return depth > 2
      ? "{}"
      : `{${Object.entries(value)
          .slice(0, 12)
          .map(([key, inner]) => `${depth === 0 ? key : ""}:${form(inner, depth + 1)}`)
          .join()}}`;
  if (typeof value === "string") return value === "" ? "empty" : "text";
  if (typeof value === "boolean") return String(value);
  return `${value === 0 ? "zero" : value < 0 ? "minus" : "plus"}${Number.isInteger(value) ? "" : "."}`;
}
