type Align = "left" | "right" | "center" | "none";
type Table = { line: number; headers: string[]; alignments: Align[]; records: Record<string, string>[] };
type ParseMarkdownTableInput = { markdown: string };
type ParseMarkdownTableOutput = { tables: Table[] };

const MAX_COLUMNS = 500;
const MAX_CELLS = 100_000;
const RULE_CELL = /^:?-+:?$/;
const FENCE = /^ {0,3}(?:`{3,}(?!.*`)|~{3,})/;
/** Another block of Markdown, which ends a table even without an empty line before it. */
const OTHER_BLOCK = /^ {0,3}(?:>|#{1,6}(?:\s|$)|`{3}|~{3})/;

/** Every pipe table of a Markdown document (GitHub's rules); what stands in fenced code is left alone. */
export default function parseMarkdownTable({ markdown }: ParseMarkdownTableInput): ParseMarkdownTableOutput {
  const lines = markdown.split(/\r\n|\r|\n/);
  const tables: Table[] = [];
  let fence = "";
  let cells = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const mark = FENCE.exec(line)?.[0].trim() ?? "";
    if (fence !== "") {
      if (mark.startsWith(fence)) fence = "";
      continue;
    }
    fence = mark;
    const headers = cellsOf(line);
    const alignments = alignmentsOf(lines[index + 1] ?? "");
    if (alignments.length === 0 || headers.length !== alignments.length || OTHER_BLOCK.test(line)) continue;
    const table: Table = { line: index + 1, headers: distinct(headers), alignments, records: [] };
    for (index += 2; isRow(lines[index]); index += 1) {
      cells += headers.length;
      if (cells > MAX_CELLS)
        throw new Error(`The tables have more than ${MAX_CELLS} cells: give a part of them`);
      table.records.push(recordOf(table.headers, lines[index] ?? ""));
    }
    tables.push(table);
    index -= 1; // the line that ended the table may begin a fence
  }
  return { tables };
}

function isRow(line = ""): boolean {
  return line.trim() !== "" && !OTHER_BLOCK.test(line);
}

/** None if the line is no rule of hyphens between a table's head and its body. */
function alignmentsOf(line: string): Align[] {
  const cells = cellsOf(line);
  if (!line.includes("|") && !line.includes(":")) return [];
  return cells.every((cell) => RULE_CELL.test(cell)) ? cells.map(alignmentOf) : [];
}

function alignmentOf(cell: string): Align {
  if (cell.startsWith(":")) return cell.endsWith(":") ? "center" : "left";
  return cell.endsWith(":") ? "right" : "none";
}

/** Splits at pipes that no backslash escapes; the pipes at both ends are optional. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = "";
  for (const piece of line.trim().replace(/^\|/, "").match(/\\.|./g) ?? []) {
    if (piece === "|") {
      cells.push(cell);
      cell = "";
    } else cell += piece;
  }
  if (cell !== "") cells.push(cell);
  return cells.map((text) =>
    text
      .trim()
      .replace(/\\([\\|])/g, "$1")
      .replace(/<br *\/?>/gi, "\n"),
  );
}

/** As on GitHub, cells beyond the head are dropped and missing ones are empty. */
function recordOf(headers: string[], line: string): Record<string, string> {
  const cells = cellsOf(line);
  return Object.fromEntries(headers.map((header, index) => [header, cells[index] ?? ""]));
}

function distinct(headers: string[]): string[] {
  if (headers.length > MAX_COLUMNS) throw new Error(`A table may have ${MAX_COLUMNS} columns at most`);
  const names = new Set<string>();
  for (const [index, header] of headers.entries()) {
    const base = header === "" ? `column_${index + 1}` : header;
    let name = base;
    for (let count = 2; names.has(name); count += 1) name = `${base}_${count}`;
    names.add(name);
  }
  return [...names];
}
