import { chatModel } from "./chat.ts";
import { responsesModel } from "./responses.ts";
import type { Model, OpenAIModelOptions } from "./types.ts";

/** The model that the options describe. @throws {ModelInterfaceMissingError} */
export function openaiModel(options: OpenAIModelOptions): Model {
  return options.api === "responses" ? responsesModel(options) : chatModel(options);
}
