/** One thing that a judge looked at. */
export interface Finding {
  readonly judge: string;
  readonly subject: string;
  readonly outcome: "passed" | "failed" | "warning" | "does-not-apply";
  /** What was wrong, or why it does not apply. */
  readonly note: string;
}
