type FormatCsvInput = {
  records: Record<string, unknown>[];
  columns?: string[];
  delimiter?: "," | ";" | "\t" | "|";
  header?: boolean;
  lineEnding?: "lf" | "crlf";
  escapeFormulas?: boolean;
};
type FormatCsvOutput = { csv: string };

/** Spreadsheets run a cell that begins with one of these as a formula, perhaps after space that they drop. */
const FORMULA_START = /^[\t\r\n]*[=+\-@]/;

/** Writes records as delimited text (RFC 4180), every line ended by the line ending. */
export default function formatCsv(input: FormatCsvInput): FormatCsvOutput {
  const delimiter = input.delimiter ?? ",";
  const lineEnding = input.lineEnding === "crlf" ? "\r\n" : "\n";
  // Alphabetical and not first-seen, because JSON objects promise no order of keys.
  const columns =
    input.columns ?? [...new Set(input.records.flatMap((record) => Object.keys(record)))].sort();
  if (columns.length === 0) return { csv: "" };
  const rows = input.records.map((record, index) =>
    columns.map((column) => {
      const value = Object.hasOwn(record, column) ? record[column] : null;
      const where = `Record ${index + 1}, column ${JSON.stringify(column)}`;
      return cellText(value, where, input.escapeFormulas ?? false);
    }),
  );
  const names = columns.map((column) => cellText(column, "The header", input.escapeFormulas ?? false));
  const lines = (input.header ?? true) ? [names, ...rows] : rows;
  return { csv: lines.map((line) => formatLine(line, delimiter) + lineEnding).join("") };
}

function cellText(value: unknown, where: string, escapeFormulas: boolean): string {
  if (value === null) return "";
  if (typeof value === "object") {
    throw new Error(`${where} holds a list or an object, which a cell cannot: flatten the record first`);
  }
  const text = String(value);
  return escapeFormulas && typeof value === "string" && FORMULA_START.test(text) ? `'${text}` : text;
}

function formatLine(cells: string[], delimiter: string): string {
  // A line that holds nothing but space would be skipped as blank by readers.
  if (cells.join("").trim() === "" && cells.length === 1) return `"${cells.join("")}"`;
  return cells.map((cell) => quoteIfNeeded(cell, delimiter)).join(delimiter);
}

function quoteIfNeeded(cell: string, delimiter: string): string {
  const needsQuotes = cell.includes(delimiter) || /["\n\r]/.test(cell);
  return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell;
}
