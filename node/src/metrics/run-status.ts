/** Every value that the label `status` of a run can have; what is none of these is "other". */
export const RUN_STATUSES = [
  "ok",
  "cancelled",
  "action-threw",
  "approval-needed",
  "budget-spent",
  "capability-ended",
  "capability-refused",
  "content-unavailable",
  "input-invalid",
  "not-found",
  "output-invalid",
  "refused-by-policy",
  "run-cut-short",
  "sandbox-busy",
  "sandbox-limit",
  "sandbox-unavailable",
  "scan-refused",
  "verification-failed",
  "verification-unknown",
  "other",
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

/** Pure. An error's code is ours, but a closed list is kept so that no other text ever becomes a time series. */
export function runStatus(code: string): RunStatus {
  return RUN_STATUSES.find((status) => status === code) ?? "other";
}
