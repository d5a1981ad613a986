import type { Command } from "commander";
import type { Area, Check, Diagnosis } from "../../doctor/types.ts";
import { type CommandContext, example } from "../command.ts";
import { manyLines, type Output } from "../output.ts";

const MARKS = {
  ok: ["green", "ok"],
  note: ["cyan", "note"],
  warning: ["yellow", "warning"],
  problem: ["red", "problem"],
} as const;
/** As wide as the longest mark. */
const MARK_WIDTH = 7;
const WORST_FIRST = ["problem", "warning", "note", "ok"] as const;
const TITLES: Readonly<Record<Area, string>> = {
  machine: "This machine",
  sandbox: "The sandbox",
  home: "The peer's home",
  data: "What it holds",
  peer: "The peer",
  network: "Its network",
  agents: "Programs with agents",
};
const FAILURE = 1;

export function addDoctor(program: Command, { io, home, output, end }: CommandContext): void {
  program
    .command("doctor")
    .description(
      "look whether a peer can work here and run strangers' code safely, by trying; ends with 1 if not. It changes nothing",
    )
    .addHelpText("after", example("collective doctor", "collective doctor --json"))
    .action(async () => {
      // Only here: the other commands must start without the sandbox and its parts.
      const [{ examine }, { diagnose }] = await Promise.all([
        import("../../doctor/examine.ts"),
        import("../../doctor/diagnose.ts"),
      ]);
      output.note("Looking at this machine, and running hostile code in the sandbox…");
      const findings = await examine({ home: home(), env: { ...io.env }, folder: process.cwd() });
      const diagnosis = diagnose(findings);
      output.data(diagnosis, () => diagnosisLines(output, diagnosis));
      if (!diagnosis.ok) end(FAILURE);
    });
}

/** By area; within each, the worst first. The last line says what to do next. */
function diagnosisLines(output: Output, { checks }: Diagnosis): string[] {
  const areas = [...new Set(checks.map(({ area }) => area))];
  const groups = areas.flatMap((area) => {
    const own = WORST_FIRST.flatMap((status) =>
      checks.filter((check) => check.area === area && check.status === status),
    );
    return ["", output.paint("bold", TITLES[area]), ...own.flatMap((check) => checkLines(output, check))];
  });
  return [...groups.slice(1), "", ...nextStep(checks), summary(checks)];
}

function checkLines(output: Output, { name, status, message, remedy }: Check): string[] {
  const [style, word] = MARKS[status];
  const mark = output.paint(style, word.padEnd(MARK_WIDTH));
  const way = remedy === undefined ? [] : [`${" ".repeat(MARK_WIDTH + 2)}→ ${manyLines(remedy)}`];
  return [`${mark}  ${name}: ${manyLines(message)}`, ...way];
}

function nextStep(checks: readonly Check[]): string[] {
  const worst = WORST_FIRST.slice(0, 2)
    .flatMap((status) => checks.filter((check) => check.status === status))
    .at(0);
  return worst?.remedy === undefined ? [] : [`Begin with ${worst.name}: ${manyLines(worst.remedy)}`];
}

function summary(checks: readonly Check[]): string {
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems + warnings === 0) return "All is well.";
  return `${problems} ${problems === 1 ? "problem" : "problems"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}.`;
}
