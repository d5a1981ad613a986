import { isPlainObject } from "./json.ts";
import { limits } from "./limits.ts";
import { textProblem } from "./text.ts";

/** A property name is shown as a parameter; 128 characters is what tool-calling interfaces take at most. */
const KEY_RULE = { most: limits.schemaKeyCharacters, lines: "one" } as const;
const TEXT_RULE = { most: limits.schemaBytes, lines: "many" } as const;
const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/**
 * What a stranger's JSON Schema may not do before any validator compiles it (SPEC §5.3): be large or deep, reach
 * outside itself, bring long regular expressions, or carry text that must not be shown.
 * @returns problems, each naming its place; empty when the schema may be compiled.
 */
export function schemaProblems(schema: unknown, what: string): string[] {
  if (typeof schema !== "boolean" && !isPlainObject(schema))
    return [`${what} must be a JSON Schema (an object)`];
  const walk = new SchemaWalk(what);
  walk.visit(schema, 0);
  if (walk.bytes > limits.schemaBytes && walk.problems.length === 0)
    walk.problems.push(`${what} has ${walk.bytes} bytes; at most ${limits.schemaBytes} are allowed`);
  return walk.problems;
}

/** Beyond these the walk stops: the first few are enough to mend a schema, and a stranger's may have thousands. */
const PROBLEMS_NAMED = 20;

/** Recurses no deeper than `limits.schemaDepth`, and counts the bytes of the canonical encoding on its way. */
class SchemaWalk {
  readonly problems: string[] = [];
  bytes = 0;
  readonly #path: (string | number)[] = [];
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  visit(value: unknown, depth: number): void {
    if (this.problems.length >= PROBLEMS_NAMED) return;
    if (depth > limits.schemaDepth)
      this.problems.push(`${this.#what} nests deeper than ${limits.schemaDepth} levels`);
    else if (typeof value === "string") this.#text(value);
    else if (Array.isArray(value)) this.#list(value, depth);
    else if (isPlainObject(value)) this.#object(value, depth);
    else if (Number.isFinite(value)) this.bytes += numberBytes(value as number);
    else if (value === null || typeof value === "boolean") this.bytes += 1;
    else this.#report("", "is not JSON");
  }

  #text(text: string): void {
    this.bytes += textBytes(text);
    const problem = textProblem(text, TEXT_RULE);
    if (problem !== undefined) this.#report("", problem);
  }

  #list(list: readonly unknown[], depth: number): void {
    this.bytes += headBytes(list.length);
    for (let i = 0; i < list.length; i++) this.#child(i, list[i], depth);
  }

  #object(schema: Record<string, unknown>, depth: number): void {
    const keys = Object.keys(schema);
    this.bytes += headBytes(keys.length);
    for (const key of keys) {
      this.bytes += textBytes(key);
      const problem = textProblem(key, KEY_RULE);
      if (problem !== undefined) this.#report("", `has a key that ${problem}`);
      // Libraries that assign it instead of defining it change an object's prototype.
      else if (key === "__proto__") this.#report("", "has a key __proto__, which is not allowed");
      const value = schema[key];
      if (typeof value === "string") this.#keyword(key, value);
      this.#child(key, value, depth);
    }
  }

  #child(step: string | number, value: unknown, depth: number): void {
    this.#path.push(step);
    this.visit(value, depth + 1);
    this.#path.pop();
  }

  #keyword(key: string, value: string): void {
    switch (key) {
      case "$ref":
      case "$dynamicRef":
        if (!value.startsWith("#")) this.#report(`.${key}`, "must stay inside the schema (#…)");
        return;
      case "$id":
      case "$anchor":
      case "$dynamicAnchor":
      case "$recursiveRef":
      case "$vocabulary":
        this.#report(`.${key}`, "is not allowed");
        return;
      case "$schema":
        if (value !== DIALECT) this.#report(".$schema", `must be ${DIALECT} or absent`);
        return;
      case "pattern":
        if (value.length > limits.patternCharacters)
          this.#report(".pattern", `is longer than ${limits.patternCharacters} characters`);
        return;
    }
  }

  #report(suffix: string, problem: string): void {
    const path = this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    this.problems.push(`${this.#what}${path}${suffix} ${problem}`);
  }
}

function headBytes(value: number): number {
  if (value < 24) return 1;
  if (value < 0x100) return 2;
  if (value < 0x1_0000) return 3;
  return value < 0x1_0000_0000 ? 5 : 9;
}

function textBytes(text: string): number {
  const length = Buffer.byteLength(text);
  return headBytes(length) + length;
}

function numberBytes(value: number): number {
  return Number.isSafeInteger(value) ? headBytes(value < 0 ? -1 - value : value) : 9;
}
