type Row = Record<string, unknown>;
type Aggregate = "sum" | "count" | "mean" | "min" | "max" | "first";
type PivotTableInput = {
  records: Row[];
  rows: string[];
  column: string;
  value?: string;
  aggregate?: Aggregate;
  fill?: unknown;
  total?: string;
};
type PivotTableOutput = { columns: string[]; rows: Row[] };
type Line = { keys: unknown[]; cells: Map<string, unknown[]>; all: unknown[] };

const MAX_COLUMNS = 1_000;
const MAX_CELLS = 100_000;

/** Long to wide: one row per combination of the row fields, one column per value of the column field. */
export default function pivotTable(input: PivotTableInput): PivotTableOutput {
  const { rows, total, value, fill = null } = input;
  const aggregate = input.aggregate ?? (value === undefined ? "count" : "sum");
  if (value === undefined && aggregate !== "count") {
    throw new Error(`The aggregate ${aggregate} needs "value", the field to aggregate`);
  }
  const { lines, headings } = collect(input);
  const columns = [...rows, ...headings, ...(total === undefined ? [] : [total])];
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Error(
      `Two columns of the result would be called ${JSON.stringify(twice)}: rename a field first`,
    );
  }
  if (columns.length * lines.length > MAX_CELLS) {
    throw new Error(`The table has more than ${MAX_CELLS} cells: use fewer row fields or records`);
  }
  const table = lines.map(({ keys, cells, all }) => {
    const found = headings.map((heading) => compute(aggregate, cells.get(heading) ?? []) ?? fill);
    const values =
      total === undefined ? [...keys, ...found] : [...keys, ...found, compute(aggregate, all) ?? fill];
    return Object.fromEntries(columns.map((name, index) => [name, values[index]]));
  });
  return { columns, rows: table };
}

function collect({ records, rows, column, value }: PivotTableInput): { lines: Line[]; headings: string[] } {
  const lines = new Map<string, Line>();
  const headings = new Set<string>();
  for (const record of records) {
    const keys = rows.map((field) => plain(record, field));
    const id = JSON.stringify(keys);
    const line: Line = lines.get(id) ?? { keys, cells: new Map(), all: [] };
    lines.set(id, line);
    const heading = String(plain(record, column) ?? "(none)");
    headings.add(heading);
    if (headings.size > MAX_COLUMNS) {
      throw new Error(
        `${JSON.stringify(column)} has more than ${MAX_COLUMNS} values: use it for the rows instead`,
      );
    }
    const item = value === undefined ? true : plain(record, value);
    if (item === null) continue; // as in SQL, a missing value takes part in no aggregate
    const cell = line.cells.get(heading) ?? [];
    cell.push(item);
    line.cells.set(heading, cell);
    line.all.push(item);
  }
  return { lines: [...lines.values()], headings: [...headings] };
}

function plain(record: Row, field: string): unknown {
  const value = Object.hasOwn(record, field) ? record[field] : null;
  if (typeof value !== "object" || value === null) return value;
  throw new Error(`Field ${JSON.stringify(field)} holds a list or an object: pivot plain values`);
}

/** Undefined where there is nothing to aggregate. */
function compute(aggregate: Aggregate, values: unknown[]): unknown {
  if (values.length === 0) return undefined;
  if (aggregate === "count") return values.length;
  if (aggregate === "first") return values[0];
  const numbers = values.map((value) => {
    if (typeof value === "number") return value;
    throw new Error(
      `${JSON.stringify(value)} is not a number: use count or first, or convert the values first`,
    );
  });
  if (aggregate === "min") return numbers.reduce((least, number) => Math.min(least, number));
  if (aggregate === "max") return numbers.reduce((most, number) => Math.max(most, number));
  const sum = numbers.reduce((subtotal, number) => subtotal + number);
  if (!Number.isFinite(sum)) throw new Error("A sum is too large for a number: scale the values down");
  return aggregate === "sum" ? sum : sum / numbers.length;
}
