import { CollectiveError, cleanText } from "@action-collective/protocol";

/** Most lines of a report that an error carries; the rest is for `collective verify --explain`. */
const DETAILS = 12;

/** The part of a report that such an error tells, here or in the answer of the API. */
export interface FailedReport {
  readonly reason: string;
  readonly cases?: readonly (Told & { readonly index: number })[];
  readonly tests?: readonly (Told & { readonly name: string })[];
}
type Told = { readonly status: string; readonly message?: string | undefined };

/** The action's unit test does not pass on this machine. */
export class VerificationFailedError extends CollectiveError {
  readonly details: readonly string[];
  constructor(name: string, report: FailedReport) {
    super(
      "verification-failed",
      `The unit test of ${cleanText(name, 64)} does not pass here: ${report.reason}`,
      "Mend the action or its test; `collective verify ID --explain` shows each case of a known action.",
    );
    const cases = (report.cases ?? []).filter((one) => one.status === "failed");
    const tests = (report.tests ?? []).filter((one) => one.status === "failed");
    this.details = [
      ...cases.map((one) => `case ${one.index + 1}: ${one.message ?? "failed"}`),
      ...tests.map((one) => `test "${one.name}": ${one.message ?? "failed"}`),
    ].slice(0, DETAILS);
  }
}

/** The test could not be brought to an end by this machine; nothing was proved either way. */
export class VerificationUnknownError extends CollectiveError {
  constructor(name: string, reason: string) {
    super(
      "verification-unknown",
      `The unit test of ${cleanText(name, 64)} could not be brought to an end: ${reason}`,
      "Try again when the machine is less busy; `collective status` shows the state of the sandbox.",
    );
  }
}
