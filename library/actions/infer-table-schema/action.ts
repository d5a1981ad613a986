type Row = Record<string, unknown>;
type Kind =
  | "integer"
  | "number"
  | "boolean"
  | "date"
  | "dateTime"
  | "text"
  | "list"
  | "object"
  | "mixed"
  | "none";
type Range = number | string;
type Column = {
  name: string;
  type: Kind;
  nullable: boolean;
  nulls: number;
  distinct: number;
  unique: boolean;
  min?: Range;
  max?: Range;
  minLength?: number;
  maxLength?: number;
  examples: unknown[];
};
type InferTableSchemaInput = { records: Row[]; readTexts?: boolean };
type InferTableSchemaOutput = { rowCount: number; columns: Column[] };
type Reading = { kind: Kind; value: unknown };

const EXAMPLES = 3;
/** No leading zeros or plus signs: 007 and +49 are codes, not quantities. */
const INTEGER = /^-?(?:0|[1-9][0-9]{0,14})$/;
const NUMBER = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const DATE_TIME =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$/;

/** What each column of a table holds: the narrowest type that all its values have, gaps, distinct values, range. */
export default function inferTableSchema({
  records,
  readTexts = false,
}: InferTableSchemaInput): InferTableSchemaOutput {
  const columns = new Map<string, unknown[]>();
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) {
      const values = columns.get(name) ?? [];
      values.push(value);
      columns.set(name, values);
    }
  }
  return {
    rowCount: records.length,
    columns: [...columns].map(([name, values]) => describe(name, values, records.length, readTexts)),
  };
}

function describe(name: string, values: unknown[], rowCount: number, readTexts: boolean): Column {
  const readings = values
    .map((raw) => ({ raw, ...read(raw, readTexts) }))
    .filter(({ kind }) => kind !== "none");
  const type = readings.map(({ kind }) => kind).reduce((a, b) => widen(a, b, readTexts), "none");
  // A column that is text after all keeps its numbers as they are spelt.
  const present = readings.map(({ raw, value }) => (type === "text" ? raw : value));
  const distinct = new Map(present.map((value) => [JSON.stringify(value), value]));
  const nulls = rowCount - present.length;
  return {
    name,
    type,
    nullable: nulls > 0,
    nulls,
    distinct: distinct.size,
    unique: distinct.size === rowCount,
    ...rangeOf(type, present),
    examples: [...distinct.values()].slice(0, EXAMPLES),
  };
}

function read(value: unknown, readTexts: boolean): Reading {
  if (value === null || (readTexts && typeof value === "string" && value.trim() === ""))
    return { kind: "none", value };
  if (typeof value === "number") return { kind: Number.isInteger(value) ? "integer" : "number", value };
  if (typeof value === "boolean") return { kind: "boolean", value };
  if (typeof value !== "string") return { kind: Array.isArray(value) ? "list" : "object", value };
  const text = value.trim();
  if (DATE.test(text) && isDay(text)) return { kind: "date", value: text };
  if (isDay(DATE_TIME.exec(text)?.[1] ?? "")) return { kind: "dateTime", value: text };
  if (!readTexts) return { kind: "text", value };
  if (INTEGER.test(text)) return { kind: "integer", value: Number(text) };
  if (NUMBER.test(text)) return { kind: "number", value: Number(text) };
  if (/^(?:true|false)$/i.test(text)) return { kind: "boolean", value: text.toLowerCase() === "true" };
  return { kind: "text", value };
}

function widen(a: Kind, b: Kind, readTexts: boolean): Kind {
  if (a === b || a === "none") return b;
  const isWithin = (...kinds: Kind[]) => kinds.includes(a) && kinds.includes(b);
  if (isWithin("integer", "number")) return "number";
  if (isWithin("date", "dateTime")) return "dateTime";
  const spelt: Kind[] = readTexts ? ["integer", "number", "boolean"] : [];
  return isWithin("text", "date", "dateTime", ...spelt) ? "text" : "mixed";
}

function rangeOf(type: Kind, values: unknown[]): Partial<Column> {
  if (type === "text") {
    const lengths = values.map((value) => String(value).length).sort((a, b) => a - b);
    return { minLength: lengths[0] ?? 0, maxLength: lengths.at(-1) ?? 0 };
  }
  if (type === "integer" || type === "number") {
    const sorted = values.map(Number).sort((a, b) => a - b);
    return { min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
  }
  if (type !== "date" && type !== "dateTime") return {};
  const sorted = values.map(String).sort();
  return { min: sorted[0] ?? "", max: sorted.at(-1) ?? "" };
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
