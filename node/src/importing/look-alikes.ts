import { isJsonObject, type Json } from "@action-collective/protocol";
import { visitorKeys } from "oxc-parser";
import { walk } from "../analysis/walk.ts";
import type { MadeAction } from "./make-actions.ts";
import { parseText } from "./source-files.ts";

/** Another action that may be the same thing again, and what speaks for it. */
export interface LookAlike {
  readonly id: string;
  readonly name: string;
  readonly why: Why;
}

/** The strongest first, in words that end "it is much like …: ". */
export const WHYS = ["same code", "same cases", "same name", "much the same words"] as const;
export type Why = (typeof WHYS)[number];

/** Cases with one input and one output, from which two are told to be alike: as few as an action has. */
const AGREEING_CASES = 3;

type Own = Pick<MadeAction, "called" | "definition"> & { readonly id: string };

/** Which actions of one import are alike: by their code, by their cases, or as of two entries by their names. Pure. */
export function alikeAmong(actions: readonly Own[]): ReadonlyMap<string, readonly LookAlike[]> {
  const sameCode = Map.groupBy(actions, ({ definition }) => normalised(definition.code));
  const sameName = Map.groupBy(actions, ({ called }) => plainName(called));
  const answers = new Map(actions.map((one) => [one.id, answersOf(one)]));
  const byInput = Map.groupBy(
    actions.flatMap((one) => [...(answers.get(one.id)?.keys() ?? [])].map((input) => ({ one, input }))),
    ({ input }) => input,
  );
  const alike = new Map<string, LookAlike[]>();
  for (const one of actions) {
    const mine = answers.get(one.id) ?? new Map();
    const met = [...mine.keys()].flatMap((input) => (byInput.get(input) ?? []).map((other) => other.one));
    const found = new Map<string, LookAlike>();
    const add = (others: Iterable<Own>, why: Why) => {
      for (const { id, definition } of others)
        if (id !== one.id && !found.has(id)) found.set(id, { id, name: definition.name, why });
    };
    add(sameCode.get(normalised(one.definition.code)) ?? [], "same code");
    add(
      [...new Set(met)].filter((other) => agree(mine, answers.get(other.id) ?? new Map())),
      "same cases",
    );
    add(sameName.get(plainName(one.called)) ?? [], "same name");
    alike.set(one.id, [...found.values()]);
  }
  return alike;
}

/** What an action is called by anybody: `toSlug`, `to_slug` and `to-slug` are one name. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Code without comments and layout, and with its names in the order in which they come. */
function normalised(code: string): string {
  const { program } = parseText(code);
  const names = new Map<string, string>();
  const parts: string[] = [];
  for (const { node, parent } of walk(program, visitorKeys)) {
    const isProperty = parent?.type === "MemberExpression" && !parent.computed && parent.property === node;
    if (node.type === "Identifier" && !isProperty && !names.has(node.name))
      names.set(node.name, `$${names.size}`);
    const { name, value, operator, kind, raw } = node as unknown as Readonly<Record<string, unknown>>;
    const own = node.type === "Identifier" && !isProperty ? names.get(node.name) : name;
    const texts = [own, raw ?? value, operator, kind].filter((text) => typeof text === "string");
    parts.push(`${node.type}(${texts.join(" ")}`);
  }
  return parts.join("\n");
}

/** By the values of its input in their order: what parameters are called makes no other thing of it. */
function answersOf({ definition }: Own): Map<string, string> {
  const parameters =
    isJsonObject(definition.input) && isJsonObject(definition.input.properties)
      ? Object.keys(definition.input.properties)
      : [];
  return new Map(
    definition.cases.flatMap((one) =>
      "output" in one ? [[keyOf(one.input, parameters), JSON.stringify(one.output)]] : [],
    ),
  );
}

function keyOf(input: Json, parameters: readonly string[]): string {
  if (!isJsonObject(input)) return JSON.stringify(input);
  const values = parameters.map((name) => input[name] ?? null);
  while (values.at(-1) === null) values.pop();
  return JSON.stringify(values);
}

function agree(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  const shared = [...one].filter(([input]) => other.has(input));
  const outputs = new Set(shared.map(([, output]) => output));
  return (
    shared.length >= AGREEING_CASES &&
    // Two that say "true" to everything have only shown that they can say it.
    outputs.size > 1 &&
    shared.every(([input, output]) => other.get(input) === output)
  );
}
