import { writeFile } from "node:fs/promises";

/** One measured figure; `baseline` was measured in the same run, `aim` is what we want, `met` whether we got it. */
export interface BenchRow {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
  readonly aim?: string;
  readonly met?: boolean;
}

/** Prints the rows as a table, and writes `{ name, rows }` where `--json FILE` asks for it. */
export async function reportBench(
  name: string,
  rows: readonly BenchRow[],
  jsonFile: string | undefined,
): Promise<void> {
  const header = ["metric", "value", "unit", "baseline", "aim", "met"];
  const lines = rows.map(({ metric, value, unit, baseline, aim, met }) => [
    metric,
    short(value),
    unit,
    baseline === undefined ? "" : short(baseline),
    aim ?? "",
    met === undefined ? "" : met ? "yes" : "NO",
  ]);
  const widths = header.map((title, i) =>
    Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0)),
  );
  process.stdout.write(`\n${name}\n`);
  for (const line of [header, ...lines])
    process.stdout.write(
      `${line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify({ name, rows }, null, 2)}\n`);
}

function short(value: number): string {
  // A row that only says why there is no figure.
  if (Number.isNaN(value)) return "–";
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
