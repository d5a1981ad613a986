import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MUST_PASS, whyNot } from "./does-not-apply.ts";
import type { Finding } from "./finding.ts";
import { runJudge } from "./run-judge.ts";

/** What the suite writes of each check. */
interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

const PROGRAM = "@modelcontextprotocol/conformance/dist/index.js";
/** `server-<scenario>-<time>` */
const RESULT = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/;

/** Everything that one revision of the protocol requires of a server. @param results an empty folder */
export async function conformance(url: string, revision: string, results: string): Promise<Finding[]> {
  const judge = `conformance ${revision}`;
  const args = ["server", "--url", url, "--requirements", revision, "--output-dir", results];
  const { stdout, stderr } = await runJudge(PROGRAM, args, { HOME: results });
  const findings: Finding[] = [];
  for (const folder of (await readdir(results)).sort()) {
    const scenario = RESULT.exec(folder)?.[1];
    if (scenario === undefined) continue;
    const checks = JSON.parse(await readFile(join(results, folder, "checks.json"), "utf8")) as Check[];
    findings.push(...checks.flatMap((check) => findingOf(judge, scenario, check)));
  }
  for (const scenario of MUST_PASS[revision] ?? [])
    if (!findings.some(({ subject, outcome }) => outcome === "passed" && subject.startsWith(`${scenario}: `)))
      findings.push({
        ...{ judge, subject: scenario, outcome: "failed" },
        note: `nothing of it passed\n${stdout.slice(-2000)}${stderr.slice(-2000)}`,
      });
  return findings;
}

function findingOf(judge: string, scenario: string, { id, status, errorMessage = "" }: Check): Finding[] {
  const subject = `${scenario}: ${id}`;
  switch (status) {
    case "SUCCESS":
      return [{ judge, subject, outcome: "passed", note: "" }];
    case "WARNING":
      return [{ judge, subject, outcome: "warning", note: errorMessage }];
    case "FAILURE": {
      const why = whyNot(scenario, id);
      return [
        why === undefined
          ? { judge, subject, outcome: "failed", note: errorMessage }
          : { judge, subject, outcome: "does-not-apply", note: why },
      ];
    }
    default:
      return [];
  }
}
