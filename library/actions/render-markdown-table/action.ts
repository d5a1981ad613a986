type Align = "left" | "right" | "center";
type Column = { field: string; header?: string; align?: Align };
type RenderMarkdownTableInput = { records: Record<string, unknown>[]; columns?: Column[]; compact?: boolean };
type RenderMarkdownTableOutput = { markdown: string };
type Laid = { align: Align | undefined; cells: string[]; width: number };

const MAX_CELLS = 100_000;
const NARROWEST = 3;
/** Wider cells stick out: padding all others to their width would only make a table longer. */
const WIDEST = 80;
const RULES = { left: [":", "-"], right: ["-", ":"], center: [":", ":"], none: ["-", "-"] } as const;
/** Characters that take two columns of a fixed-width font, roughly: East Asian scripts and emoji. */
const WIDE =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
const INVISIBLE = /[\p{M}\p{Cf}]/gu;

/** A GitHub-flavoured table with padded columns; numbers stand to the right unless told otherwise. */
export default function renderMarkdownTable(input: RenderMarkdownTableInput): RenderMarkdownTableOutput {
  const names = new Set(input.records.flatMap((record) => Object.keys(record)));
  const columns: Column[] = input.columns ?? [...names].map((field) => ({ field }));
  if (columns.length === 0)
    throw new Error("There are no columns: give records with fields, or a list of columns");
  if (columns.length * input.records.length > MAX_CELLS) {
    throw new Error(`The table has more than ${MAX_CELLS} cells: give fewer records or columns`);
  }
  const laid = columns.map((column) => layOut(column, input.records));
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const row = (index: number) =>
    line(laid.map(({ cells, width, align }) => pad(cells[index] ?? "", input.compact ? 0 : width, align)));
  const rule = line(laid.map(({ width, align }) => ruleOf(input.compact ? NARROWEST : width, align)));
  const body = input.records.map((_, index) => row(index + 1));
  return { markdown: [row(0), rule, ...body].join("\n") };
}

function layOut({ field, header, align }: Column, records: Record<string, unknown>[]): Laid {
  const values = records.map((record) => (Object.hasOwn(record, field) ? record[field] : null));
  const present = values.filter((value) => value !== null);
  const isNumeric = present.length > 0 && present.every((value) => typeof value === "number");
  const cells = [header ?? field, ...values].map(cellText);
  const width = cells.reduce((widest, cell) => Math.max(widest, widthOf(cell)), NARROWEST);
  return { align: align ?? (isNumeric ? "right" : undefined), cells, width: Math.min(width, WIDEST) };
}

/** A pipe would end the cell and a line break the table. */
function cellText(value: unknown): string {
  if (value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text
    .trim()
    .replace(/[\\|]/g, "\\$&")
    .replace(/\r\n|\r|\n/g, "<br>");
}

function widthOf(text: string): number {
  return [...text.replace(INVISIBLE, "")].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

function pad(cell: string, width: number, align: Align | undefined): string {
  const missing = Math.max(0, width - widthOf(cell));
  if (align === "right") return " ".repeat(missing) + cell;
  const before = align === "center" ? Math.floor(missing / 2) : 0;
  return " ".repeat(before) + cell + " ".repeat(missing - before);
}

function ruleOf(width: number, align: Align | undefined): string {
  const [start, end] = RULES[align ?? "none"];
  return start + "-".repeat(width - 2) + end;
}
