import type { VerificationView } from "action-collective";
import { describeFinding } from "../analysis/describe-finding.ts";
import { oneLine } from "./output.ts";

type TestStatus = VerificationView["cases"][number]["status"];
type CaseView = VerificationView["cases"][number];
type StrengthView = NonNullable<VerificationView["strength"]>;

/** One line: how much of the unit test passed, how strong it is, and where. */
export function summaryOf(verification: VerificationView): string {
  const { cases, tests, strength, durationMs, runner, reason, outcome } = verification;
  const parts = [...counted(cases, "cases"), ...counted(tests, "tests")];
  if (strength !== undefined) parts.push(`strength ${percent(strength)}`);
  const place = [`deno ${runner.deno}`, ...runner.layers].join(", ");
  const why = outcome === "pass" ? "" : `: ${reason}`;
  return oneLine(`${parts.join(", ") || "nothing was run"} in ${durationMs.toFixed(0)} ms (${place})${why}`);
}

/** Every case and test, with what was expected and what came, and what else was seen. */
export function explain(verification: VerificationView, paint: (status: TestStatus) => string): string[] {
  const { cases, tests, calls, assertions, logs, limits, permissionsObserved, findings } = verification;
  return [
    ...cases.flatMap((one) => [`  ${paint(one.status)}  ${caseLine(one)}`, ...problem(one)]),
    ...tests.map((one) => `  ${paint(one.status)}  test "${oneLine(one.name)}"${message(one.message)}`),
    ...(tests.length === 0
      ? []
      : [`  the test made ${count(calls, "call")} and ${count(assertions, "assertion")}`]),
    ...limits.map((one) => `  hit the limit of ${oneLine(one)}`),
    ...permissionsObserved.map((one) => `  looked for ${oneLine(one)}`),
    ...strengthLines(verification),
    ...(findings ?? []).map((one) => `  scan: ${oneLine(describeFinding(one))}`),
    ...logs.map((line) => `  log: ${oneLine(line)}`),
  ];
}

function counted(list: readonly { readonly status: TestStatus }[], what: string): string[] {
  if (list.length === 0) return [];
  return [`${list.filter((one) => one.status === "passed").length} of ${list.length} ${what} passed`];
}

/** A case that passed fits one line: what went in, and what came out. */
function caseLine({ index, status, durationMs, input, expected, actual, message: why }: CaseView): string {
  const line = `case ${index + 1}, ${durationMs.toFixed(0)} ms`;
  if (status !== "passed") return `${line}${message(why)}`;
  if (input === undefined || actual === undefined) return line;
  const wanted = expected === undefined || expected === actual ? "" : ` (expected ${oneLine(expected)})`;
  return `${line}: ${oneLine(input)} → ${oneLine(actual)}${wanted}`;
}

function problem({ status, input, expected, actual, difference }: CaseView): string[] {
  if (status === "passed" || status === "skipped") return [];
  const at = difference === undefined || ["", "$"].includes(difference.path) ? "" : ` at ${difference.path}`;
  return [
    ...labelled("input", input),
    // Where only a part differs, that part says more than the whole.
    ...labelled("expected", at === "" ? (expected ?? difference?.expected) : difference?.expected, at),
    ...labelled("actual", at === "" ? (actual ?? difference?.actual) : difference?.actual),
  ];
}

function labelled(label: string, text: string | undefined, after = ""): string[] {
  return text === undefined ? [] : [`          ${label.padEnd(8)}  ${oneLine(`${text}${after}`)}`];
}

function strengthLines({ strength, strengthUnknown }: VerificationView): string[] {
  if (strength === undefined)
    return strengthUnknown === undefined ? [] : [`  strength unknown: ${oneLine(strengthUnknown)}`];
  const { mutants, killed, survived } = strength;
  const noticed = `  strength ${percent(strength)}: the test notices ${killed} of ${mutants} small changes to the code`;
  if (survived.length === 0) return [noticed];
  const left = mutants - killed - survived.length;
  return [
    `${noticed}; not these:`,
    ...survived.flatMap(({ line, operator, original, replacement }) => [
      `    line ${line}, ${oneLine(operator)}`,
      `          ${oneLine(original)}`,
      `       →  ${oneLine(replacement)}`,
    ]),
    ...(left > 0 ? [`    … and ${left} more`] : []),
  ];
}

function percent({ killed, mutants }: Pick<StrengthView, "killed" | "mutants">): string {
  return `${Math.floor((100 * killed) / mutants)} %`;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}

function message(text: string | undefined): string {
  return text === undefined || text === "" ? "" : `: ${oneLine(text)}`;
}
