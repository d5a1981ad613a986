import { resolve } from "node:path";
import { CollectiveError, type LockedAction, type Standing, type Version } from "@action-collective/protocol";
import { type ActionClient, type ActionDifference, readLock } from "action-collective";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { bestSuccessor, moveBetween, type Tried, triedWithOldCases } from "../lock-changes.ts";
import { differenceLines, diffLines } from "../lock-text.ts";
import { type Output, oneLine } from "../output.ts";
import { shortIds } from "../short-id.ts";
import { standingStyle } from "../standing.ts";
import { table } from "../table.ts";
import { fileOption } from "./lock.ts";

interface OutdatedFlags {
  readonly file: string;
  readonly diff?: boolean;
  readonly try?: boolean;
  readonly exitCode?: boolean;
}

/** What is known here of one pin. */
interface PinReport {
  readonly alias: string;
  readonly id: string;
  readonly name: string;
  /** Absent: this peer does not know it. */
  readonly here?: { readonly standing: Standing; readonly score: number; readonly withdrawn: boolean };
  /** All successors known here, the newest first, also those that were taken back or fail here. */
  readonly successors: readonly Version[];
  /** The one that `lock update` would take, and what would change. */
  readonly newer?: Version;
  readonly difference?: ActionDifference;
  readonly tried?: Tried;
  /** Much like it, whoever made it: where the pin itself is in trouble. */
  readonly alternatives: readonly Version[];
}

export function addOutdated(program: Command, { client, output, end }: CommandContext): void {
  program
    .command("outdated")
    .description("show what is newer than what a lock file pins, and what would change; moves nothing")
    .option(...fileOption)
    .option("--diff", "with the difference of the code")
    .option("--try", "run the cases of the old action on the new one, in the sandbox")
    .option("--exit-code", "end with 1 when something is newer, taken back, failing, or not known here")
    .addHelpText(
      "after",
      `\nA successor has the same name and the same author, or the key that succeeded theirs. Only what this peer has heard of\nis seen.\n${example("collective outdated", "collective outdated --diff --try", "collective outdated --json")}`,
    )
    .action(async (flags: OutdatedFlags) => {
      const { actions } = await readLock(flags.file);
      const reports: PinReport[] = [];
      for (const [alias, pin] of Object.entries(actions))
        reports.push(await reportOf(client(), alias, pin, flags.try === true));
      output.data({ file: resolve(flags.file), actions: reports }, () => [
        ...tableOf(output, reports),
        ...reports.flatMap((report) => detailsOf(output, report, flags.diff === true)),
      ]);
      const open = reports.filter(needsAttention);
      if (open.length === 0) output.note("Nothing newer is known here.");
      else if (open.some(({ newer }) => newer !== undefined))
        output.note("`collective lock update PIN` moves a pin; nothing else does.");
      if (flags.exitCode === true && open.length > 0) end(1);
    });
}

async function reportOf(
  client: ActionClient,
  alias: string,
  { id, name }: LockedAction,
  tries: boolean,
): Promise<PinReport> {
  try {
    const [{ versions, withdrawn }, view] = [await client.versions(id), await client.show(id)];
    const here = { standing: view.standing, score: view.score.value, withdrawn };
    const successors = versions.filter(({ relation }) => relation === "successor");
    const inTrouble = withdrawn || view.standing === "failed";
    const alternatives = inTrouble ? versions.filter(({ relation }) => relation === "duplicate") : [];
    const known = { alias, id, name, here, successors, alternatives };
    const newer = bestSuccessor(versions);
    if (newer === undefined) return known;
    const move = await moveBetween(client, id, newer.id);
    const tried = tries ? { tried: await triedWithOldCases(client, move) } : {};
    return { ...known, newer, difference: move.difference, ...tried };
  } catch (error) {
    if (!(error instanceof CollectiveError) || error.code !== "not-found") throw error;
    return { alias, id, name, successors: [], alternatives: [] };
  }
}

function needsAttention({ here, newer, successors }: PinReport): boolean {
  return (
    here === undefined ||
    here.withdrawn ||
    here.standing === "failed" ||
    newer !== undefined ||
    successors.length > 0
  );
}

function tableOf(output: Output, reports: readonly PinReport[]): string[] {
  if (reports.length === 0) return [];
  const short = shortIds(
    reports.flatMap(({ id, newer }) => [id, ...(newer === undefined ? [] : [newer.id])]),
  );
  return table(
    output,
    ["PIN", "ID", "TEST HERE", "SCORE", "NEWER", "TEST HERE", "SCORE", "CHANGES"],
    reports.map(({ alias, id, here, newer, difference }) => [
      { text: alias, style: "bold" },
      { text: short(id), style: "cyan" },
      here === undefined
        ? { text: "not known", style: "red" }
        : {
            text: here.withdrawn ? `${here.standing}, withdrawn` : here.standing,
            style: here.withdrawn ? "red" : standingStyle(here.standing),
          },
      { text: here?.score.toFixed(2) ?? "" },
      { text: newer === undefined ? "-" : short(newer.id), style: newer === undefined ? "dim" : "cyan" },
      newer === undefined ? { text: "" } : { text: newer.standing, style: standingStyle(newer.standing) },
      { text: newer?.score.toFixed(2) ?? "" },
      { text: difference === undefined ? "" : inBrief(difference) },
    ]),
  );
}

function inBrief({ permissions, input, output, code }: ActionDifference): string {
  const parts = [
    ...(permissions.wider.length === 0 ? [] : [`ASKS FOR MORE: ${permissions.wider.join(", ")}`]),
    ...(permissions.narrower.length === 0 ? [] : ["asks for less"]),
    ...(input.verdict === "same" ? [] : [`input ${input.verdict}`]),
    ...(output.verdict === "same" ? [] : [`output ${output.verdict}`]),
    ...(code === undefined ? [] : [`code +${code.added} -${code.removed}`]),
  ];
  return parts.join("; ");
}

function detailsOf(output: Output, report: PinReport, withDiff: boolean): string[] {
  const { alias, id, here, newer, difference, tried, successors, alternatives } = report;
  const lines = [
    ...(here === undefined ? ["this peer has not heard of it: `collective install` waits for it"] : []),
    ...successors
      .filter((one) => one.id !== newer?.id)
      .map((one) => `not taken: ${oneLine(one.id)} (${oneLine(whyNot(one))})`),
    ...alternatives.map((one) => `much like it: ${oneLine(one.id)} ${oneLine(one.name)}`),
    ...(difference === undefined ? [] : differenceLines(output, difference, tried)),
  ];
  if (lines.length === 0) return [];
  const heading = `${output.paint("bold", oneLine(alias))}  ${oneLine(id)}${newer === undefined ? "" : ` → ${oneLine(newer.id)}`}`;
  const diff = withDiff && difference !== undefined ? diffLines(output, difference) : [];
  return ["", heading, ...lines.map((line) => `  ${line}`), ...diff.map((line) => `  ${line}`)];
}

function whyNot({ withdrawn, standing, refused }: Version): string {
  if (withdrawn) return "withdrawn";
  if (standing === "failed") return "its unit test does not pass here";
  return refused === undefined ? "an older successor" : refused;
}
