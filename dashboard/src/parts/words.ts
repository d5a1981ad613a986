import type { RunView, TrustView } from "@action-collective/protocol";

type Level = TrustView["statements"][number]["level"];

/** What the user can say of a peer, the best first. */
export const LEVELS: readonly Level[] = [2, 1, 0, -1, -2];

const LEVEL_TEXTS: Readonly<Record<Level, string>> = {
  2: "known well",
  1: "followed",
  0: "nothing said",
  [-1]: "often wrong",
  [-2]: "in bad faith",
};

/** What the user says of a peer, in a word or two. */
export const levelText = (level: Level): string => LEVEL_TEXTS[level];

/** What follows from saying it. */
export const CONSEQUENCES: Readonly<Record<Level, string>> = {
  2: "Its verdicts count here fully, and to some extent those of peers that it trusts.",
  1: "Its verdicts count here, and to some extent those of peers that it trusts.",
  0: "What you said before is taken back.",
  [-1]: "Its word counts half of what it would.",
  [-2]: "Its word counts for nothing here. To have none of its actions either, block it.",
};

/** How a run came to be allowed. */
export const PERMITTED: Readonly<Record<NonNullable<RunView["permitted"]>, string>> = {
  unasked: "the rules let it run unasked",
  "approved-once": "you said yes to this run",
  "approved-always": "you said yes, for good",
  "approved-before": "you had said yes for good",
};

const STATUSES: Readonly<Record<string, string>> = {
  ok: "went well",
  "input-invalid": "the input did not fit its schema",
  "output-invalid": "the output did not fit its schema",
  "action-threw": "the action threw an error",
  "sandbox-limit": "it went over a limit of the sandbox",
  "sandbox-unavailable": "the sandbox was not available",
  "sandbox-busy": "the sandbox was busy",
  "refused-by-policy": "your policy refused it",
  "approval-needed": "it needed a yes that nobody gave",
  "capability-refused": "the agent's capability does not allow it",
  "capability-invalid": "the agent's capability had ended",
  "budget-spent": "the agent's budget was spent",
  "verification-failed": "its unit test fails here",
  "verification-unknown": "its unit test could not be run here",
  "content-unavailable": "nobody had its code",
  "not-found": "it is not known here",
  aborted: "whoever asked for it went away",
  internal: "the peer itself failed; its log says how",
};

/** How a run ended, for people. A code that is newer than this page stands as it is. */
export function statusText(status: string): string {
  return STATUSES[status] ?? status.replaceAll("-", " ");
}

/** `ok`, or ended before the action was called, or in it. */
export function statusKind({
  status,
  attempts,
}: Pick<RunView, "status" | "attempts">): "good" | "held" | "bad" {
  if (status === "ok") return "good";
  return attempts === undefined ? "bad" : "held";
}

/** Cut, not rounded: what is below a threshold never reads as if it reached it. */
export function scoreText(value: number): string {
  return (Math.floor(value * 100 + 1e-9) / 100).toFixed(2);
}

export function shareText(share: number): string {
  const percent = (100 * share).toFixed(1);
  return `${percent.endsWith(".0") ? percent.slice(0, -2) : percent} %`;
}
