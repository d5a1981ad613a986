import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./finding.ts";

/** They bring more packages than the project has; so they are installed here, and only by who wants them. */
export function install(): void {
  if (existsSync(join(import.meta.dirname, "node_modules", ".package-lock.json"))) return;
  // What the npm that runs this script tells its children would make this one install elsewhere.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", args, { cwd: import.meta.dirname, env, stdio: "inherit" });
  if (status !== 0) throw new Error(`npm ci ended with ${status}`);
}

/** Of a judge that looked at few things, each is named. */
const NAMED = 12;

/** Prints what was found, and ends with 1 when something failed. */
export function report(findings: readonly Finding[]): void {
  const judges = [...new Set(findings.map((finding) => finding.judge))];
  for (const judge of judges) {
    const own = findings.filter((finding) => finding.judge === judge);
    const passed = own.filter(({ outcome }) => outcome === "passed");
    process.stdout.write(`\n${judge}: ${passed.length} passed\n`);
    if (passed.length <= NAMED)
      for (const { subject } of passed) process.stdout.write(`  passed: ${subject}\n`);
    for (const { outcome, subject, note } of own)
      if (outcome === "failed" || outcome === "warning")
        process.stdout.write(`  ${outcome}: ${subject}: ${note}\n`);
    const exempt = own.filter(({ outcome }) => outcome === "does-not-apply");
    for (const why of new Set(exempt.map(({ note }) => note))) {
      const subjects = exempt.filter(({ note }) => note === why).map(({ subject }) => subject);
      process.stdout.write(`  ${why}:\n${subjects.map((subject) => `    ${subject}\n`).join("")}`);
    }
  }
  const count = (outcome: Finding["outcome"]) => findings.filter((one) => one.outcome === outcome).length;
  process.stdout.write(
    `\n${count("does-not-apply")} checks do not apply, as listed; ${count("warning")} warnings.\n`,
  );
  process.stdout.write(`${count("passed")} passed, ${count("failed")} failed\n`);
  if (count("failed") > 0 || count("passed") === 0) process.exitCode = 1;
}
