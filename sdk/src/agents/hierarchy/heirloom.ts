import {
  type ActionDefinitionInput,
  type ActionView,
  cleanText,
  isJsonObject,
  type Json,
  parseActionId,
  sha256,
} from "@action-collective/protocol";
import {
  HEIRLOOM_TAG,
  type Learned,
  MOST_ADVICE,
  MOST_ADVICE_CHARACTERS,
  MOST_INHERITED,
  type Served,
} from "./experience.ts";

/** Of the data, as JSON: it stands in the cases of a manifest, beside the rest of it. */
const MOST_BYTES = 8 * 1024;
const MOST_GENERATIONS = 1_000_000_000;
const PARTS = ["about", "actions", "advice"] as const;

/** What all heirlooms of one agent, and no other's, are found by. */
export function ownerTag(of: string): string {
  return `of-${Buffer.from(sha256(new TextEncoder().encode(of)))
    .toString("hex")
    .slice(0, 24)}`;
}

/**
 * An heirloom is an action like any other: it takes no permissions and answers what was learned. So it is signed, proved, kept,
 * found and passed on by what does all of that with actions, and whoever inherits reads it where everybody reads: in its cases,
 * which the peer has tried itself.
 */
export function heirloomOf(given: Learned, licence = "MIT"): ActionDefinitionInput {
  const { of, generation, actions, advice } = fitting(given);
  const parts = { about: { form: 1, of, generation }, actions, advice };
  const word = of.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 40);
  return {
    name: `heirloom_${word}_${generation}`,
    description: `What the agent ${of} learned, for its successor: the actions that served it, and its advice.`,
    useWhen: [`start as the successor of the agent ${of.slice(0, 80)}`],
    tags: [HEIRLOOM_TAG, ownerTag(of)],
    licence,
    input: {
      type: "object",
      properties: { part: { enum: [...PARTS], description: "What to tell" } },
      required: ["part"],
      additionalProperties: false,
    },
    output: { type: ["object", "array"] },
    permissions: {},
    cases: PARTS.map((part) => ({ input: { part }, output: parts[part] as unknown as Json })),
    uses: [],
    language: "javascript",
    code: `const parts = ${JSON.stringify(parts)};\nexport default ({ part }) => parts[part];\n`,
  };
}

/** Without what has no room: the least proved actions, then the oldest advice. */
function fitting({ actions, advice, ...about }: Learned): Learned {
  const kept = { actions: [...actions], advice: [...advice] };
  while (Buffer.byteLength(JSON.stringify(kept)) > MOST_BYTES)
    if (kept.actions.length > MOST_INHERITED / 2) kept.actions.pop();
    else if (kept.advice.length > 0) kept.advice.shift();
    else kept.actions.pop();
  return { ...about, ...kept };
}

/** What an action's cases say, if it is an heirloom of that agent; whoever made it may have written anything. */
export function readHeirloom(of: string, { cases }: Pick<ActionView, "cases">): Learned | undefined {
  const parts = new Map<unknown, Json>();
  for (const one of cases)
    if ("output" in one && isJsonObject(one.input)) parts.set(one.input.part, one.output);
  const about = parts.get("about");
  if (!isJsonObject(about) || about.form !== 1 || about.of !== of) return undefined;
  const { generation } = about;
  if (!isCount(generation) || generation > MOST_GENERATIONS) return undefined;
  const actions = listOf(parts.get("actions")).flatMap((one) => readServed(one) ?? []);
  const advice = listOf(parts.get("advice")).flatMap((one) =>
    typeof one === "string" ? [cleanText(one, MOST_ADVICE_CHARACTERS)] : [],
  );
  return {
    of,
    generation,
    actions: [...new Map(actions.map((one) => [one.id, one])).values()].slice(0, MOST_INHERITED),
    advice: advice.slice(0, MOST_ADVICE),
  };
}

function readServed(value: Json): Served | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, made, runs, succeeded } = value;
  if (typeof id !== "string" || !isActionId(id)) return undefined;
  if (!isCount(runs) || !isCount(succeeded) || succeeded > runs) return undefined;
  return { id, made: made === true, runs, succeeded };
}

function isActionId(text: string): boolean {
  try {
    return parseActionId(text) === text;
  } catch {
    return false;
  }
}

const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value.slice(0, 256) : [];
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
