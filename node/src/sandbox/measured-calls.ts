import type { Meter } from "../metrics/meter.ts";
import type { ActionProcess } from "./types.ts";

/** The same process, with each call told to whoever measures. */
export function measuredCalls(action: ActionProcess, measure: Meter["sandboxCall"]): ActionProcess {
  return {
    call: async (input, signal, context) => {
      const ended = measure();
      try {
        const outcome = await action.call(input, signal, context);
        ended(outcome.status);
        return outcome;
      } catch (error) {
        ended("aborted");
        throw error;
      }
    },
    load: (source, signal) => action.load(source, signal),
    wishes: () => action.wishes(),
    logs: () => action.logs(),
    close: () => action.close(),
  };
}
