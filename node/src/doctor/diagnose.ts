import { agentChecks } from "./checks/agents.ts";
import { dataChecks } from "./checks/data.ts";
import { homeChecks } from "./checks/home.ts";
import { machineChecks } from "./checks/machine.ts";
import { networkChecks } from "./checks/network.ts";
import { peerChecks } from "./checks/peer.ts";
import { sandboxChecks } from "./checks/sandbox.ts";
import type { Diagnosis, Findings } from "./types.ts";

/** What is well, what is not, and what to do about it. Pure. */
export function diagnose(findings: Findings): Diagnosis {
  const { sandbox } = findings;
  const checks = [
    ...machineChecks(findings),
    ...sandboxChecks(findings),
    ...homeChecks(findings),
    ...dataChecks(findings),
    ...peerChecks(findings),
    ...networkChecks(findings),
    ...agentChecks(findings),
  ];
  return {
    ok: checks.every(({ status }) => status !== "problem"),
    checks,
    ...(sandbox.opened ? { selfTest: sandbox.selfTest } : {}),
  };
}
