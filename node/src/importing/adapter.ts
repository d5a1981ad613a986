import type { Converted, Path } from "./json-form.ts";
import type { Parameter } from "./signature.ts";

/** How one function is called with one JSON object. */
export interface AdapterPlan {
  /** The module it is imported from, and the name it is exported by there. */
  readonly file: string;
  readonly exported: string;
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  /** The input is the only argument itself. */
  readonly whole: boolean;
  /** By parameter: where JSON has something in the place of a date, a set or a map. */
  readonly revived: readonly (readonly { readonly path: Path; readonly kind: Converted }[])[];
  /** Results may hold dates, sets, maps or undefined. */
  readonly plainResult: boolean;
  /** Arguments that are not given are not passed: the function counts them. */
  readonly countsArguments: boolean;
  readonly isAsync: boolean;
}

const MADE: Readonly<Record<Converted, string>> = {
  date: "(text) => new Date(text)",
  set: "(items) => new Set(items)",
  map: "(entries) => new Map(entries)",
};

const AT = `
/** Makes what JSON has no form for at one place of a value; null stands for the items of a list. */
function putBack(value, [key, ...rest], make) {
  if (value === undefined || value === null) return value;
  if (key === undefined) return make(value);
  if (key === null) return Array.isArray(value) ? value.map((item) => putBack(item, rest, make)) : value;
  return Object.hasOwn(value, key) ? { ...value, [key]: putBack(value[key], rest, make) } : value;
}
`;

const PLAIN = `
/** A result as JSON: dates as ISO texts, sets as items, maps as entries, undefined as null. */
function asJson(value) {
  if (value === undefined) return null;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) return Array.from(value, asJson);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, asJson(inner)]])),
  );
}
`;

/** The module that is bundled: it imports the function and default-exports `(input) => output`. Pure. */
export function adapterCode(plan: AdapterPlan): string {
  const { file, exported, name, description, parameters, whole } = plan;
  const own = "theFunction";
  const import_ =
    exported === "default"
      ? `import ${own} from ${JSON.stringify(file)};`
      : `import { ${exported} as ${own} } from ${JSON.stringify(file)};`;
  const call = `${plan.isAsync ? "await " : ""}${own}(${argumentsOf(plan)})`;
  const result = plan.plainResult ? `asJson(${call})` : call;
  const head = whole
    ? "input"
    : parameters.length === 0
      ? ""
      : `{ ${parameters.map(({ name: one }) => (bound(one) === one ? one : `${one}: ${bound(one)}`)).join(", ")} }`;
  return [
    import_,
    ...(plan.revived.some((places) => places.some(({ path }) => path.length > 0)) ? [AT] : []),
    ...(plan.plainResult ? [PLAIN] : []),
    `/** ${description.replaceAll("*/", "* /").replace(/\s+/g, " ")} */`,
    `export default ${plan.isAsync ? "async " : ""}function ${functionName(name)}(${head}) {`,
    `  return ${result};`,
    "}",
    "",
  ].join("\n");
}

/** Not the function's own name, which is taken by it. */
function functionName(name: string): string {
  return `${name.replace(/[^\w$]/g, "_")}Action`;
}

/** Words that a strict module cannot bind, and names that the adapter itself uses. */
const TAKEN = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield await let static implements interface package private protected public eval arguments undefined theFunction putBack asJson Array Date Set Map Number Object".split(
    " ",
  ),
);

function bound(name: string): string {
  return TAKEN.has(name) ? `${name}_` : name;
}

function argumentsOf({ parameters, whole, revived, countsArguments }: AdapterPlan): string {
  const given = parameters.map(({ name, rest }, at) => {
    const value = (revived[at] ?? []).reduce(
      (inner, place) => madeAt(inner, place),
      whole ? "input" : bound(name),
    );
    return rest ? `...(${value} ?? [])` : value;
  });
  if (!countsArguments || parameters.every(({ optional, rest }) => !optional && !rest))
    return given.join(", ");
  const names = parameters.filter(({ rest }) => !rest).map(({ name }) => bound(name));
  const tail = parameters.some(({ rest }) => rest)
    ? ""
    : `.slice(0, [${names.join(", ")}].findLastIndex((one) => one !== undefined) + 1)`;
  return `...[${given.join(", ")}]${tail}`;
}

function madeAt(value: string, { path, kind }: { readonly path: Path; readonly kind: Converted }): string {
  if (path.length > 0) return `putBack(${value}, ${JSON.stringify(path)}, ${MADE[kind]})`;
  const maker = { date: "Date", set: "Set", map: "Map" }[kind];
  return `(${value} == null ? ${value} : new ${maker}(${value}))`;
}
