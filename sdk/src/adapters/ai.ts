import { type JSONSchema7, jsonSchema, type Tool, type ToolSet } from "ai";
import type { CollectiveTool, ToolAnswer } from "../tools/types.ts";

/**
 * `client.tools(aiTools)`: a tool set for `generateText`, `streamText` and agents of the AI SDK. A failure is a
 * result like any other: `failed` is true in it, and its text says what to do.
 */
export function aiTools(tools: readonly CollectiveTool[]): ToolSet {
  return Object.fromEntries(tools.map((tool) => [tool.name, toolOf(tool)]));
}

function toolOf({ title, description, input, execute }: CollectiveTool): Tool<unknown, ToolAnswer> {
  return {
    title,
    description,
    // Given without a validator: the tool itself reads what the model wrote.
    inputSchema: jsonSchema<unknown>(input as JSONSchema7),
    execute: (written, { abortSignal }) => execute(written, { signal: abortSignal }),
    // Providers wrap "error-text" each in their own way; the text says itself that it failed.
    toModelOutput: ({ output }) => ({ type: "text", value: output.text }),
  };
}
