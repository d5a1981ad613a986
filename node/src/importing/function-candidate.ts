import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "@action-collective/protocol";
import { type AdapterPlan, adapterCode } from "./adapter.ts";
import { bundleAction } from "./bundle-action.ts";
import type { Candidate, PlainCase, Refusal } from "./candidate.ts";
import { describedIn, exampleCalls } from "./comment-of.ts";
import { type DescribedSignature, describeSignature } from "./described-function.ts";
import { COMMON_JS, type ExportedFunction, shownPath } from "./exported-functions.ts";
import { fits } from "./fits-schema.ts";
import { inferSchema } from "./infer-schema.ts";
import { type Converted, isUndefined, type Path, type Plain, plainOf } from "./json-form.ts";
import type { Project } from "./project.ts";
import { impurity } from "./purity.ts";
import type { RecordedCall, RecordedCalls } from "./recorded-calls.ts";
import { type FunctionText, functionText, type Parameter, type Signature } from "./signature.ts";
import type { SourceFiles } from "./source-files.ts";

/** What is known of one exported function. */
export interface KnownFunction {
  readonly own: ExportedFunction;
  readonly recorded: RecordedCalls;
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

type Refused = Pick<Refusal, "reason" | "detail">;

const FEWEST = 3;

/** Makes a candidate of one function of a package, or says why not. Nothing of it is run. */
export async function functionCandidate(
  { own, recorded }: KnownFunction,
  project: Project,
  files: SourceFiles,
  licence: string,
): Promise<Candidate | Refusal> {
  const from = shownPath(project.root, own.file);
  const refused = ({ reason, detail }: Refused): Refusal => ({ name: own.name, from, reason, detail });
  const text = functionText(own, files);
  if (text === undefined) return refused({ reason: "not-a-function", detail: "it is made by a call" });
  if (text.isGenerator) return refused({ reason: "no-json", detail: "it yields its results one by one" });
  const known = withExamples(recorded, text);
  const chosen = chooseSignature(text, own, files, known.calls);
  if ("reason" in chosen) return refused(chosen);
  const early = refusalBefore(chosen, known);
  if (early !== undefined) return refused(early);
  const plan = planOf(chosen, known);
  if ("reason" in plan) return refused(plan);
  const description = describedIn(text.doc, { name: own.name, project, parameters: plan.parameters });
  const adapter: AdapterPlan = {
    ...plan,
    file: own.file,
    exported: exportedAs(own, files),
    name: own.name,
    description: description.text,
    whole: text.takesObject,
    countsArguments: text.countsArguments,
    isAsync: /^Promise\s*</.test(chosen.signature.returns ?? "") || text.isAsync,
  };
  const bundled = await bundleAction(project.root, adapterCode(adapter));
  if ("reason" in bundled) return refused(bundled);
  const impure = impurity(bundled.code);
  if (impure !== undefined) return refused({ reason: "not-pure", detail: impure });
  return {
    name: own.label === "" ? own.name : `${own.label}/${own.name}`,
    from,
    code: bundled.code,
    language: "javascript",
    description: description.text,
    useWhen: description.useWhen,
    tags: project.keywords,
    licence,
    schemas: plan.schemas,
    cases: plan.cases,
    notes: [...description.notes, ...plan.notes],
  };
}

interface Chosen {
  readonly signature: Signature;
  readonly described: DescribedSignature;
}

/** Of several signatures the one that most of the calls fit, and of which most can be told. */
function chooseSignature(
  { signatures }: FunctionText,
  own: ExportedFunction,
  files: SourceFiles,
  calls: readonly RecordedCall[],
): Chosen | Refused {
  const rated = signatures.map((signature) => {
    const described = describeSignature(signature, own.file, files);
    const fitting = calls.filter(({ args }) => argumentsFit(signature, args)).length;
    const told = described.parameters.filter((one) => one !== undefined).length;
    const takesFunctions = signature.parameters.filter(isFunctionType).length;
    return { signature, described, rate: fitting * 100 + told - takesFunctions * 1000 };
  });
  const best = rated.toSorted((a, b) => b.rate - a.rate)[0];
  return best ?? { reason: "not-a-function", detail: "it has no signature" };
}

function argumentsFit({ parameters }: Signature, args: RecordedCall["args"]): boolean {
  if (args.length > parameters.length && parameters.at(-1)?.rest !== true) return false;
  return parameters.every(({ optional, rest }, at) => optional || rest || at < args.length);
}

/** A type that is nothing but a function. */
function isFunctionType({ type, optional, rest }: Parameter): boolean {
  return !optional && !rest && type !== undefined && /^\(.*\)\s*=>/s.test(type.trim());
}

/** What needs no look at the values. */
function refusalBefore({ signature }: Chosen, { calls, unwritable }: RecordedCalls): Refused | undefined {
  const takes = signature.parameters.find(isFunctionType);
  if (takes !== undefined) return { reason: "takes-functions", detail: takes.name };
  if (/^\(.*\)\s*=>/s.test(signature.returns?.trim() ?? "") && calls.length === 0)
    return { reason: "returns-functions", detail: signature.returns ?? "" };
  if (calls.length === 0 && unwritable.length === 0)
    return { reason: "no-tests", detail: "the tests do not call it, or run too seldom" };
  if (calls.length === 0) return ofUnwritable(unwritable);
  if (calls.every(({ result }) => isUndefined(result)))
    return { reason: "returns-nothing", detail: "all recorded calls returned undefined" };
  return undefined;
}

function ofUnwritable(unwritable: RecordedCalls["unwritable"]): Refused {
  const has = (what: string, where: string) =>
    unwritable.some((one) => one.what === what && one.where === where);
  if (has("function", "argument")) return { reason: "takes-functions", detail: "in all recorded calls" };
  if (has("function", "result")) return { reason: "returns-functions", detail: "in all recorded calls" };
  const kinds = [...new Set(unwritable.map(({ what, where }) => `${what} as ${where}`))];
  return { reason: "no-json", detail: kinds.slice(0, 4).join(", ") };
}

interface Plan extends Pick<AdapterPlan, "parameters" | "revived" | "plainResult"> {
  readonly cases: readonly PlainCase[];
  readonly schemas: { readonly input: Json; readonly output: Json };
  readonly notes: readonly string[];
}

/** Decides which parameters become properties, what is put back in them, and which calls are cases. */
function planOf({ signature, described }: Chosen, { calls, unwritable }: RecordedCalls): Plan | Refused {
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
  if (distinct.length < FEWEST) return fewCases(distinct.length, unwritable);
  if (distinct.every(({ output }) => output === null))
    return { reason: "returns-nothing", detail: "all recorded calls returned undefined or null" };
  if (inTypes.some(({ changed }) => changed))
    notes.push("it changes what it is given: only its result is an output");
  const inferred: string[] = [];
  const properties: JsonObject = {};
  for (const [at, one] of parameters.entries()) {
    const schema = typed[at];
    if (schema === undefined) inferred.push(one.name);
    const made =
      schema ??
      inferSchema(
        inTypes.flatMap(({ args }) => (args[at] === undefined ? [] : [(args[at] as Plain).json])),
        isDateAt(revived[at] ?? []),
      );
    properties[one.name] = withText(made, one.doc);
  }
  const required = parameters.flatMap((one, at) =>
    one.optional || one.rest || inTypes.some(({ args }) => args[at] === undefined) ? [] : [one.name],
  );
  const outputs = distinct.map(({ output }) => output);
  const told = described.output;
  const outputFits = told !== undefined && outputs.every((output) => fits(told, output));
  if (!outputFits) inferred.push("the output");
  const places = convertedPlaces(inTypes.map(({ result }) => result));
  const output = outputFits && told !== undefined ? told : inferSchema(outputs, isDateAt(places));
  if (inferred.length > 0)
    notes.push(`no type tells what JSON it is, inferred from the cases: ${inferred.join(", ")}`);
  if (revived.some((one) => one.length > 0) || places.length > 0)
    notes.push("dates are ISO 8601 texts, sets are lists, maps are lists of entries");
  return {
    parameters,
    revived,
    plainResult: places.length > 0 || inTypes.some(({ nothing, result }) => nothing || result.holdsUndefined),
    cases: distinct,
    schemas: {
      input: {
        type: "object",
        properties,
        ...(required.length === 0 ? {} : { required }),
        additionalProperties: false,
      },
      output,
    },
    notes,
  };
}

function fewCases(count: number, unwritable: RecordedCalls["unwritable"]): Refused {
  if (count === 0 && unwritable.length > 0) return ofUnwritable(unwritable);
  const kinds = [...new Set(unwritable.map(({ what }) => what))];
  const others = kinds.length === 0 ? "" : `; others have ${kinds.slice(0, 3).join(", ")}`;
  return {
    reason: "few-cases",
    detail: `only ${count} ${count === 1 ? "case was" : "cases were"} recorded${others}`,
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
    if (one !== undefined && "why" in one) return undefined;
    // A property that is there and undefined is not the same as one that is not there, to some functions.
    given.push(one);
  }
  const answer = plainOf(result, "result");
  return "why" in answer
    ? undefined
    : { args: given, result: answer, nothing: isUndefined(result), changed, nested };
}

interface Place {
  readonly path: Path;
  readonly kind: Converted;
}

/** Where values are dates, sets or maps at least as often as anything else. What is inside is made first. */
function convertedPlaces(values: readonly (Plain | undefined)[]): Place[] {
  const counts = new Map<string, Place & { count: number }>();
  for (const value of values)
    for (const key of new Set(value?.converted.map((place) => JSON.stringify(place)))) {
      const known = counts.get(key) ?? { ...(JSON.parse(key) as Place), count: 0 };
      known.count += 1;
      counts.set(key, known);
    }
  const isMostly = ({ path, count }: Place & { count: number }) =>
    count * 2 >= values.filter((value) => value !== undefined && holdsAt(value.json, path)).length;
  return [...counts.values()]
    .filter(isMostly)
    .map(({ path, kind }) => ({ path, kind }))
    .toSorted((a, b) => b.path.length - a.path.length);
}

function holdsAt(json: Json, path: Path): boolean {
  return valuesAt(json, path).some((value) => value !== null);
}

/** All that stands at the places is what is put back there, and nothing else is. */
function agrees({ json, converted }: Plain, places: readonly Place[]): boolean {
  return (
    converted.every((one) => places.some((place) => isDeepStrictEqual(place, one))) &&
    places.every(
      ({ path, kind }) =>
        valuesAt(json, path).filter((value) => value !== null).length ===
        converted.filter((one) => one.kind === kind && isDeepStrictEqual(one.path, path)).length,
    )
  );
}

/** The values at a place. */
function valuesAt(json: Json, [key, ...rest]: Path): Json[] {
  if (key === undefined) return [json];
  if (key === null) return Array.isArray(json) ? json.flatMap((item) => valuesAt(item, rest)) : [];
  if (typeof json !== "object" || json === null || Array.isArray(json) || !Object.hasOwn(json, key))
    return [];
  return valuesAt(json[key] as Json, rest);
}

function isDateAt(places: readonly Place[]): (path: Path) => boolean {
  const dates = new Set(places.filter(({ kind }) => kind === "date").map(({ path }) => JSON.stringify(path)));
  return (path) => dates.has(JSON.stringify(path));
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
  return (direct.length >= FEWEST ? direct : all).map(({ one }) => one);
}

function withText(schema: Json, text: string): Json {
  if (text === "" || typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  return schema.description === undefined ? { ...schema, description: text.slice(0, 200) } : schema;
}

/** By which name its own module exports it. */
function exportedAs({ file, local }: ExportedFunction, files: SourceFiles): string {
  if (local.startsWith(COMMON_JS)) return local.slice(COMMON_JS.length);
  for (const statement of files.read(file).parsed.program.body) {
    if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const name =
        declaration.type === "Identifier"
          ? declaration.name
          : "id" in declaration && declaration.id?.type === "Identifier"
            ? declaration.id.name
            : "default";
      if (name === local) return "default";
    }
    if (statement.type !== "ExportNamedDeclaration") continue;
    for (const one of statement.specifiers)
      if (statement.source === null && one.local.type === "Identifier" && one.local.name === local)
        return one.exported.type === "Identifier" ? one.exported.name : local;
  }
  return local;
}

/** Cases that are written in its comment count as calls, too. */
function withExamples(recorded: RecordedCalls, text: FunctionText): RecordedCalls {
  const examples = exampleCalls(text.doc);
  if (examples.length === 0 || recorded.calls.length >= FEWEST) return recorded;
  return { ...recorded, calls: [...recorded.calls, ...examples] };
}
