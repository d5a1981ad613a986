import { type TeamFile, teamFileSchema, visibleJson } from "@action-collective/protocol";
import { meant } from "./nearest.ts";

/** Problems that are told at once: a screen. */
export const MOST_PROBLEMS = 40;
const SHOWN_CHARACTERS = 60;

/** What this part needs to know of zod's issues. */
interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[] | undefined;
  readonly errors?: readonly (readonly Issue[])[] | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly values?: readonly unknown[] | undefined;
}

/** What this part needs to know of zod's schemas: how to find the one at a path. */
interface Schema {
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, Schema>>;
    readonly valueType?: Schema;
    readonly element?: Schema;
    readonly innerType?: Schema;
    readonly options?: readonly Schema[];
  };
}

/** A team's file as its schema reads it, or everything that is wrong with its form. Pure. */
export function readForm(
  value: unknown,
): { readonly file: TeamFile } | { readonly problems: readonly string[] } {
  const parsed = teamFileSchema.safeParse(value);
  if (parsed.success) return { file: parsed.data };
  return { problems: parsed.error.issues.flatMap((issue) => linesOf(issue as Issue)) };
}

/** `members.editor.tools` */
export function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the file" : path.map(String).join(".");
}

/** A text of the file within a message. */
export function shown(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return visibleJson(cut, 0);
}

function linesOf(issue: Issue, above: readonly PropertyKey[] = []): string[] {
  const path = [...above, ...issue.path];
  const at = (text: string) => `${pathText(path)}: ${text}`;
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysAt(teamFileSchema as unknown as Schema, path);
      return (issue.keys ?? []).map((key) => at(unknownKey(key, known)));
    }
    case "invalid_union":
      return (
        branchOf(issue.errors ?? [])?.flatMap((inner) => linesOf(inner, path)) ?? [
          at(`must be ${(issue.errors ?? []).flat().flatMap(formsOf).join(" or ")}`),
        ]
      );
    case "invalid_key":
      // Its path ends in the key itself.
      return (issue.issues ?? []).map(({ message }) => at(message));
    case "invalid_type":
      return [at(wrongType(issue.message))];
    case "invalid_value": {
      const known = (issue.values ?? []).map(String);
      return [at(`must be ${known.map((value) => `"${value}"`).join(" or ")}`)];
    }
    default:
      return [at(issue.message)];
  }
}

/** `expected object, received string`; YAML has `editor:` for what is empty. */
function wrongType(message: string): string {
  const text = message.replace(/^Invalid input: /, "").replace(/^expected record/, "expected object");
  return text === "expected object, received null" ? "is empty: an object belongs there, {} at least" : text;
}

function unknownKey(key: string, known: readonly string[]): string {
  if (/^(?:api_?)?(?:key|token)$/i.test(key) && known.includes("keyVariable"))
    return `there is no ${shown(key)}: keys do not belong in a file; name the variable that holds it, as keyVariable`;
  if (/^base_?url$/i.test(key) && known.includes("baseUrlVariable"))
    return `there is no ${shown(key)}: name the variable that holds it, as baseUrlVariable`;
  if (key === "host" && known.includes("hostVariable"))
    return `there is no ${shown(key)}: name the variable that holds it, as hostVariable`;
  if (key === "talkTo") return "there is no talkTo here: write mayTalkTo beside privileges";
  if (key === "expose" && known.includes("budget"))
    return "there is no expose here: write it beside privileges";
  return `there is no ${shown(key)}${meant(key, known)}`;
}

/** Of the forms that something may have, the one that was meant: that which is wrong inside. Undefined where it has none of them. */
function branchOf(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const isOuter = ({ code, path }: Issue) =>
    path.length === 0 && (code === "invalid_type" || code === "invalid_value");
  return branches.find((issues) => !issues.some(isOuter));
}

const FORMS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  object: "an object",
  string: "a text",
};

/** What would have been right, in words: of an issue about a value as a whole. */
function formsOf({ code, values = [], message }: Issue): string[] {
  if (code === "invalid_value") return values.map((value) => `"${String(value)}"`);
  const [, type = ""] = /expected (\w+)/.exec(message) ?? [];
  return [FORMS[type] ?? message];
}

function keysAt(schema: Schema, path: readonly PropertyKey[]): string[] {
  const found = path.reduce<readonly Schema[]>(
    (schemas, key) => schemas.flatMap((one) => inside(one, String(key))),
    [schema],
  );
  return found.flatMap(objectsOf).flatMap((one) => Object.keys(one.def.shape ?? {}));
}

function inside(schema: Schema, key: string): readonly Schema[] {
  const { def } = schema;
  if (def.type === "record") return def.valueType === undefined ? [] : [def.valueType];
  if (def.type === "array") return def.element === undefined ? [] : [def.element];
  return objectsOf(schema).flatMap((one) => {
    if (one !== schema && one.def.type !== "object") return inside(one, key);
    const next = one.def.shape;
    return next !== undefined && Object.hasOwn(next, key) && next[key] !== undefined ? [next[key]] : [];
  });
}

/** What is left when nothing but objects and collections may stand there. */
function objectsOf(schema: Schema): readonly Schema[] {
  const { def } = schema;
  if (def.innerType !== undefined) return objectsOf(def.innerType);
  if (def.options !== undefined) return def.options.flatMap(objectsOf);
  return ["object", "record", "array"].includes(def.type) ? [schema] : [];
}
