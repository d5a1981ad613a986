import type { Sandbox } from "../sandbox/sandbox.ts";
import { judgeCases } from "./judge-cases.ts";
import { invoke, invokeCase } from "./judge-invoke.ts";
import { type Finding, failed } from "./judge-outcome.ts";
import { judgeTest, type TestJudgement } from "./judge-test.ts";
import { SECOND_LOOK } from "./look.ts";
import type { CaseReport, SchemaChecker, TestableBundle, TestReport } from "./report.ts";
import { startBoth } from "./start-both.ts";

export interface AgainParts {
  readonly sandbox: Pick<Sandbox, "reserve" | "startAction" | "startTest" | "limits">;
  readonly schemas: SchemaChecker;
}

/** What one look at a unit test saw. */
export interface Seen {
  readonly finding: Finding;
  readonly cases: CaseReport[];
  readonly test?: TestJudgement;
}

/**
 * Runs a unit test that has passed once more, in fresh processes and with another seed and time. One that now ends
 * differently is flaky: its pass was luck. @throws as startAction, and the signal's reason
 */
export async function judgeAgain(
  { sandbox, schemas }: AgainParts,
  bundle: TestableBundle,
  first: Seen,
  signal: AbortSignal,
): Promise<Seen> {
  using reservation = await sandbox.reserve(bundle.test === undefined ? 1 : 2, signal);
  const options = { ...SECOND_LOOK, reservation, signal };
  const [subject, test] = await startBoth({ sandbox, schemas }, bundle, options);
  try {
    const parts = { schemas, bundle, subject, call: subject.call.bind(subject) };
    const cases = await judgeCases(bundle.cases, (one) => invokeCase(parts, one, signal));
    const tested =
      test === undefined || cases.finding.outcome !== "pass"
        ? undefined
        : await judgeTest(test, (input, ended) => invoke(parts, input, ended), signal);
    const finding = tested?.finding ?? cases.finding;
    if (finding.outcome === "pass") return first;
    const second = { finding, cases: cases.reports, ...(tested === undefined ? {} : { test: tested }) };
    return finding.outcome === "unknown" ? { ...first, finding } : flaky(first, second);
  } finally {
    await Promise.all([subject.close(), test?.close()]);
  }
}

const SOMETIMES = "passes, but not with another seed and time";

/** Pure. */
export function flaky(first: Seen, second: Seen): Seen {
  const cases = first.cases.map((one, at) => differing(one, second.cases[at]));
  const tests = first.test?.tests.map((one, at) => differing(one, second.test?.tests[at]));
  const which = [
    ...cases.filter(({ status }) => status === "failed").map(({ index }) => `case ${index + 1}`),
    ...(tests ?? []).filter(({ status }) => status === "failed").map(({ name }) => `test "${name}"`),
  ];
  const finding = failed(
    "flaky",
    which.length > 0 ? `${which.join(", ")} ${SOMETIMES}` : `it ${SOMETIMES}: ${second.finding.detail}`,
  );
  return {
    finding: second.finding.limit === undefined ? finding : { ...finding, limit: second.finding.limit },
    cases,
    ...(first.test === undefined || tests === undefined ? {} : { test: { ...first.test, tests } }),
  };
}

function differing<T extends CaseReport | TestReport>(first: T, second: T | undefined): T {
  if (second?.status !== "failed") return first;
  return { ...second, message: `${SOMETIMES}: ${second.message ?? "it failed"}` };
}
