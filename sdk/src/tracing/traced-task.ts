import type { ExecuteResult } from "../execute/types.ts";
import { INTERNAL, inSpan } from "./span.ts";
import { DEFAULT_PROVIDER, setUsage } from "./traced-model.ts";
import type { Tracing } from "./types.ts";

/** What a task is called in a trace. */
const AGENT = "action-collective";

/** A whole task in a span `invoke_agent`, with the sum of its tokens. */
export function tracedTask(
  tracing: Tracing | undefined,
  model: string,
  work: () => Promise<ExecuteResult>,
): Promise<ExecuteResult> {
  if (tracing === undefined) return work();
  const attributes = {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.provider.name": tracing.provider ?? DEFAULT_PROVIDER,
    "gen_ai.agent.name": AGENT,
    "gen_ai.request.model": model,
  };
  return inSpan(tracing.tracer, `invoke_agent ${AGENT}`, { kind: INTERNAL, attributes }, async (span) => {
    const result = await work();
    setUsage(span, result.usage);
    // Reaching a limit is a result, and no error.
    if (result.stopped !== undefined) span.setAttribute("collective.task.stopped", result.stopped.reason);
    return result;
  });
}
