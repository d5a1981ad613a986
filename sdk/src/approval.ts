import { CollectiveError } from "@action-collective/protocol";

/** A run waits for somebody's word: the peer doubts this action, and the user's policy says to ask. */
export interface ApprovalQuestion {
  /** As the caller named the action. */
  readonly ref: string;
  /** The action itself: what is approved, whatever else takes that name meanwhile. */
  readonly id: string;
  /** What is doubtful, for people; it may quote a stranger's text. */
  readonly message: string;
}

/**
 * The user's yes to a run that needs one. `"once"` and `"always"` are said beforehand, `"always"` for every later run of
 * the action too. A function is asked only when the peer doubts, and its yes counts for that one run.
 */
export type Approval = "once" | "always" | ((question: ApprovalQuestion) => boolean | Promise<boolean>);

/** Runs that are tried, resolved and approved; the client makes them of its routes. */
export interface Attempts<Done> {
  run(ref: string, approve?: "once"): Promise<Done>;
  /** The id of what `ref` means now. */
  idOf(ref: string): Promise<string>;
}

const WHOLE_ID = /^bafyrei[a-z2-7]{52}$/;

/**
 * Runs, asks where the peer doubts, and runs again on a yes. What runs then is the very action that was asked about.
 * @throws what the run throws; after a no, the peer's own `approval-needed`.
 */
export async function runAsking<Done>(
  { run, idOf }: Attempts<Done>,
  ref: string,
  approve: Exclude<Approval, string>,
): Promise<Done> {
  const first = await attempt(run, ref);
  if ("done" in first) return first.done;
  const id = WHOLE_ID.test(ref) ? ref : await idOf(ref);
  // A name may have come to mean another action since it was refused: the doubts must be this one's.
  const second = id === ref ? first : await attempt(run, id);
  if ("done" in second) return second.done;
  const { doubt } = second;
  if (!(await approve({ ref, id, message: doubt.message }))) throw doubt;
  return await run(id, "once");
}

async function attempt<Done>(
  run: Attempts<Done>["run"],
  ref: string,
): Promise<{ readonly done: Done } | { readonly doubt: CollectiveError }> {
  try {
    return { done: await run(ref) };
  } catch (error) {
    if (error instanceof CollectiveError && error.code === "approval-needed") return { doubt: error };
    throw error;
  }
}
