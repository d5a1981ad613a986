import type { ActionView, JsonObject } from "@action-collective/protocol";
import { cleanText, limits } from "@action-collective/protocol";
import type { ToolContext } from "./context.ts";
import { makeTool } from "./make-tool.ts";
import type { CollectiveTool } from "./types.ts";
import { cardForModel, type Marked, marked } from "./untrusted.ts";

/** Cases that are shown as examples, and how long each may be: what a model learns from the first few is enough. */
const EXAMPLES = 3;
const EXAMPLE_CHARACTERS = 1000;

export const actionField = {
  kind: "text",
  most: 128,
  description: "The action's id as find_action answered it, or its name if only one action has it.",
} as const;

const fields = { action: actionField } as const;

/** Everything about one action that a model may need, on demand. */
export function getAction({ client, bounds }: ToolContext): CollectiveTool {
  return makeTool(
    {
      name: "get_action",
      title: "Look at an action",
      description:
        "Shows one action of the Action Collective: what it does, the schemas of its input and output, examples from its unit test, and what it may reach. Call it before run_action when you do not know the input it takes.",
      effects: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
      fields,
      run: async ({ action }, options) => viewForModel(await client.show(action, options)),
    },
    bounds,
  );
}

function viewForModel(view: ActionView): Marked {
  const { description, input, output, cases, ...card } = view;
  const content: JsonObject = {
    ...cardForModel({ ...card, summary: "" }, { input, output }),
    summary: cleanText(description, limits.descriptionCharacters),
    examples: cases
      .filter((example) => JSON.stringify(example).length <= EXAMPLE_CHARACTERS)
      .slice(0, EXAMPLES)
      .map(exampleOf),
  };
  return marked(`the publisher of ${view.name}`, content);
}

function exampleOf(example: ActionView["cases"][number]): JsonObject {
  return "error" in example
    ? { input: example.input, error: example.error }
    : { input: example.input, output: example.output };
}
