import { chatModel } from "./chat.ts";
import { ModelOptionError } from "./errors.ts";
import { responsesModel } from "./responses.ts";
import type { Model, OpenAIModelOptions } from "./types.ts";

/** The model that the options describe. @throws {ModelInterfaceMissingError | ModelOptionError} */
export function openaiModel(options: OpenAIModelOptions): Model {
  const { timeoutMs } = options;
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw new ModelOptionError("timeoutMs must be above 0");
  return options.api === "responses" ? responsesModel(options) : chatModel(options);
}
