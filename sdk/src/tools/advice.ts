import { CollectiveError } from "@action-collective/protocol";

/**
 * What a model can do about a failure. The peer's own remedies speak to people at a terminal; above all, a model is not
 * told the command that says yes in the user's place.
 */
const ADVICE: Readonly<Record<string, string>> = {
  "input-invalid": "Mend the input as the message says (get_action shows the schema), then call it again.",
  "output-invalid": "The action is broken for this input. Choose another one.",
  "action-threw": "Check the input against the action's description and examples, or choose another action.",
  "sandbox-limit": "Give it a smaller input, or choose another action.",
  "verification-failed": "Its unit test does not pass here. Choose another action.",
  "verification-unknown":
    "Its unit test could not be judged here. Choose another action, or try again later.",
  "content-unavailable": "Nobody has its code at hand now. Choose another action, or try again later.",
  "refused-by-policy": "The user's rules forbid it. Choose another action, or tell the user.",
  "approval-needed":
    "Only the user can allow this, and did not. Tell the user what you wanted to run and why, or go on without it.",
  "not-found": "No action here has this id or name. Look for one, and use the id that is answered.",
  ambiguous: "Several actions answer to this. Use the whole id.",
  "peer-unreachable": "The user's peer does not answer. Go on without it, and tell the user.",
};

export function adviceFor(error: unknown): string {
  if (!(error instanceof CollectiveError)) return "Try once more; if it fails again, go on without it.";
  return ADVICE[error.code] ?? error.remedy;
}
