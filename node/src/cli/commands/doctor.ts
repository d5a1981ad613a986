import type { Command } from "commander";
import type { Check } from "../../doctor/types.ts";
import { type CommandContext, example } from "../command.ts";
import { manyLines } from "../output.ts";

const MARKS = { ok: ["green", "ok"], warning: ["yellow", "warning"], problem: ["red", "problem"] } as const;
/** As wide as the longest mark. */
const MARK_WIDTH = 7;
const FAILURE = 1;

export function addDoctor(program: Command, { io, home, output, end }: CommandContext): void {
  program
    .command("doctor")
    .description("look whether this machine can run strangers' code safely, by trying; ends with 1 if not")
    .addHelpText("after", example("collective doctor", "collective doctor --json"))
    .action(async () => {
      // Only here: the other commands must start without the sandbox and its parts.
      const [{ examine }, { diagnose }] = await Promise.all([
        import("../../doctor/examine.ts"),
        import("../../doctor/diagnose.ts"),
      ]);
      output.note("Looking at this machine, and running hostile code in the sandbox…");
      const diagnosis = diagnose(await examine({ home: home(), env: { ...io.env } }));
      output.data(diagnosis, () => [...diagnosis.checks.flatMap(lines), summary(diagnosis.checks)]);
      if (!diagnosis.ok) end(FAILURE);
    });

  function lines({ name, status, message, remedy }: Check): string[] {
    const [style, word] = MARKS[status];
    const mark = output.paint(style, word.padEnd(MARK_WIDTH));
    const way = remedy === undefined ? [] : [`${" ".repeat(MARK_WIDTH + 2)}→ ${manyLines(remedy)}`];
    return [`${mark}  ${name}: ${manyLines(message)}`, ...way];
  }
}

function summary(checks: readonly Check[]): string {
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems + warnings === 0) return "All is well.";
  return `${problems} ${problems === 1 ? "problem" : "problems"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}.`;
}
