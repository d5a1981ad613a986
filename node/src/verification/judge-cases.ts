import { type Case, cleanText, type Json } from "@action-collective/protocol";
import { firstDifference } from "./compare.ts";
import type { Invocation } from "./judge-invoke.ts";
import { type Finding, failed, findingOfEnd, PASSED } from "./judge-outcome.ts";
import type { CaseReport } from "./report.ts";

export interface CasesResult {
  readonly finding: Finding;
  readonly reports: CaseReport[];
}

/**
 * Calls the action with one case after the other and judges here, in the parent. After an end without an answer
 * the rest is skipped: the verdict is settled, and a fresh process for each would let a stranger spend our limits
 * once a case.
 */
export async function judgeCases(
  cases: readonly Case[],
  call: (one: Case) => Promise<Invocation>,
): Promise<CasesResult> {
  const reports: CaseReport[] = [];
  let finding = PASSED;
  for (const [index, one] of cases.entries()) {
    const invocation = await call(one);
    const { report, finding: found } = judgeCase(index, one, invocation);
    reports.push(report);
    if (finding.outcome === "pass") finding = found;
    if (invocation.kind !== "ended") continue;
    for (let rest = index + 1; rest < cases.length; rest++)
      reports.push({ index: rest, status: "skipped", message: "not run", durationMs: 0 });
    break;
  }
  return { finding, reports };
}

/** Pure. */
export function judgeCase(
  index: number,
  one: Case,
  invocation: Invocation,
): { report: CaseReport; finding: Finding } {
  if (invocation.kind === "ended") {
    const finding = findingOfEnd(invocation.outcome, "the action");
    const status = finding.outcome === "unknown" ? "unknown" : "failed";
    return { report: { index, status, message: finding.detail, ...asked(one), durationMs: 0 }, finding };
  }
  const durationMs = Math.round(invocation.durationMs);
  const problem = "error" in one ? errorProblem(one.error, invocation) : outputProblem(one, invocation);
  const texts = { ...asked(one), actual: answered(invocation) };
  if (problem === undefined)
    return { report: { index, status: "passed", ...texts, durationMs }, finding: PASSED };
  const code = invocation.kind === "invalid-output" ? "output-invalid" : "case-failed";
  return {
    report: { index, status: "failed", ...texts, durationMs, ...problem },
    finding: failed(code, `case ${index + 1}: ${problem.message}`),
  };
}

/** Characters of a value that a report shows. */
const SHOWN = 120;

function asked(one: Case): { input: string; expected: string } {
  const expected = "error" in one ? `an error that contains "${one.error}"` : JSON.stringify(one.output);
  return { input: shown(JSON.stringify(one.input)), expected: shown(expected) };
}

function answered(invocation: Exclude<Invocation, { kind: "ended" }>): string {
  switch (invocation.kind) {
    case "answered":
      return shown(JSON.stringify(invocation.output));
    case "error":
      return shown(`${invocation.name}: ${invocation.message}`);
    case "invalid-output":
      return "an output that the schema refuses";
  }
}

function shown(text: string): string {
  return cleanText(text.replace(/\s+/gu, " "), SHOWN);
}

type Problem = Pick<CaseReport, "difference"> & { message: string };

function outputProblem(one: Extract<Case, { output: Json }>, invocation: Invocation): Problem | undefined {
  if (invocation.kind === "invalid-output")
    return { message: `the output does not match the action's schema: ${invocation.problem}` };
  if (invocation.kind !== "answered") return { message: `expected an output, but ${thrown(invocation)}` };
  const difference = firstDifference(one.output, invocation.output, one.tolerance);
  if (difference === undefined) return undefined;
  const { path, expected, actual } = difference;
  return { message: `${path} is ${actual}, expected ${expected}`, difference };
}

function errorProblem(expected: string, invocation: Invocation): Problem | undefined {
  if (invocation.kind === "error" && invocation.message.includes(expected)) return undefined;
  return { message: `expected an error that contains "${expected}", but ${thrown(invocation)}` };
}

function thrown(invocation: Invocation): string {
  if (invocation.kind !== "error") return "it returned a value";
  return invocation.from === "input"
    ? invocation.message
    : `it threw ${invocation.name}: ${invocation.message}`;
}
