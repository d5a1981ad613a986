type Row = Record<string, unknown>;
type Kind = "inner" | "left" | "right" | "full";
type KeyPair = { left: string; right?: string };
type JoinTablesInput = { left: Row[]; right: Row[]; keys: KeyPair[]; kind?: Kind; suffix?: string };
type JoinTablesOutput = { rows: Row[]; columns: string[]; unmatchedLeft: number; unmatchedRight: number };
/** Where an output column takes its value from; a key of one name is found on either side. */
type Column = { name: string; left?: string; right?: string };

const MAX_CELLS = 100_000;

/** SQL's JOIN: every pair of rows with equal keys, and by the kind also the rows that found no partner. */
export default function joinTables(input: JoinTablesInput): JoinTablesOutput {
  const kind = input.kind ?? "inner";
  const keys = input.keys.map(({ left, right }) => ({ left, right: right ?? left }));
  const columns = planColumns(input.left, input.right, keys, input.suffix ?? "_right");
  const partners = indexRows(
    input.right,
    keys.map(({ right }) => right),
  );
  const leftKeys = keys.map(({ left }) => left);
  const rows: Row[] = [];
  const add = (left: Row | undefined, right: Row | undefined) => {
    rows.push(merge(columns, left, right));
    if (rows.length * columns.length > MAX_CELLS) {
      throw new Error(
        `The join has more than ${MAX_CELLS} values: join fewer rows, or on keys that repeat less`,
      );
    }
  };
  const met = new Set<Row>();
  let unmatchedLeft = 0;
  for (const row of input.left) {
    const found = partners.get(keyOf(row, leftKeys) ?? "") ?? [];
    for (const partner of found) {
      met.add(partner);
      add(row, partner);
    }
    if (found.length > 0) continue;
    unmatchedLeft += 1;
    if (kind === "left" || kind === "full") add(row, undefined);
  }
  const lonely = input.right.filter((row) => !met.has(row));
  if (kind === "right" || kind === "full") for (const row of lonely) add(undefined, row);
  return { rows, columns: columns.map(({ name }) => name), unmatchedLeft, unmatchedRight: lonely.length };
}

function planColumns(left: Row[], right: Row[], keys: Required<KeyPair>[], suffix: string): Column[] {
  const leftFields = new Set([...keys.map((key) => key.left), ...left.flatMap(Object.keys)]);
  const rightFields = new Set([...keys.map((key) => key.right), ...right.flatMap(Object.keys)]);
  const shared = new Set(keys.filter((key) => key.left === key.right).map((key) => key.left));
  const columns: Column[] = [...leftFields].map((name) =>
    shared.has(name) ? { name, left: name, right: name } : { name, left: name },
  );
  const names = new Set(leftFields);
  for (const field of rightFields) {
    if (shared.has(field)) continue;
    const name = leftFields.has(field) ? field + suffix : field;
    if (names.has(name)) {
      throw new Error(`Two output columns would be called ${JSON.stringify(name)}: choose another suffix`);
    }
    names.add(name);
    columns.push({ name, right: field });
  }
  return columns;
}

function indexRows(rows: Row[], fields: string[]): Map<string, Row[]> {
  const index = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row, fields);
    if (key === undefined) continue;
    const same = index.get(key) ?? [];
    same.push(row);
    index.set(key, same);
  }
  return index;
}

/** As in SQL, a row without a key value matches nothing. */
function keyOf(row: Row, fields: string[]): string | undefined {
  const values = fields.map((field) => read(row, field));
  const nested = values.findIndex((value) => typeof value === "object" && value !== null);
  if (nested >= 0) {
    throw new Error(
      `The key ${JSON.stringify(fields[nested])} holds a list or an object: join on plain values`,
    );
  }
  return values.includes(null) ? undefined : JSON.stringify(values);
}

function read(row: Row | undefined, field: string | undefined): unknown {
  return row !== undefined && field !== undefined && Object.hasOwn(row, field) ? row[field] : null;
}

function merge(columns: Column[], left: Row | undefined, right: Row | undefined): Row {
  return Object.fromEntries(
    columns.map((column) => [column.name, read(left, column.left) ?? read(right, column.right)]),
  );
}
