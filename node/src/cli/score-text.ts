import type { ScoreExplanation, TrustView } from "action-collective";
import { countText } from "./amounts.ts";
import { manyLines, type Output, oneLine, type Style } from "./output.ts";
import { introducers, pathText } from "./peer-text.ts";
import { shortIds } from "./short-id.ts";
import { standingStyle } from "./standing.ts";
import { pairs, table } from "./table.ts";

/** Raters, users, branches and changes shown to a person; `--json` gives all that the peer sent. */
const SHOWN = 8;

/** As it stands in a sentence. */
const PEER_ID = /12D3KooW[1-9A-HJ-NP-Za-km-z]{44}/g;

const GATE: Readonly<
  Record<ScoreExplanation["gate"]["decision"], { readonly text: string; readonly style: Style }>
> = {
  runs: { text: "runs without asking", style: "green" },
  asks: { text: "asks first", style: "yellow" },
  refused: { text: "is refused", style: "red" },
};

/** One line: the score, and the counts behind it. */
export function scoreLine(output: Output, explanation: ScoreExplanation): string {
  const { name, score, standing, withdrawn } = explanation;
  const { runs, succeeded } = score.feedback;
  const here = output.paint(standingStyle(standing), standing);
  const back = withdrawn ? `; ${output.paint("yellow", "withdrawn by its publisher")}` : "";
  const used = runs === 0 ? "" : `; ${countText(runs, "run")}, ${succeeded} succeeded`;
  return `${output.paint("bold", score.value.toFixed(2))}  ${oneLine(name)}: test here ${here}; ${reportedText(score)}${used}${back}`;
}

/** What others found out by its test; nobody's silence is held against an action. */
export function reportedText({
  verdicts: { pass, fail },
}: Pick<ScoreExplanation["score"], "verdicts">): string {
  if (pass + fail === 0) return "nobody else has reported on it yet";
  return `${countText(pass, "pass", "passes")} and ${countText(fail, "fail")} reported`;
}

/** What the score rests on, through whom, and what would change it. */
export function scoreExplanation(output: Output, score: ScoreExplanation, trust: TrustView): string[] {
  const { authors, raters, feedback, branches } = score;
  const short = shortIds([
    ...authors.map(({ peer }) => peer),
    ...raters.flatMap(({ peer, path }) => [peer, ...path]),
    ...feedback.map(({ peer }) => peer),
    ...branches.map(({ via }) => via),
  ]);
  return [
    scoreLine(output, score),
    "",
    ...summary(output, score),
    ...section(output, "Who publishes it", authorLines(output, score, short)),
    ...section(output, "Whose test of it counts, and through whom", raterLines(output, score, trust, short)),
    ...section(output, "Whose agents ran it", feedbackLines(output, score, short)),
    ...section(output, "Cut down, so that no one voice decides", branchLines(score, short)),
    ...section(output, "What would change it", changeLines(score, short)),
  ];
}

function summary(output: Output, { id, passes, failures, own, gate }: ScoreExplanation): string[] {
  const strength =
    own.strength === null
      ? "strength not measured yet"
      : `its test notices ${percent(own.strength)} of changes`;
  const { text, style } = GATE[gate.decision];
  return pairs(output, {
    id: oneLine(id),
    evidence: `${two(passes)} for it, ${two(failures)} against it; 1 is one fully trusted pass`,
    "own test": `${two(own.passes)} for it, ${two(own.failures)} against it; ${strength}`,
    "when run": `${output.paint(style, text)}: ${manyLines(gate.why)}`,
  });
}

function authorLines(
  output: Output,
  { authors, withdrawn }: ScoreExplanation,
  short: (id: string) => string,
): string[] {
  if (authors.length === 0)
    return [
      withdrawn ? "nobody any more: it was withdrawn" : "nobody on the network: it came with this program",
    ];
  return table(
    output,
    ["PEER", "SCORE", "ACTIONS", "ADDS"],
    authors
      .slice(0, SHOWN)
      .map(({ peer, score, actions, passes }) => [
        { text: short(peer), style: "cyan" },
        { text: two(score) },
        { text: String(actions) },
        { text: two(passes) },
      ]),
  );
}

function raterLines(
  output: Output,
  { raters, unshown }: ScoreExplanation,
  trust: TrustView,
  short: (id: string) => string,
): string[] {
  if (raters.length === 0) return ["nobody but this peer has reported a test of it"];
  const introduced = introducers(trust);
  const shown = raters.slice(0, SHOWN);
  const rows = shown.map((rater) => [
    { text: short(rater.peer), style: "cyan" as const },
    { text: rater.outcome },
    { text: two(rater.weight) },
    { text: `${two(rater.reliability)} (${rater.agreements} right, ${rater.disagreements} wrong)` },
    { text: age(rater.ageDays) },
    { text: pathText(rater.path, short, introduced) },
  ]);
  const headings = ["PEER", "SAYS", "COUNTS", "RELIABLE", "AGE", "THROUGH"];
  return [
    ...table(output, headings, rows),
    ...restLine(raters.length - rows.length + unshown.raters),
    ...noteLines(shown, short),
  ];
}

/** Why some count for less: once for all of whom the same is true. */
function noteLines(raters: ScoreExplanation["raters"], short: (id: string) => string): string[] {
  const notes = Map.groupBy(
    raters.filter(({ note }) => note !== undefined),
    ({ note }) => note ?? "",
  );
  return [...notes].map(
    ([note, noted]) => `${noted.map(({ peer }) => oneLine(short(peer))).join(", ")}: ${oneLine(note)}`,
  );
}

function feedbackLines(
  output: Output,
  { feedback, unshown }: ScoreExplanation,
  short: (id: string) => string,
): string[] {
  if (feedback.length === 0) return ["nobody's yet"];
  const rows = feedback
    .slice(0, SHOWN)
    .map((said) => [
      said.own ? { text: "you" } : { text: short(said.peer), style: "cyan" as const },
      { text: String(said.runs) },
      { text: String(said.succeeded) },
      { text: String(said.useful) },
      { text: String(said.useless) },
      { text: `${two(said.passes)} for it, ${two(said.failures)} against it` },
    ]);
  const headings = ["PEER", "RUNS", "SUCCEEDED", "USEFUL", "NOT USEFUL", "ADDS"];
  return [...table(output, headings, rows), ...restLine(feedback.length - rows.length + unshown.feedback)];
}

function branchLines({ branches }: ScoreExplanation, short: (id: string) => string): string[] {
  return branches
    .filter(({ weight, counted }) => two(counted) !== two(weight))
    .slice(0, SHOWN)
    .map(
      ({ via, weight, counted }) =>
        `all that came through ${oneLine(short(via)) || "peers nobody vouches for"}: ${two(weight)}, counted as ${two(counted)}`,
    );
}

function changeLines({ score, changes }: ScoreExplanation, short: (id: string) => string): string[] {
  return changes.slice(0, SHOWN).map(({ what, value }) => {
    const text = oneLine(what).replace(PEER_ID, (id) => short(id));
    return `${two(score.value)} → ${two(value)}  ${text}`;
  });
}

/** A heading and its lines; nothing where there are none. */
function section(output: Output, heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", output.paint("bold", heading), ...lines.map((line) => `  ${line}`)];
}

function restLine(more: number): string[] {
  return more > 0 ? [`… and ${more} more, who count less`] : [];
}

function age(days: number): string {
  return days < 1 ? "today" : countText(Math.round(days), "day");
}

function two(value: number): string {
  return value.toFixed(2);
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
