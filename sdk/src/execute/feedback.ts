import { type Proof, type VerificationView, visibleJson } from "@action-collective/protocol";
import type { Particular } from "./generality.ts";

/** Cases, logs and values that a model is shown of a failed test: the first ones, which usually tell it all. */
const CASES = 5;
const LOGS = 10;
const PARTICULARS = 12;
/** Cannot be told from a general term by its form. */
const NAME = /^\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)*$/u;

/** What is wrong with an action whose test did not pass, one line each. Pure. */
export function failuresOf(verification: VerificationView): string[] {
  if (verification.outcome === "pass") return [];
  const cases = verification.cases
    .filter(({ status }) => status === "failed" || status === "unknown")
    .slice(0, CASES)
    .map(({ index, message, input, expected, actual, difference }) =>
      [
        `case ${index + 1}: ${message ?? "failed"}`,
        ...(input === undefined ? [] : [`input ${input}`]),
        ...(expected === undefined ? [] : [`expected ${expected}`]),
        ...(actual === undefined ? [] : [`actual ${actual}`]),
        ...(difference === undefined
          ? []
          : [
              `they differ at ${difference.path}: expected ${difference.expected}, actual ${difference.actual}`,
            ]),
      ].join("; "),
    );
  const tests = verification.tests
    .filter(({ status }) => status === "failed")
    .slice(0, CASES)
    .map(({ name, message }) => `test "${name}": ${message ?? "failed"}`);
  const findings = (verification.findings ?? [])
    .filter(({ severity }) => severity !== "info")
    .slice(0, CASES)
    .map(({ line, message, in: where }) => `${where ?? "code"}, line ${line}: ${message}`);
  const logs = verification.logs.slice(0, LOGS).map((line) => `log: ${line}`);
  return [verification.reason, ...cases, ...tests, ...findings, ...logs];
}

/** How an action is to become general, one line each. Pure. */
export function generalityProblems(found: readonly Particular[]): string[] {
  return found.slice(0, PARTICULARS).map(({ value, part }) => {
    const what = `${part}: ${visibleJson(value)} is a value of this conversation`;
    if (part === "cases" || part === "test") return `${what}; use a made-up one`;
    const term = NAME.test(value) ? "; if it is a general term, write it in lower case" : "";
    return `${what}; make it a parameter, or leave it out${term}`;
  });
}

/** A secret in it; what else keeps an action on this machine is not the model's to mend. */
export function secretProblems({ unpublishable }: Pick<Proof, "unpublishable">): string[] {
  return unpublishable === undefined ? [] : [`${unpublishable}; make it a parameter`];
}
