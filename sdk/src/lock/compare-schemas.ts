import { isJsonObject, type Json, type JsonObject } from "@action-collective/protocol";
import { sameJson } from "./same-json.ts";

/** One thing that is said differently, for people. */
export interface SchemaChange {
  /** Where, as in `customer.address[]`; empty for the whole. */
  readonly path: string;
  readonly what: string;
  /** Callers of the old one may have to change. */
  readonly breaking: boolean;
}

export interface SchemaDifference {
  /** `same` also where only descriptions and examples differ. */
  readonly verdict: "same" | "compatible" | "breaking";
  readonly changes: readonly SchemaChange[];
  /** Changes that are not listed. */
  readonly more: number;
}

/** Whether callers give what is described, or get it: the same change is harmless in one and breaks in the other. */
export type SchemaSide = "input" | "output";

/** Changes that are listed; a schema of 6 KiB that has more is another one. */
const MOST_CHANGES = 64;
/** Manifests allow 16 levels. */
const DEEPEST = 40;

/** Says nothing about which values fit. */
const ANNOTATIONS = new Set([
  "title",
  "description",
  "examples",
  "default",
  "$comment",
  "deprecated",
  "$schema",
  "$id",
]);
/** Looked at by name. */
const STRUCTURE = new Set([
  "properties",
  "required",
  "additionalProperties",
  "items",
  "$defs",
  "type",
  "enum",
]);
const LEAST = new Set([
  "minimum",
  "exclusiveMinimum",
  "minLength",
  "minItems",
  "minProperties",
  "minContains",
]);
const MOST = new Set([
  "maximum",
  "exclusiveMaximum",
  "maxLength",
  "maxItems",
  "maxProperties",
  "maxContains",
]);

/** Fewer values fit, more do, or nobody can tell. */
type Effect = "narrower" | "wider" | "other";

/** Compares two JSON Schemas as their callers feel it. Pure; what cannot be told counts as breaking. */
export function compareSchemas(before: Json, after: Json, side: SchemaSide): SchemaDifference {
  const changes: SchemaChange[] = [];
  const say = (path: string, what: string, effect: Effect) =>
    changes.push({ path, what, breaking: effect !== (side === "input" ? "wider" : "narrower") });
  compare(before, after, { path: "", depth: 0, side, say, changes });
  changes.sort((one, other) => Number(other.breaking) - Number(one.breaking));
  const verdict =
    changes.length === 0 ? "same" : changes.some(({ breaking }) => breaking) ? "breaking" : "compatible";
  return {
    verdict,
    changes: changes.slice(0, MOST_CHANGES),
    more: Math.max(0, changes.length - MOST_CHANGES),
  };
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly side: SchemaSide;
  readonly say: (path: string, what: string, effect: Effect) => void;
  readonly changes: SchemaChange[];
}

function compare(before: Json, after: Json, place: Place): void {
  if (sameJson(before, after)) return;
  const { path, depth, say } = place;
  const [old, now] = [asObject(before), asObject(after)];
  if (old === undefined || now === undefined || depth > DEEPEST) {
    const effect =
      before === false || after === true
        ? "wider"
        : before === true || after === false
          ? "narrower"
          : "other";
    say(path, "is described in another way", effect);
    return;
  }
  compareTypes(old, now, place);
  compareEnums(old, now, place);
  compareProperties(old, now, place);
  for (const [keyword, mark] of [
    ["items", "[]"],
    ["additionalProperties", ".*"],
  ] as const)
    compareInner(old, now, keyword, { ...place, path: `${path}${mark}`, depth: depth + 1 });
  compareDefinitions(old, now, place);
  compareRest(old, now, place);
}

/** An empty schema is `true`. */
function asObject(schema: Json): JsonObject | undefined {
  return schema === true ? {} : isJsonObject(schema) ? schema : undefined;
}

function compareTypes({ type: old }: JsonObject, { type: now }: JsonObject, { path, say }: Place): void {
  if (sameJson(old ?? null, now ?? null)) return;
  const [before, after] = [typesOf(old), typesOf(now)];
  // The same types in another order.
  if (before !== undefined && after !== undefined && [...before].sort().join() === [...after].sort().join())
    return;
  say(path, `type ${text(old)} → ${text(now)}`, effectOf(before, after));
}

/** Undefined: any. Whole numbers are numbers. */
function typesOf(type: Json | undefined): Set<string> | undefined {
  if (type === undefined) return undefined;
  const types = new Set((Array.isArray(type) ? type : [type]).map(String));
  if (types.has("number")) types.add("integer");
  return types;
}

function compareEnums({ enum: old }: JsonObject, { enum: now }: JsonObject, { path, say }: Place): void {
  if (sameJson(old ?? null, now ?? null)) return;
  const setOf = (values: Json | undefined) =>
    Array.isArray(values) ? new Set(values.map((value) => JSON.stringify(value))) : undefined;
  const [before, after] = [setOf(old), setOf(now)];
  const added = [...(after ?? [])].filter((value) => before?.has(value) !== true);
  const gone = [...(before ?? [])].filter((value) => after?.has(value) !== true);
  // The same values in another order.
  if (before !== undefined && after !== undefined && added.length + gone.length === 0) return;
  const what =
    before === undefined
      ? `only ${text(now)} is allowed`
      : after === undefined
        ? "any value is allowed"
        : [...added.map((value) => `+${value}`), ...gone.map((value) => `-${value}`)].join(" ");
  say(path, `values: ${short(what)}`, effectOf(before, after));
}

function effectOf(before: ReadonlySet<string> | undefined, after: ReadonlySet<string> | undefined): Effect {
  if (before === undefined) return "narrower";
  if (after === undefined) return "wider";
  const within = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
    [...one].every((value) => other.has(value));
  if (within(after, before)) return "narrower";
  return within(before, after) ? "wider" : "other";
}

function compareProperties(old: JsonObject, now: JsonObject, place: Place): void {
  const { path, depth, say, side, changes } = place;
  const [before, after] = [propertiesOf(old), propertiesOf(now)];
  const [had, has] = [requiredOf(old), requiredOf(now)];
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  for (const [name, schema] of before) {
    const next = after.get(name);
    if (next === undefined)
      // Who gave it may be refused; who read it finds nothing.
      changes.push({
        path: at(name),
        what: "removed",
        breaking: side === "output" || now.additionalProperties === false,
      });
    else compare(schema, next, { ...place, path: at(name), depth: depth + 1 });
    if (next !== undefined && had.has(name) !== has.has(name))
      say(
        at(name),
        has.has(name) ? "is required now" : "is optional now",
        has.has(name) ? "narrower" : "wider",
      );
  }
  for (const name of after.keys()) {
    if (before.has(name)) continue;
    const required = has.has(name);
    changes.push({
      path: at(name),
      what: required ? "added, required" : "added",
      breaking: side === "input" && required,
    });
  }
  for (const name of [...has].filter((one) => !had.has(one) && !after.has(one)))
    say(at(name), "is required now", "narrower");
}

function propertiesOf({ properties }: JsonObject): Map<string, Json> {
  return new Map(isJsonObject(properties) ? Object.entries(properties) : []);
}

function requiredOf({ required }: JsonObject): Set<string> {
  return new Set(Array.isArray(required) ? required.map(String) : []);
}

function compareInner(old: JsonObject, now: JsonObject, keyword: string, place: Place): void {
  const [before, after] = [old[keyword] ?? true, now[keyword] ?? true];
  if (keyword === "additionalProperties" && (before === false || after === false)) {
    if (before !== after)
      place.say(
        place.path.slice(0, -".*".length),
        after === false ? "takes no other properties now" : "takes other properties now",
        after === false ? "narrower" : "wider",
      );
    return;
  }
  compare(before, after, place);
}

/** Parts that are referred to by name. */
function compareDefinitions(old: JsonObject, now: JsonObject, place: Place): void {
  const [before, after] = [
    propertiesOf({ properties: old.$defs ?? {} }),
    propertiesOf({ properties: now.$defs ?? {} }),
  ];
  for (const [name, schema] of before) {
    const next = after.get(name);
    // One that is gone, or new, shows where it is referred to.
    if (next !== undefined) compare(schema, next, { ...place, path: `#${name}`, depth: place.depth + 1 });
  }
}

function compareRest(old: JsonObject, now: JsonObject, { path, say }: Place): void {
  for (const keyword of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (ANNOTATIONS.has(keyword) || STRUCTURE.has(keyword)) continue;
    const [before, after] = [old[keyword], now[keyword]];
    if (sameJson(before ?? null, after ?? null)) continue;
    say(path, `${keyword} ${text(before)} → ${text(after)}`, effectOfBound(keyword, before, after));
  }
}

function effectOfBound(keyword: string, before: Json | undefined, after: Json | undefined): Effect {
  if (before === undefined) return "narrower";
  if (after === undefined) return "wider";
  if (typeof before !== "number" || typeof after !== "number") return "other";
  if (LEAST.has(keyword)) return after > before ? "narrower" : "wider";
  return MOST.has(keyword) ? (after < before ? "narrower" : "wider") : "other";
}

function text(value: Json | undefined): string {
  return value === undefined ? "(none)" : short(typeof value === "string" ? value : JSON.stringify(value));
}

function short(words: string): string {
  return words.length > 100 ? `${words.slice(0, 99)}…` : words;
}
