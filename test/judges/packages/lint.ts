import type { Finding } from "../finding.ts";
import { runJudge } from "../run-judge.ts";
import type { Packed } from "./registry.ts";

/** Those whose types somebody imports. */
const TYPED = new Set(["action-collective", "@action-collective/protocol", "@action-collective/node"]);

/** publint (strict) over every package, are-the-types-wrong over those with types; both read the tarball. */
export async function lint(packages: readonly Packed[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, file } of packages) {
    const linted = await runJudge("publint/src/cli.js", [file, "--strict"], {});
    findings.push(finding("publint", name, linted.code, linted.stdout + linted.stderr));
    if (!TYPED.has(name)) continue;
    const typed = await runJudge("@arethetypeswrong/cli/dist/index.js", [file, "--profile", "esm-only"], {});
    findings.push(finding("are-the-types-wrong", name, typed.code, typed.stdout + typed.stderr));
  }
  return findings;
}

function finding(judge: string, subject: string, code: number | null, note: string): Finding {
  return { judge, subject, outcome: code === 0 ? "passed" : "failed", note: code === 0 ? "" : note };
}
