import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { limits } from "./limits.ts";
import { textProblem } from "./text.ts";

/**
 * What a stranger's JSON Schema may not do before any validator compiles it (SPEC §5.3): be large or deep, reach
 * outside itself, bring long regular expressions, or carry text that must not be shown.
 * @returns problems, each naming its place; empty when the schema may be compiled.
 */
export function schemaProblems(schema: unknown, what: string): string[] {
  if (typeof schema !== "boolean" && !isJsonObject(schema))
    return [`${what} must be a JSON Schema (an object)`];
  const bytes = JSON.stringify(schema).length;
  if (bytes > limits.schemaBytes)
    return [`${what} has ${bytes} bytes; at most ${limits.schemaBytes} are allowed`];
  const problems: string[] = [];
  let level: { value: Json; path: string }[] = [{ value: schema, path: what }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.schemaDepth)
      return [...problems, `${what} nests deeper than ${limits.schemaDepth} levels`];
    level = level.flatMap(({ value, path }) => inspect(value, path, problems));
  }
  return problems;
}

function inspect(value: Json, path: string, problems: string[]): { value: Json; path: string }[] {
  if (typeof value === "string") {
    const problem = textProblem(value, { most: limits.schemaBytes, lines: "many" });
    if (problem !== undefined) problems.push(`${path} ${problem}`);
    return [];
  }
  if (Array.isArray(value)) return value.map((item, i) => ({ value: item, path: `${path}[${i}]` }));
  if (!isJsonObject(value)) return [];
  checkKeywords(value, path, problems);
  return Object.entries(value).map(([key, child]) => {
    const problem = textProblem(key, { most: 128, lines: "one" });
    if (problem !== undefined) problems.push(`a key of ${path} ${problem}`);
    return { value: child, path: `${path}.${key}` };
  });
}

function checkKeywords(schema: JsonObject, path: string, problems: string[]): void {
  for (const keyword of ["$ref", "$dynamicRef"]) {
    const target = schema[keyword];
    if (typeof target === "string" && !target.startsWith("#"))
      problems.push(`${path}.${keyword} must stay inside the schema (#…)`);
  }
  for (const keyword of ["$id", "$anchor", "$dynamicAnchor", "$recursiveRef", "$vocabulary"])
    if (typeof schema[keyword] === "string") problems.push(`${path}.${keyword} is not allowed`);
  const dialect = schema.$schema;
  if (typeof dialect === "string" && dialect !== "https://json-schema.org/draft/2020-12/schema")
    problems.push(`${path}.$schema must be https://json-schema.org/draft/2020-12/schema or absent`);
  const pattern = schema.pattern;
  if (typeof pattern === "string" && pattern.length > limits.patternCharacters)
    problems.push(`${path}.pattern is longer than ${limits.patternCharacters} characters`);
}
