import type { Json } from "@action-collective/protocol";
import type { ReportRedactor } from "../redaction/report-redactor.ts";
import { diagnose } from "./diagnose.ts";
import type { Findings } from "./types.ts";

/** What a report is made from, as it is on this machine. */
export interface ReportParts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly findings: Findings;
  readonly versions: Readonly<Record<string, string>>;
  readonly platform: Readonly<Record<string, string | number>>;
  /** Those that are not the default; undefined where they are not valid. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** The newest lines, oldest first. */
  readonly log: readonly string[];
}

const NO_LOG = "none: the peer has written nothing yet, or was told not to keep its log (--no-keep-log)";

/** The one file of `collective debug`: readable by people, and without what only the user should know. Pure. */
export function debugReport(parts: ReportParts, redactor: ReportRedactor): Json {
  const { now, findings, versions, platform, settings, log } = parts;
  const { daemon, catalogue, index, timings } = findings;
  const diagnosis = diagnose(findings);
  const report = {
    about: "Action Collective: a report for finding a defect. Read it before you send it to anybody.",
    written: new Date(now).toISOString(),
    versions,
    platform,
    settings: settings ?? "not valid; see the diagnosis",
    diagnosis: diagnosis.checks,
    selfTest: diagnosis.selfTest ?? null,
    peer: daemon,
    catalogue: catalogue ?? null,
    searchIndex: index,
    clock: findings.clock,
    ports: findings.ports,
    joining: findings.bootstrap ?? null,
    timingsMs: timings,
    log: log.length === 0 ? NO_LOG : log,
  };
  return redactor.json(JSON.parse(JSON.stringify(report)) as Json);
}
