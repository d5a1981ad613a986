import { isDeepStrictEqual } from "node:util";
import { type Json, type JsonObject, limits } from "@action-collective/protocol";
import type { AdapterPlan } from "./adapter.ts";
import type { PlainCase } from "./candidate.ts";
import { argumentsFit, type Chosen } from "./choose-signature.ts";
import { agrees, convertedPlaces, isConfusable, isDateAt, type Place } from "./converted-places.ts";
import { fits } from "./fits-schema.ts";
import { inferSchema } from "./infer-schema.ts";
import { isUndefined, type Plain, plainOf } from "./json-form.ts";
import type { RecordedCall, RecordedCalls } from "./recorded-calls.ts";
import { fewCases, type Refused } from "./refused-calls.ts";
import type { Parameter } from "./signature.ts";

/** How a function is called with one object, what of its calls are cases, and the schemas of both sides. */
export interface Plan extends Pick<AdapterPlan, "parameters" | "revived" | "plainResult"> {
  readonly cases: readonly PlainCase[];
  readonly schemas: { readonly input: Json; readonly output: Json };
  readonly notes: readonly string[];
}

/** A call whose values all have a JSON form. */
interface PlainCall {
  readonly args: readonly (Plain | undefined)[];
  readonly result: Plain;
  /** The function returned undefined. */
  readonly nothing: boolean;
  readonly changed: boolean;
  readonly nested: boolean;
}

/** Decides which parameters become properties, what is put back in them, and which calls are cases. */
export function planCases(
  { signature, described }: Chosen,
  { calls, unwritable }: RecordedCalls,
): Plan | Refused {
  const notes: string[] = [];
  const fitting = calls.filter(({ args }) => argumentsFit(signature, args));
  const { parameters: all } = signature;
  const plain = fitting.flatMap((call) => plainCall(call, all) ?? []);
  // What no call gives and no type tells cannot be shown to work.
  const kept = all.flatMap((one, at) =>
    plain.some(({ args }) => args[at] !== undefined) ||
    (described.parameters[at] !== undefined && !one.optional)
      ? [at]
      : [],
  );
  const left = all.filter((one, at) => !kept.includes(at) && (one.optional || one.rest));
  if (kept.length + left.length < all.length && plain.length === 0) return fewCases(0, unwritable);
  // Parameters are places: one in the middle cannot be left out.
  const most = Math.max(-1, ...kept) + 1;
  const parameters = all.slice(0, most);
  if (all.length > most)
    notes.push(
      `left out, since no recorded call gives it: ${all
        .slice(most)
        .map(({ name }) => name)
        .join(", ")}`,
    );
  const revived = parameters.map((_, at) => convertedPlaces(plain.map(({ args }) => args[at])));
  const usable = plain.filter(({ args }) =>
    args.every((one, at) => one === undefined || agrees(one, revived[at] ?? [])),
  );
  const confused = parameters.find((_, at) =>
    plain.some(({ args }) => {
      const one = args[at];
      return one !== undefined && isConfusable(one, revived[at] ?? []);
    }),
  );
  if (confused !== undefined)
    return {
      reason: "no-json",
      detail: `${confused.name} is given texts or lists as well as the dates, sets or maps that these would stand for`,
    };
  const typed = parameters.map((_, at) => (revived[at]?.length === 0 ? described.parameters[at] : undefined));
  const inTypes = usable.filter(({ args }) =>
    typed.every(
      (schema, at) =>
        schema === undefined || args[at] === undefined || fits(schema, (args[at] as Plain).json),
    ),
  );
  if (inTypes.length < usable.length)
    notes.push(`${usable.length - inTypes.length} recorded calls are not cases: its types do not allow them`);
  const distinct = distinctCases(inTypes, parameters);
  if ("reason" in distinct) return distinct;
  if (distinct.length < limits.casesAtLeast) return fewCases(distinct.length, unwritable);
  if (distinct.every(({ output }) => output === null))
    return { reason: "returns-nothing", detail: "all recorded calls returned undefined or null" };
  if (saysOneThing(distinct) && (unwritable.length > 0 || inTypes.length < calls.length))
    return {
      reason: "one-answer",
      detail: `${JSON.stringify(distinct[0]?.output)}, whatever it is; calls with values that have no JSON form were left out`,
    };
  if (inTypes.some(({ changed }) => changed))
    notes.push("it changes what it is given: only its result is an output");
  const { schemas, inferred, places } = schemasOf(inTypes, {
    parameters,
    typed,
    revived,
    told: described.output,
  });
  if (inferred.length > 0)
    notes.push(`no type tells what JSON it is, inferred from the cases: ${inferred.join(", ")}`);
  if (revived.some((one) => one.length > 0) || places.length > 0)
    notes.push("dates are ISO 8601 texts, sets are lists, maps are lists of entries");
  return {
    parameters,
    revived,
    plainResult: places.length > 0 || inTypes.some(({ nothing, result }) => nothing || result.holdsUndefined),
    cases: distinct,
    schemas,
    notes,
  };
}

interface KnownTypes {
  readonly parameters: readonly Parameter[];
  /** By parameter: what its type says. */
  readonly typed: readonly (Json | undefined)[];
  readonly revived: readonly (readonly Place[])[];
  /** What the type of the result says. */
  readonly told: Json | undefined;
}

/** Schemas from types, where they tell one that the calls fit, else from the values. */
function schemasOf(calls: readonly PlainCall[], { parameters, typed, revived, told }: KnownTypes) {
  const inferred: string[] = [];
  const properties: JsonObject = {};
  for (const [at, { name, doc }] of parameters.entries()) {
    const given = calls.flatMap(({ args }) => (args[at] === undefined ? [] : [args[at].json]));
    if (typed[at] === undefined) inferred.push(name);
    properties[name] = withText(typed[at] ?? inferSchema(given, isDateAt(revived[at] ?? [])), doc);
  }
  const required = parameters.flatMap(({ name, optional, rest }, at) =>
    optional || rest || calls.some(({ args }) => args[at] === undefined) ? [] : [name],
  );
  const outputs = calls.map(({ result }) => result.json);
  const places = convertedPlaces(calls.map(({ result }) => result));
  const outputFits = told !== undefined && outputs.every((output) => fits(told, output));
  if (!outputFits) inferred.push("the output");
  const input: JsonObject = {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  return {
    schemas: { input, output: outputFits ? told : inferSchema(outputs, isDateAt(places)) },
    inferred,
    places,
  };
}

/** Undefined when a value of it has no JSON form. Rest parameters become one list. */
function plainCall(
  { args, result, changed, nested }: RecordedCall,
  parameters: readonly Parameter[],
): PlainCall | undefined {
  const given: (Plain | undefined)[] = [];
  for (const [at, { rest }] of parameters.entries()) {
    const value = rest ? args.slice(at) : args[at];
    const absent =
      value === undefined || (!rest && isUndefined(value as Json)) || (rest && at >= args.length);
    const one = absent ? undefined : plainOf(value as Json, "argument");
    // To some functions a property that is undefined is not the same as none.
    if (one !== undefined && ("why" in one || one.holdsUndefined)) return undefined;
    given.push(one);
  }
  const answer = plainOf(result, "result");
  return "why" in answer
    ? undefined
    : { args: given, result: answer, nothing: isUndefined(result), changed, nested };
}

/** Yes, no or nothing, always the same: what tells dates from texts is of no use where there are no dates. */
function saysOneThing(cases: readonly PlainCase[]): boolean {
  const answers = new Set(cases.map(({ output }) => JSON.stringify(output)));
  return answers.size === 1 && /^(?:true|false|null|""|\[\]|\{\})$/.test([...answers][0] ?? "");
}

/** As many inputs with several outputs hang on what JSON does not show, such as which object it is; more on chance. */
const MOST_CONFLICTS = 0.2;

/** Each input once; tests' own calls before those of other functions. */
function distinctCases(calls: readonly PlainCall[], parameters: readonly Parameter[]): PlainCase[] | Refused {
  const byInput = new Map<string, { one: PlainCase; nested: boolean }>();
  const conflicts = new Set<string>();
  for (const { args, result, nested } of calls) {
    const entries = parameters.flatMap(({ name }, index) => {
      const value = args[index];
      return value === undefined ? [] : [[name, value.json] as const];
    });
    const input = Object.fromEntries(entries);
    const key = JSON.stringify(input);
    const known = byInput.get(key);
    if (known !== undefined && !isDeepStrictEqual(known.one.output, result.json)) conflicts.add(key);
    if (known === undefined || (known.nested && !nested))
      byInput.set(key, { one: { input, output: result.json }, nested });
  }
  if (conflicts.size > byInput.size * MOST_CONFLICTS)
    return { reason: "not-repeatable", detail: [...conflicts][0]?.slice(0, 120) ?? "" };
  const all = [...byInput].filter(([key]) => !conflicts.has(key)).map(([, one]) => one);
  const direct = all.filter(({ nested }) => !nested);
  return (direct.length >= limits.casesAtLeast ? direct : all).map(({ one }) => one);
}

function withText(schema: Json, text: string): Json {
  if (text === "" || typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  return schema.description === undefined ? { ...schema, description: text.slice(0, 200) } : schema;
}
