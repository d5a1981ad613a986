import { REFUSALS, type Refusal, type RefusalReason } from "../../importing/candidate.ts";
import type { ProvedAction } from "../../importing/prove-actions.ts";
import { type Output, oneLine } from "../output.ts";
import { table } from "../table.ts";

/** What one import came to: the document of `--json`. */
export interface ImportReport {
  readonly package: string;
  /** How many may become actions: functions, scripts or tools. */
  readonly functions: number;
  readonly what: string;
  readonly proved: readonly {
    readonly id: string;
    readonly name: string;
    readonly from: string;
    readonly cases: number;
    readonly similar: readonly { readonly id: string; readonly name: string }[];
    readonly notes: readonly string[];
    readonly unpublishable?: string;
  }[];
  readonly refused: readonly Refusal[];
  readonly reasons: readonly ReasonGroup[];
  readonly tests?: {
    readonly command: string;
    readonly exitCode: number | null;
    readonly durationMs: number;
  };
  readonly durationMs: { readonly make: number; readonly prove: number };
  readonly folders?: readonly string[];
  readonly published?: readonly string[];
}

export interface ReasonGroup {
  readonly reason: RefusalReason;
  readonly text: string;
  readonly count: number;
  readonly names: readonly string[];
}

/** The most frequent reason first. Pure. */
export function groupedReasons(refused: readonly Refusal[]): ReasonGroup[] {
  return [...Map.groupBy(refused, ({ reason }) => reason)]
    .map(([reason, all]) => ({
      reason,
      text: REFUSALS[reason],
      count: all.length,
      names: all.map(({ name }) => name),
    }))
    .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

export function provedOf({
  id,
  definition,
  from,
  similar,
  notes,
  unpublishable,
}: ProvedAction): ImportReport["proved"][number] {
  return {
    id,
    name: definition.name,
    from,
    cases: definition.cases.length,
    similar,
    notes,
    ...(unpublishable === undefined ? {} : { unpublishable }),
  };
}

/** Names of one group that are shown. */
const SHOWN_NAMES = 4;

export function reportLines({ proved, reasons, functions, what }: ImportReport, output: Output): string[] {
  const lines: string[] = [];
  if (proved.length > 0)
    lines.push(
      ...table(
        output,
        ["ACTION", "CASES", "FROM", "MUCH LIKE"],
        proved.map(({ name, cases, from, similar }) => [
          { text: name, style: "green" as const },
          { text: String(cases) },
          { text: from },
          { text: similar.map((one) => one.name).join(", ") },
        ]),
      ),
      "",
    );
  lines.push(`${proved.length} of ${functions} ${what} are proved actions here.`);
  if (reasons.length > 0)
    lines.push(
      "",
      ...table(
        output,
        ["NOT", "WHY", "FOR EXAMPLE"],
        reasons.map(({ count, text, names }) => [
          { text: String(count) },
          { text },
          {
            text: names
              .slice(0, SHOWN_NAMES)
              .map((name) => oneLine(name, 60))
              .join(", "),
          },
        ]),
      ),
    );
  return lines;
}
