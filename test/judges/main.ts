import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readApiFile } from "action-collective";
import { addingAction } from "../helpers/adding-action.ts";
import { PeerProcess } from "../helpers/processes.ts";
import { conformance } from "./conformance.ts";
import { MUST_PASS } from "./does-not-apply.ts";
import type { Finding } from "./finding.ts";
import { inspector } from "./inspector.ts";
import { tokenProxy } from "./token-proxy.ts";

const CONSTANT = ["find_action", "get_action", "run_action", "rate_action", "publish_action"];

/** Independent judges of the MCP server: the conformance suite and the inspector, against a real daemon. */
async function judge(): Promise<Finding[]> {
  install();
  const scratch = await mkdtemp(join(tmpdir(), "collective-judges-"));
  try {
    await using peer = await PeerProcess.start({ env: { COLLECTIVE_LIBRARY: "true" } });
    const api = await readApiFile(peer.home);
    if (api === undefined) throw new Error("the daemon wrote no api.json");
    await peer.client.publish(addingAction(5));
    await peer.client.pin("addN5");
    await using proxy = await tokenProxy(api);
    const findings: Finding[] = [];
    for (const revision of Object.keys(MUST_PASS)) {
      const results = await mkdtemp(join(scratch, "conformance-"));
      findings.push(...(await conformance(`${proxy.url}/mcp`, revision, results)));
    }
    findings.push(
      ...(await inspector({
        ...{ mcpUrl: `${api.url}/mcp`, token: api.token, home: peer.home, scratch },
        tools: [...CONSTANT, "addN5"],
        call: { tool: "addN5", argument: "x=37", answer: '\\"content\\":42' },
      })),
    );
    return findings;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** They bring more packages than the project has; so they are installed here, and only by who wants them. */
function install(): void {
  if (existsSync(join(import.meta.dirname, "node_modules", ".package-lock.json"))) return;
  // What the npm that runs this script tells its children would make this one install elsewhere.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", args, { cwd: import.meta.dirname, env, stdio: "inherit" });
  if (status !== 0) throw new Error(`npm ci ended with ${status}`);
}

function report(findings: readonly Finding[]): void {
  const judges = [...new Set(findings.map((finding) => finding.judge))];
  for (const judge of judges) {
    const own = findings.filter((finding) => finding.judge === judge);
    process.stdout.write(`\n${judge}: ${own.filter(({ outcome }) => outcome === "passed").length} passed\n`);
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

report(await judge());
