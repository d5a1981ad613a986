import type { Json } from "@action-collective/protocol";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { ActionSource, CallOutcome, StartOptions } from "../sandbox/types.ts";
import type { Uses } from "./used-action.ts";
import { UsedActions, type UsedActionsParts } from "./used-actions.ts";

export interface RunUsingParts extends UsedActionsParts {
  readonly sandbox: Pick<Sandbox, "startAction" | "reserve" | "limits">;
}

export interface RunUsing {
  readonly source: ActionSource;
  readonly input: Json;
  readonly uses: Uses;
  readonly options: Pick<StartOptions, "limits" | "signal" | "priority"> &
    Required<Pick<StartOptions, "grants">>;
}

/**
 * One call of an action that calls others, in processes of their own, all in the one place that the run takes and within
 * the time that its own call may take. @throws as Sandbox.runOnce
 */
export async function runUsing(
  parts: RunUsingParts,
  { source, input, uses, options }: RunUsing,
): Promise<CallOutcome & { logs: string[] }> {
  const { sandbox } = parts;
  const { grants, signal, priority = "run", ...rest } = options;
  using reservation = await sandbox.reserve(1, signal, priority);
  const start = { ...rest, ...(signal === undefined ? {} : { signal }), reservation };
  const used = new UsedActions(parts, { uses, grants, start, worn: "ended" });
  const span = used.span();
  let outcome: CallOutcome;
  const action = await sandbox.startAction(source, { ...start, grants });
  try {
    outcome = await action.call(input, signal, { used: span });
  } finally {
    await Promise.all([action.close(), used.close()]);
  }
  // What came of the machine's trouble is not the action's doing.
  const blamed = outcome.status === "threw" ? (span.trouble ?? outcome) : outcome;
  return { ...blamed, logs: [...action.logs(), ...used.logs()] };
}
