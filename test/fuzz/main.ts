/**
 * Fuzzes every decoder: `node --conditions=source test/fuzz/main.ts --seconds 30 [--seed N] [--target NAME]`.
 * What breaks one is written to test/fuzz/corpus/, where the tests find it from then on.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { checkRegressions, type Finding, fuzz } from "./fuzz.ts";
import { corpusFile } from "./inputs.ts";
import { targets } from "./targets.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    seed: { type: "string" },
    target: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Date.now() % 0xffff_ffff);
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
if (!(seconds > 0) || !Number.isInteger(seed) || chosen.length === 0) {
  console.error(`usage: --seconds N [--seed N] [--target ${targets.map(({ name }) => name).join(" | ")}]`);
  process.exit(2);
}

const known = checkRegressions();
const { executions, findings } = fuzz({ milliseconds: seconds * 1000, seed, targets: chosen });
for (const finding of known.findings) report(finding, "known");
for (const finding of findings) report(finding, keep(finding));
console.log(`${known.executions} regressions, ${executions} executions in ${seconds} s, seed ${seed}:`);
console.log(`${known.findings.length + findings.length} problems`);
process.exitCode = known.findings.length + findings.length > 0 ? 1 : 0;

function keep({ target, input }: Finding): string {
  const name = `${target}--${createHash("sha256").update(input).digest("hex").slice(0, 12)}.hex`;
  writeFileSync(corpusFile(name), `${Buffer.from(input).toString("hex")}\n`);
  return name;
}

function report({ target, problem, input }: Finding, where: string): void {
  console.error(`${target}: ${problem}\n  ${where}: ${Buffer.from(input).toString("hex").slice(0, 200)}`);
}
