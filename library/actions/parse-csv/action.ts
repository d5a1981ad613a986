type Delimiter = "," | ";" | "\t" | "|";
type Cell = string | number | boolean | null;
type ParseCsvInput = {
  text: string;
  delimiter?: Delimiter;
  header?: boolean;
  trim?: boolean;
  inferTypes?: boolean;
};
type ParseCsvOutput = { columns: string[]; records: Record<string, Cell>[] };
type Row = { line: number; fields: string[] };

/** In order of preference when they occur equally often. */
const DELIMITERS: readonly Delimiter[] = [",", ";", "\t", "|"];
/** Longer digit strings are identifiers, and a double could not hold all of them. */
const MAX_NUMBER_DIGITS = 15;
/** No leading zeros, no plus sign: "007" and "+49" are identifiers, not numbers. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** Parses delimited text (RFC 4180, with the usual leniencies) into one record per row. */
export default function parseCsv(input: ParseCsvInput): ParseCsvOutput {
  const text = input.text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const rows = splitRows(text, input.delimiter ?? guessDelimiter(text), input.trim ?? false);
  const [first] = rows;
  if (first === undefined) return { columns: [], records: [] };
  const hasHeader = input.header ?? true;
  const columns = first.fields.map((field, index) => (hasHeader && field) || `column${index + 1}`);
  const seen = new Set<string>();
  const twice = columns.find((column) => seen.size === seen.add(column).size);
  if (twice !== undefined) throw new Error(`Column ${JSON.stringify(twice)} appears twice in the header`);
  const body = hasHeader ? rows.slice(1) : rows;
  return { columns, records: body.map((row) => toRecord(row, columns, input.inferTypes ?? false)) };
}

function toRecord(row: Row, columns: string[], inferTypes: boolean): Record<string, Cell> {
  if (row.fields.length !== columns.length) {
    throw new Error(
      `Line ${row.line}: fields found: ${row.fields.length}, columns expected: ${columns.length}`,
    );
  }
  // Object.fromEntries defines own properties, so that a column called "__proto__" is only a name.
  return Object.fromEntries(
    row.fields.map((field, index) => [columns[index], inferTypes ? typed(field) : field]),
  );
}

function typed(field: string): Cell {
  if (field === "") return null;
  if (field === "true" || field === "false") return field === "true";
  const digits = field.replace(/\D/g, "").length;
  return NUMBER.test(field) && digits <= MAX_NUMBER_DIGITS ? Number(field) : field;
}

function guessDelimiter(text: string): Delimiter {
  const lines = text.replace(/"[^"]*"/g, "").split("\n");
  const sample = lines.find((line) => /[^ ]/.test(line)) ?? "";
  const counts = DELIMITERS.map((delimiter) => sample.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

function splitRows(text: string, delimiter: Delimiter, trim: boolean): Row[] {
  const rows: Row[] = [];
  let fields: string[] = [];
  let field = "";
  let state: "start" | "plain" | "quoted" | "closed" = "start";
  let line = 1;
  let rowLine = 1;
  let quoteLine = 1;
  for (let at = 0; at <= text.length; at += 1) {
    const character = text.charAt(at); // "" at the end of the text
    if (character === "\n") line += 1;
    if (state === "quoted") {
      if (character === "")
        throw new Error(`The quoted field that opens on line ${quoteLine} is never closed`);
      if (character !== '"') {
        field += character;
      } else if (text.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else {
        state = "closed";
      }
    } else if (character === delimiter || character === "\n" || character === "") {
      fields.push(trim && state === "plain" ? field.trimEnd() : field);
      if (character !== delimiter) {
        const isBlank = fields.length === 1 && state !== "closed" && field.trim() === "";
        if (!isBlank) rows.push({ line: rowLine, fields });
        fields = [];
        rowLine = line;
      }
      field = "";
      state = "start";
    } else if (trim && character === " " && state !== "plain") {
      // Spaces around a field are not part of it.
    } else if (state === "closed") {
      throw new Error(`Line ${line}: ${JSON.stringify(character)} follows a closing quote`);
    } else if (character === '"' && state === "start") {
      state = "quoted";
      quoteLine = line;
    } else {
      field += character;
      state = "plain";
    }
  }
  return rows;
}
