import type { VerificationView } from "action-collective";
import { oneLine } from "./output.ts";

type TestStatus = VerificationView["cases"][number]["status"];

/** One line: how much of the unit test passed, and where. */
export function summaryOf({ cases, tests, durationMs, runner, reason, outcome }: VerificationView): string {
  const parts = [...counted(cases, "cases"), ...counted(tests, "tests")].join(", ");
  const place = [`deno ${runner.deno}`, ...runner.layers].join(", ");
  const why = outcome === "pass" ? "" : `: ${reason}`;
  return oneLine(`${parts || "nothing was run"} in ${durationMs.toFixed(0)} ms (${place})${why}`);
}

/** Every case and test, with what was expected and what came. */
export function explain(
  { cases, tests, logs, limits, permissionsObserved }: VerificationView,
  paint: (status: TestStatus) => string,
): string[] {
  return [
    ...cases.flatMap((one) => [
      `  ${paint(one.status)}  case ${one.index + 1}, ${one.durationMs.toFixed(0)} ms${message(one.message)}`,
      ...difference(one.difference),
    ]),
    ...tests.map((one) => `  ${paint(one.status)}  test "${oneLine(one.name)}"${message(one.message)}`),
    ...limits.map((one) => `  hit the limit of ${oneLine(one)}`),
    ...permissionsObserved.map((one) => `  asked for ${oneLine(one)}`),
    ...logs.map((line) => `  log: ${oneLine(line)}`),
  ];
}

function counted(list: readonly { readonly status: TestStatus }[], what: string): string[] {
  if (list.length === 0) return [];
  return [`${list.filter((one) => one.status === "passed").length} of ${list.length} ${what} passed`];
}

function message(text: string | undefined): string {
  return text === undefined || text === "" ? "" : `: ${oneLine(text)}`;
}

function difference(found: VerificationView["cases"][number]["difference"]): string[] {
  if (found === undefined) return [];
  const place = found.path === "" ? "" : ` at ${oneLine(found.path)}`;
  return [
    `          expected  ${oneLine(found.expected)}${place}`,
    `          actual    ${oneLine(found.actual)}`,
  ];
}
