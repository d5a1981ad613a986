import type { Json } from "@action-collective/protocol";
import type { SourceAnalysis } from "../analysis/source-analysis.ts";
import { ScanRefusedError } from "../sandbox/errors.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TestProcess } from "../sandbox/types.ts";
import { InvalidSchemaError } from "../schemas/errors.ts";
import { measureStrength } from "../strength/measure-strength.ts";
import type { StrengthOptions, StrengthResult } from "../strength/types.ts";
import { isMachineFailure } from "../uses/machine-failures.ts";
import { judgeAgain } from "./judge-again.ts";
import { judgeCases } from "./judge-cases.ts";
import { inputRefusal, invoke, invokeCase } from "./judge-invoke.ts";
import { type Finding, failed, reasonOf, unknown } from "./judge-outcome.ts";
import { judgeAgainstStubs } from "./judge-stubs.ts";
import { judgeTest, type TestJudgement } from "./judge-test.ts";
import { FIRST_LOOK, SECOND_LOOK } from "./look.ts";
import type { CaseReport, Report, SchemaChecker, TestableBundle } from "./report.ts";
import { startBoth } from "./start-both.ts";
import type { Subject } from "./subject.ts";

export interface JudgeParts {
  readonly sandbox: Pick<Sandbox, "reserve" | "startAction" | "startTest" | "limits" | "description">;
  readonly schemas: SchemaChecker;
  /** Without it a test that passed is neither run again with another seed and time, nor is its strength measured. */
  readonly analysis?: Pick<SourceAnalysis, "mutants">;
  readonly strength?: Partial<StrengthOptions>;
  /** Milliseconds. */
  readonly clock: () => number;
}

export interface Judge {
  /** Runs a bundle's unit test and says what came of it. Rejects only with the signal's reason, or on a bug. */
  judge(bundle: TestableBundle, options: { signal: AbortSignal }): Promise<Report>;
  /** The report of a bundle that is not run, for what was found out about it otherwise. */
  withoutRun(finding: Finding): Report;
}

interface Judgement {
  readonly finding: Finding;
  readonly cases: CaseReport[];
  readonly test?: TestJudgement;
  readonly logs: string[];
  readonly wishes?: string[];
  readonly strength?: StrengthResult;
}

export function createJudge(parts: JudgeParts): Judge {
  return {
    async judge(bundle, { signal }) {
      const startedAt = parts.clock();
      const judgement = await judgedThoroughly(parts, bundle, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return { finding: findingOfError(error), cases: [], logs: [] };
      });
      return reportOf(judgement, parts, parts.clock() - startedAt);
    },
    withoutRun: (finding) => reportOf({ finding, cases: [], logs: [] }, parts, 0),
  };
}

/** Only a pass is looked at twice: a fail is one, whatever a second look would say. */
async function judgedThoroughly(
  parts: JudgeParts,
  bundle: TestableBundle,
  signal: AbortSignal,
): Promise<Judgement> {
  const first = await judged(parts, bundle, signal);
  const { analysis } = parts;
  if (analysis === undefined || first.finding.outcome !== "pass") return first;
  const again = { ...first, ...(await judgeAgain(parts, bundle, first, signal)) };
  if (again.finding.outcome !== "pass") return again;
  const options = { ...parts.strength, start: SECOND_LOOK, signal };
  return { ...again, strength: await measureStrength({ ...parts, analysis }, bundle, options) };
}

async function judged(parts: JudgeParts, bundle: TestableBundle, signal: AbortSignal): Promise<Judgement> {
  const { source, test } = bundle;
  if (bundle.cases.length === 0 && test === undefined)
    return { finding: failed("no-tests", "there is neither a case nor a test module"), cases: [], logs: [] };
  using reservation = await parts.sandbox.reserve(test === undefined ? 1 : 2, signal);
  const options = { ...FIRST_LOOK, reservation, signal };
  const startTest = (code: string) => parts.sandbox.startTest({ code, language: source.language }, options);
  // Both at once: the test's process starts while the cases run.
  const [subject, testProcess] = await startBoth(parts, bundle, options);
  let judgement: StartedJudgement;
  try {
    const restart = test === undefined ? undefined : () => startTest(test);
    judgement = await judgeStarted({ parts, bundle, subject, test: testProcess, restart, signal });
  } finally {
    await Promise.all([subject.close(), testProcess?.close()]);
  }
  // Only now: the last lines of a log may come after the last answer.
  const testLogs = judgement.testLogs ?? testProcess?.logs() ?? [];
  const logs = [...subject.logs(), ...testLogs.map((line) => `test: ${line}`)];
  return { ...judgement, logs, wishes: subject.wishes() };
}

interface Started {
  readonly parts: JudgeParts;
  readonly bundle: TestableBundle;
  readonly subject: Subject;
  readonly test: TestProcess | undefined;
  readonly restart: (() => Promise<TestProcess>) | undefined;
  readonly signal: AbortSignal;
}

interface StartedJudgement extends Omit<Judgement, "logs"> {
  /** What the test wrote in its round with the real action, where other rounds followed. */
  readonly testLogs?: string[];
}

/** Cases first; then the test, if all is well so far; then the same test against stubs, where it must fail. */
async function judgeStarted(started: Started): Promise<StartedJudgement> {
  const { parts, bundle, subject, test, restart, signal } = started;
  const { schemas } = parts;
  const invokeParts = { schemas, bundle, subject, call: subject.call.bind(subject) };
  const { finding, reports: cases } = await judgeCases(bundle.cases, (one) =>
    invokeCase(invokeParts, one, signal),
  );
  if (test === undefined || restart === undefined || finding.outcome !== "pass") return { finding, cases };
  const tested = await judgeTest(test, (input, ended) => invoke(invokeParts, input, ended), signal);
  if (tested.finding.outcome !== "pass") return { finding: tested.finding, cases, test: tested };
  const testLogs = test.logs();
  const refusal = (input: Json) => inputRefusal(schemas, bundle.input, input);
  const stubs = await judgeAgainstStubs({ test, restart, refusal, signal });
  return { finding: stubs, cases, test: tested, testLogs };
}

/** @throws what is a bug of ours */
function findingOfError(error: unknown): Finding {
  if (error instanceof ScanRefusedError) return failed("scan-refused", error.message);
  if (error instanceof InvalidSchemaError) return failed("invalid-schema", error.message);
  if (!isMachineFailure(error)) throw error;
  return unknown("sandbox-unavailable", (error as Error).message);
}

function reportOf(
  { finding, cases, test, logs, wishes, strength }: Judgement,
  { sandbox }: JudgeParts,
  durationMs: number,
): Report {
  return {
    outcome: finding.outcome,
    code: finding.code,
    reason: reasonOf(finding),
    runner: sandbox.description,
    cases,
    tests: test?.tests ?? [],
    calls: test?.calls ?? 0,
    assertions: test?.assertions ?? 0,
    durationMs: Math.round(durationMs),
    logs,
    limits: finding.limit === undefined ? [] : [finding.limit],
    permissionsObserved: wishes ?? [],
    ...(strength === undefined ? {} : resultOf(strength)),
  };
}

function resultOf(result: StrengthResult): Pick<Report, "strength" | "strengthUnknown"> {
  return "strength" in result ? { strength: result.strength } : { strengthUnknown: result.unknown };
}
