import { isJsonObject, type Json } from "@action-collective/protocol";
import type { ModelTool } from "../../model/types.ts";
import { oneLine } from "../../tools/one-line.ts";
import { hasPlainNames, objectSchemaForModel } from "../../tools/schema-for-model.ts";
import { toolName } from "../../tools/tool-names.ts";
import type { ObjectSchema } from "../../tools/types.ts";
import type { ActionHelp } from "../types.ts";

/** Of a function's description. */
const DESCRIPTION_CHARACTERS = 1000;

/** The form of chat completions for one function. */
export interface OpenAIFunction {
  readonly type: "function";
  readonly function: ModelTool;
}

/** A content that is no object stands in a parameter of this name. */
export const WRAPPED = "content";

/**
 * What agents say of their actions, as functions that a model may call. Input that is an object becomes the parameters; any
 * other becomes the one parameter `content` (see `contentOf`). Names are made unique. Pure.
 * @param taken names of other functions
 */
export function functionsOfHelp(help: readonly ActionHelp[], taken: readonly string[] = []): ModelTool[] {
  const names = [...taken];
  return help.map((action) => {
    const name = toolName(action.name, names);
    names.push(name);
    return { name, description: describe(action), parameters: parametersOf(action.input) };
  });
}

/** The same in the form of chat completions, for `tools` of a request. */
export function openaiFunctions(help: readonly ActionHelp[], taken?: readonly string[]): OpenAIFunction[] {
  return functionsOfHelp(help, taken).map((made) => ({ type: "function", function: made }));
}

/** What a model wrote for such a function, as the content of a message for its action. Pure. */
export function contentOf({ input }: ActionHelp, written: Json): Json {
  return isPlain(input) || !isJsonObject(written) ? written : (written[WRAPPED] ?? null);
}

function describe({ name, description, streams }: ActionHelp): string {
  const said = description === undefined ? `Calls ${name}.` : oneLine(description, DESCRIPTION_CHARACTERS);
  return streams === true ? `${said} It may answer several times.` : said;
}

function parametersOf(input: Json | undefined): ObjectSchema {
  if (isPlain(input)) return objectSchemaForModel(input);
  const inner = input === undefined || !hasPlainNames(input) ? {} : input;
  return objectSchemaForModel({ properties: { [WRAPPED]: inner }, required: [WRAPPED] });
}

function isPlain(input: Json | undefined): input is Json {
  return isJsonObject(input) && input.type === "object" && hasPlainNames(input);
}
