import { CollectiveError, type Json, type JsonObject } from "@action-collective/protocol";
import type { CallOptions } from "../caller.ts";
import type { ToolContext } from "./context.ts";
import { makeTool } from "./make-tool.ts";
import type { CollectiveTool } from "./types.ts";
import { cardForModel, type Marked, marked } from "./untrusted.ts";

/** A model compares this many lines well; more is noise that is paid for. */
const CARDS = 6;
/** The best ones come with the schema of their input, so that the next call can be the run itself. */
const WITH_SCHEMA = 2;
/** Longer schemas come on demand. */
const SCHEMA_CHARACTERS = 2000;

const fields = {
  need: {
    kind: "text",
    most: 500,
    description:
      'Completes the sentence "I need an action that …": one general step, such as "adds business days to a date". No private data: the words may be sent to other peers.',
  },
} as const;

/** "I need an action that …" */
export function findAction(context: ToolContext): CollectiveTool {
  return makeTool(
    {
      name: "find_action",
      title: "Find an action",
      description:
        "I need an action that …: looks in the Action Collective for a small tested program that does what you describe. Call it only when none of your other tools will do and working it out in words would be unreliable (dates, sums, tables, parsing, conversions). The answer lists actions with id, name, one line, whether their unit test passed here, and what they may reach; run the one that fits with run_action.",
      effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
      fields,
      run: ({ need }, options) => find(context, need, options),
    },
    context.bounds,
  );
}

async function find(context: ToolContext, need: string, options: CallOptions): Promise<Marked | JsonObject> {
  const { client, search, guard } = context;
  // The words of a search are sent to neighbours: that, too, could carry away what was read on the network.
  const ask = guard.closed ? { ask: false } : {};
  const answer = await client.find(need, { ...search, limit: CARDS, ...ask, ...options });
  const cards = answer.cards.filter(({ standing }) => standing !== "failed");
  const ours = { found: cards.length, next: nextStep(cards.length, answer.weak) };
  // Then there are no strangers' words to mark.
  if (cards.length === 0) return ours;
  const content = await Promise.all(
    cards.map(async (card, place) =>
      cardForModel(card, place < WITH_SCHEMA ? await inputOf(context, card.id, options) : {}),
    ),
  );
  return marked("the publishers of these actions", content, ours);
}

/** Nothing where it is too long, or the action is gone meanwhile: the others are an answer all the same. */
async function inputOf({ client }: ToolContext, id: string, options: CallOptions): Promise<{ input?: Json }> {
  try {
    const { input } = await client.show(id, options);
    return JSON.stringify(input).length > SCHEMA_CHARACTERS ? {} : { input };
  } catch (error) {
    if (error instanceof CollectiveError && error.code === "not-found") return {};
    throw error;
  }
}

function nextStep(found: number, weak: boolean): string {
  if (found === 0) return "Nothing fits. Say it in other words once, or go on without an action.";
  if (weak) return "None fits well: look closely, say it in other words, or go on without an action.";
  return "Choose one that fits and call run_action with its id; get_action shows schemas and examples.";
}
