import type { Json, JsonObject } from "@action-collective/protocol";
import { describeModule } from "../describing/describe-module.ts";
import { gatheredTypes } from "./gathered-types.ts";
import type { Parameter, Signature } from "./signature.ts";
import { parseText, type SourceFiles } from "./source-files.ts";

/** What the types of one signature say, as far as they can be told. */
export interface DescribedSignature {
  /** By parameter; undefined where its type has no JSON form, or none is written. */
  readonly parameters: readonly (Json | undefined)[];
  readonly output: Json | undefined;
  /** Why not, by parameter. */
  readonly problems: readonly (string | undefined)[];
}

/** Schemas of a signature, one parameter at a time, so that one that cannot be told does not spoil the others. */
export function describeSignature(
  signature: Signature,
  file: string,
  files: SourceFiles,
): DescribedSignature {
  const texts = [
    ...signature.parameters.map(({ type }) => type ?? ""),
    ...signature.typeParameters.map(({ constraint }) => constraint ?? ""),
    signature.returns ?? "",
  ];
  const own = new Set(signature.typeParameters.map(({ name }) => name));
  // A type parameter is what it extends, or anything.
  const generic = signature.typeParameters.map(
    ({ name, constraint }) => `type ${name} = ${constraint ?? "unknown"};`,
  );
  const named = texts
    .join("\n")
    .replace(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu, (word) => (own.has(word) ? "" : word));
  const declarations = [...generic, gatheredTypes(named, file, files)].join("\n");
  const parameters = signature.parameters.map((one) => ofType(inputText(one), declarations));
  const returned = unwrapped(signature.returns);
  return {
    parameters: parameters.map(({ schema }) => property(schema)),
    problems: parameters.map(({ problem }) => problem),
    output: returned === undefined ? undefined : ofType(`{ value: ${returned} }`, declarations).output,
  };
}

/** Promises are awaited. */
function unwrapped(type: string | undefined): string | undefined {
  return type === undefined || /^(?:void|undefined|never)$/.test(type.trim()) ? undefined : type;
}

function inputText({ type, rest }: Parameter): string | undefined {
  if (type === undefined) return undefined;
  return `{ value${rest ? "" : "?"}: ${type} }`;
}

interface Told {
  readonly schema: Json | undefined;
  readonly output: Json | undefined;
  readonly problem: string | undefined;
}

/** Describes a function that takes and returns the type. */
function ofType(type: string | undefined, declarations: string): Told {
  const none = (problem: string): Told => ({ schema: undefined, output: undefined, problem });
  if (type === undefined) return none("it has no type");
  const code = `${declarations}\n/** It is described. */\nexport default function described(input: ${type}): ${type} { return input; }\n`;
  try {
    const { input, output, problems } = describeModule(code, "typescript", parseText);
    const problem = problems.find((text) => /^(?:input|output|its)\b/.test(text));
    if (problem !== undefined) return none(problem);
    return { schema: input, output: property(output), problem: undefined };
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error));
  }
}

function property(schema: Json | undefined): Json | undefined {
  return (schema as { properties?: JsonObject } | undefined)?.properties?.value;
}
