import { type ActionDefinitionInput, type JsonObject, limits } from "@action-collective/protocol";
import type { CallOptions } from "../caller.ts";
import type { ToolContext } from "./context.ts";
import type { ValuesOf } from "./fields.ts";
import { makeTool } from "./make-tool.ts";
import type { CollectiveTool } from "./types.ts";
import { cardForModel, type Marked, marked } from "./untrusted.ts";

const fields = {
  name: {
    kind: "text",
    most: limits.nameCharacters,
    description: "A verb and its object in camelCase, such as addBusinessDays.",
  },
  description: {
    kind: "text",
    most: limits.descriptionCharacters,
    description: "What it does, in one or two general sentences; nothing about the user or this task.",
  },
  code: {
    kind: "text",
    most: limits.codeBytes,
    description:
      "A TypeScript module without imports: export default function (input) { return output; }. Input and output are JSON.",
  },
  input: {
    kind: "object",
    description: "JSON Schema (2020-12) of the input: an object with described properties.",
  },
  output: { kind: "object", description: "JSON Schema (2020-12) of the output." },
  cases: {
    kind: "list",
    of: "object",
    most: limits.casesAtMost,
    description:
      'At least three cases of its unit test: { "input": …, "output": … }, or { "input": …, "error": "part of the message" }.',
  },
  useWhen: {
    kind: "list",
    of: "text",
    most: limits.useWhen,
    optional: true,
    description: "How somebody would ask for it, in different words each.",
  },
  tags: {
    kind: "list",
    of: "text",
    most: limits.tags,
    optional: true,
    description: "A few words in lower case to file it under.",
  },
  publishAnyway: {
    kind: "flag",
    optional: true,
    description: "True only after you were shown actions much like it, and none of them does what is needed.",
  },
} as const;

const USE_THOSE =
  "Nothing was published: the collective has these, which are much like it. Use one of them; if none does what is needed, call again with publishAnyway: true.";

export function publishAction(context: ToolContext): CollectiveTool {
  return makeTool(
    {
      name: "publish_action",
      title: "Publish an action",
      description:
        "Publishes a new action to the Action Collective under the user's key, for everybody and for good: only when find_action found nothing that fits, and only what is general. Its unit test is run first; a failure is answered with what went wrong, so mend it and call again. What is there already that is much like it is shown first, and nothing is published then. Put no private data, names or secrets into it.",
      effects: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
      fields,
      run: (values, options) => publish(context, values, options),
    },
    context.bounds,
  );
}

async function publish(
  { client, guard, licence }: ToolContext,
  { publishAnyway = false, ...values }: ValuesOf<typeof fields>,
  options: CallOptions,
): Promise<Marked | JsonObject> {
  // The peer checks every field against the contract, and says what is wrong with it.
  const definition = { ...values, language: "typescript", licence } as ActionDefinitionInput;
  // A pass holds for the publication that follows; a failure is told by that, as any other.
  const proof = await client.prove(definition, options);
  if (proof.verification.outcome === "pass" && proof.similar.length > 0 && !publishAnyway) {
    const content = proof.similar.map((card) => cardForModel(card));
    return marked("the publishers of actions that are much like it", content, {
      published: null,
      told: USE_THOSE,
    });
  }
  if (guard.closed)
    await guard.pass({
      ref: values.name,
      id: proof.id,
      what: `${values.name} would be published to everybody`,
    });
  const { id, name, recipients } = await client.publish(definition, options);
  return { published: id, name, recipients };
}
