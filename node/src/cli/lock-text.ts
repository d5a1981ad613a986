import type { ActionDifference, SchemaDifference, TextDifference } from "action-collective";
import type { Tried } from "./lock-changes.ts";
import { jsonText, type Output, oneLine } from "./output.ts";

/** Lines of one kind that are shown; `--json` has them all. */
const SHOWN = 8;
/** A case is shown so far. */
const CASE_CHARACTERS = 160;

/** What changes, the permissions first: what an action may reach matters more than what it says. */
export function differenceLines(output: Output, difference: ActionDifference, tried?: Tried): string[] {
  const { permissions, input, output: answer, cases, uses, licence } = difference;
  const wider = permissions.wider.map((one) => output.paint("red", `ASKS FOR MORE: ${oneLine(one)}`));
  const narrower = permissions.narrower.map((one) => `asks no more for: ${oneLine(one)}`);
  return [
    ...wider,
    ...narrower,
    ...(permissions.wider.length + permissions.narrower.length === 0 ? ["permissions: the same"] : []),
    ...schemaLines(output, "input", input),
    ...schemaLines(output, "output", answer),
    ...(uses.added.length + uses.removed.length === 0
      ? []
      : [
          `uses: ${[...uses.added.map((id) => `+${oneLine(id)}`), ...uses.removed.map((id) => `-${oneLine(id)}`)].join(" ")}`,
        ]),
    `cases: ${cases.kept} kept, ${cases.added} added, ${cases.gone.length} gone${cases.contradicted === 0 ? "" : `, of which ${cases.contradicted} now want another answer`}`,
    ...some(cases.gone, (one) => `  - ${oneLine(jsonText(one, 0), CASE_CHARACTERS)}`),
    ...(tried === undefined ? [] : [triedLine(output, tried)]),
    countLine("code", difference.code),
    ...(difference.test === undefined || difference.test.added + difference.test.removed === 0
      ? []
      : [countLine("test module", difference.test)]),
    ...(licence === undefined ? [] : [`licence: ${oneLine(licence.from)} → ${oneLine(licence.to)}`]),
  ];
}

/** The text itself, as `diff -u` has it. */
export function diffLines(output: Output, difference: ActionDifference): string[] {
  return [
    ...textLines(output, "code", difference.code),
    ...textLines(output, "test module", difference.test),
  ];
}

function schemaLines(output: Output, side: string, { verdict, changes, more }: SchemaDifference): string[] {
  if (verdict === "same") return [`${side}: the same`];
  const heading = `${side}: ${verdict === "breaking" ? output.paint("yellow", "breaking") : "compatible"}`;
  const lines = some(
    changes,
    ({ path, what, breaking }) => `  ${breaking ? "!" : "·"} ${oneLine(path) || "(all)"}: ${oneLine(what)}`,
  );
  return [heading, ...lines, ...(more === 0 ? [] : [`  … and ${more} more`])];
}

function triedLine(output: Output, { passed, cases, why }: Tried): string {
  const all = passed === cases && cases > 0;
  const words = `old cases: ${passed} of ${cases} pass with the new one`;
  return all
    ? output.paint("green", words)
    : `${output.paint("yellow", words)}${why === undefined ? "" : ` (${oneLine(why)})`}`;
}

function countLine(what: string, text: TextDifference | undefined): string {
  if (text === undefined) return `${what}: could not be fetched`;
  return text.added + text.removed === 0
    ? `${what}: the same`
    : `${what}: +${text.added} -${text.removed} lines`;
}

function textLines(output: Output, what: string, text: TextDifference | undefined): string[] {
  if (text === undefined || text.lines.length === 0) return [];
  const lines = text.lines.map((line) => {
    const shown = line.charAt(0) + codeLine(line.slice(1));
    if (line.startsWith("+")) return output.paint("green", shown);
    return line.startsWith("-") ? output.paint("red", shown) : shown;
  });
  const rest = text.more === 0 ? [] : [`… and ${text.more} more lines`];
  return [output.paint("bold", what), ...lines, ...rest];
}

/** Its indentation stays; whatever is invisible does not. */
function codeLine(line: string): string {
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  return indent.replaceAll("\t", "  ") + oneLine(line);
}

function some<Item>(items: readonly Item[], lineOf: (item: Item) => string): string[] {
  const rest = items.length - SHOWN;
  return [...items.slice(0, SHOWN).map(lineOf), ...(rest > 0 ? [`  … and ${rest} more`] : [])];
}
