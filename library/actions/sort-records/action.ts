type Row = Record<string, unknown>;
type SortKey = {
  field: string;
  direction?: "ascending" | "descending";
  nulls?: "first" | "last";
  exact?: boolean;
};
type SortRecordsInput = { records: Row[]; by: SortKey[] };
type SortRecordsOutput = { records: Row[]; order: number[] };
/** What a value is compared by: its kind, then numbers and texts piece by piece. */
type Value = { rank: number; parts: (string | number | bigint)[] };

const RANKS: ReadonlyMap<string, number> = new Map([
  ["null", 0],
  ["boolean", 1],
  ["number", 2],
  ["string", 3],
]);

/** A stable sort by several fields, where "item 9" comes before "item 10" and missing values come last. */
export default function sortRecords(input: SortRecordsInput): SortRecordsOutput {
  let rows = [...input.records.entries()];
  // A stable sort by the last field first leaves the first field in charge.
  for (const key of input.by.toReversed()) {
    const valued = rows.map((row) => ({ row, value: sortable(row[1], key) }));
    rows = valued.sort((a, b) => compare(key, a.value, b.value)).map(({ row }) => row);
  }
  return { records: rows.map(([, record]) => record), order: rows.map(([index]) => index) };
}

function sortable(record: Row, { field, exact }: SortKey): Value {
  const value = Object.hasOwn(record, field) ? record[field] : null;
  const rank = RANKS.get(value === null ? "null" : typeof value);
  if (rank === undefined)
    throw new Error(`Field ${JSON.stringify(field)} holds a list or an object, which has no order`);
  if (typeof value !== "string") return { rank, parts: [Number(value)] };
  return { rank, parts: exact ? [value] : naturalParts(value) };
}

/** Without case and accents, and with runs of digits as numbers, exact however long. */
function naturalParts(text: string): (string | bigint)[] {
  const folded = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
  return (folded.match(/[0-9]+|[^0-9]+/g) ?? []).map((piece) =>
    /[0-9]/.test(piece) ? BigInt(piece) : piece,
  );
}

function compare(key: SortKey, a: Value, b: Value): number {
  if (a.rank === 0 || b.rank === 0) return key.nulls === "first" ? a.rank - b.rank : b.rank - a.rank;
  const difference = a.rank - b.rank || compareParts(a.parts, b.parts);
  return key.direction === "descending" ? -difference : difference;
}

function compareParts(a: Value["parts"], b: Value["parts"]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (part === other) continue;
    if (other === undefined) return 1;
    // As digits come before letters.
    if (typeof part !== typeof other) return typeof part === "bigint" ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return a.length - b.length;
}
