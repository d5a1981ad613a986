import { REFUSALS, type Refusal, type RefusalReason } from "../../importing/candidate.ts";
import type { LookAlike } from "../../importing/look-alikes.ts";
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
    readonly similar: readonly LookAlike[];
    readonly notes: readonly string[];
    readonly unpublishable?: string;
  }[];
  readonly refused: readonly Refusal[];
  readonly reasons: readonly ReasonGroup[];
  /** The notes of what was proved, by their kinds. */
  readonly notes: readonly NoteGroup[];
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

export interface NoteGroup {
  readonly text: string;
  readonly count: number;
  readonly names: readonly string[];
}

/** What a note says before its colon is its kind; the most frequent first. Pure. */
export function groupedNotes(proved: readonly ProvedAction[]): NoteGroup[] {
  const all = proved.flatMap(({ notes, definition: { name } }) =>
    notes.map((note) => ({ name, text: note.replace(/:.*$/s, "").replace(/^\d+ /, "") })),
  );
  return [...Map.groupBy(all, ({ text }) => text)]
    .map(([text, own]) => ({ text, count: own.length, names: own.map(({ name }) => name) }))
    .toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}

/** `slugify (same name)`. */
export function alikeText({ name, why }: LookAlike): string {
  return `${oneLine(name, 60)} (${why})`;
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

/** Kinds of notes that are shown; --json has all. */
const SHOWN_NOTES = 6;
/** Others like one action that are shown. */
const SHOWN_ALIKE = 2;

export function reportLines(report: ImportReport, output: Output): string[] {
  const { proved, reasons, functions, what, notes } = report;
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
          { text: alikeCell(similar) },
        ]),
      ),
      "",
    );
  lines.push(`${proved.length} of ${functions} ${what} are proved actions here.`);
  const alike = proved.filter(({ similar }) => similar.length > 0).length;
  if (alike > 0) lines.push(`${alike} of them may be there already: look at what they are much like.`);
  if (notes.length > 0)
    lines.push("", ...groupTable(output, ["PROVED", "BUT NOTE", "FOR EXAMPLE"], notes.slice(0, SHOWN_NOTES)));
  if (reasons.length > 0) lines.push("", ...groupTable(output, ["NOT", "WHY", "FOR EXAMPLE"], reasons));
  return lines;
}

function alikeCell(similar: readonly LookAlike[]): string {
  const more = similar.length - SHOWN_ALIKE;
  const shown = similar.slice(0, SHOWN_ALIKE).map(alikeText).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function groupTable(output: Output, head: readonly string[], groups: readonly NoteGroup[]): string[] {
  return table(
    output,
    head,
    groups.map(({ count, text, names }) => [
      { text: String(count) },
      { text },
      {
        text: names
          .slice(0, SHOWN_NAMES)
          .map((name) => oneLine(name, 60))
          .join(", "),
      },
    ]),
  );
}
