type Scalar = string | number | boolean | null;
type Operation = "count" | "countDistinct" | "sum" | "mean" | "median" | "min" | "max";
type Aggregate = { operation: Operation; field?: string; as?: string };
type GroupInput = { records: Record<string, unknown>[]; groupBy: string[]; aggregates: Aggregate[] };
type GroupOutput = { groups: Record<string, Scalar>[] };
type Group = { key: Scalar[]; records: Record<string, unknown>[] };

/** What SQL calls SELECT … GROUP BY: one output record per distinct key, in order of first appearance. */
export default function groupAndAggregateRecords(input: GroupInput): GroupOutput {
  const names = [...input.groupBy, ...input.aggregates.map(outputName)];
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`Two output fields are called ${JSON.stringify(twice)}: set "as"`);
  const groups = collect(input.records, input.groupBy).map(({ key, records }) => {
    const values = input.aggregates.map((aggregate) => compute(aggregate, records));
    return Object.fromEntries([...key, ...values].map((value, index) => [names[index], value]));
  });
  return { groups };
}

function outputName({ operation, field, as }: Aggregate): string {
  return as ?? (field === undefined ? operation : `${operation}_${field}`);
}

function collect(records: Record<string, unknown>[], groupBy: string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const record of records) {
    const key = groupBy.map((field) => scalar(record, field));
    const id = JSON.stringify(key);
    const group = groups.get(id) ?? { key, records: [] };
    group.records.push(record);
    groups.set(id, group);
  }
  return [...groups.values()];
}

function scalar(record: Record<string, unknown>, field: string): Scalar {
  const value = Object.hasOwn(record, field) ? record[field] : null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value === null) return null;
  throw new Error(
    `Field ${JSON.stringify(field)} holds a list or an object; only plain values can be grouped`,
  );
}

function compute({ operation, field }: Aggregate, records: Record<string, unknown>[]): Scalar {
  if (field === undefined) {
    if (operation === "count") return records.length;
    throw new Error(`The operation ${operation} needs a field`);
  }
  // As in SQL, a missing value takes part in no aggregate.
  const values = records.map((record) => scalar(record, field)).filter((value) => value !== null);
  if (operation === "count") return values.length;
  if (operation === "countDistinct") return new Set(values).size;
  if (operation === "min") return extreme(values, field, -1);
  if (operation === "max") return extreme(values, field, 1);
  const numbers = values.map((value) => asNumber(value, field));
  if (operation === "median") return median(numbers);
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (!Number.isFinite(sum)) throw new Error(`The sum of ${JSON.stringify(field)} is too large for a number`);
  if (operation === "sum") return sum;
  return numbers.length === 0 ? null : sum / numbers.length;
}

function asNumber(value: string | number | boolean, field: string): number {
  if (typeof value === "number") return value;
  throw new Error(`Field ${JSON.stringify(field)} holds ${JSON.stringify(value)}, which is not a number`);
}

/** Numbers by size, texts by code unit (so ISO dates in order of time); a mixture has no order. */
function extreme(values: (string | number | boolean)[], field: string, direction: 1 | -1): Scalar {
  let best: string | number | null = null;
  for (const value of values) {
    if (typeof value === "boolean" || (best !== null && typeof value !== typeof best)) {
      throw new Error(`Field ${JSON.stringify(field)} must hold only numbers or only texts for min and max`);
    }
    if (best === null || (direction === 1 ? value > best : value < best)) best = value;
  }
  return best;
}

function median(numbers: number[]): number | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : lower + (upper - lower) / 2;
}
