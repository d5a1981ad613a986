import type { ToolContext } from "./context.ts";
import { actionField } from "./get-action.ts";
import { makeTool } from "./make-tool.ts";
import type { CollectiveTool } from "./types.ts";

const fields = {
  action: actionField,
  useful: { kind: "flag", description: "Whether its output served the purpose." },
} as const;

export function rateAction({ client, bounds }: ToolContext): CollectiveTool {
  return makeTool(
    {
      name: "rate_action",
      title: "Rate an action",
      description:
        "Says whether an action that you ran was useful, so that good ones are found first. Only the yes or no is kept and told to the network, never what you ran it for.",
      effects: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
      fields,
      run: async ({ action, useful }, options) => ({
        ...(await client.feedback(action, { useful, ...options })),
      }),
    },
    bounds,
  );
}
