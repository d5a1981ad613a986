import { isJsonObject, type Json } from "@action-collective/protocol";
import { ToolMessage } from "@langchain/core/messages";
import {
  DynamicStructuredTool,
  type StructuredToolInterface,
  ToolInputParsingException,
  type ToolRunnableConfig,
} from "@langchain/core/tools";
import type { CollectiveTool, ToolAnswer } from "../tools/types.ts";

/**
 * `client.tools(langchainTools)`: structured tools for `bindTools`, agents and tool nodes, or to be invoked. What goes
 * wrong is an answer, as everywhere; a model's call gets it as a message whose status is `error`.
 */
export function langchainTools(tools: readonly CollectiveTool[]): StructuredToolInterface[] {
  return tools.map((tool) => new ActionTool(tool));
}

type Schema = Record<string, unknown>;

class ActionTool extends DynamicStructuredTool<Schema> {
  readonly #tool: CollectiveTool;

  constructor(tool: CollectiveTool) {
    const { name, description, input } = tool;
    super({
      ...{ name, description, schema: withoutPatterns(input) as Schema },
      func: async (written, _, config?: ToolRunnableConfig) =>
        await answerOf(tool, written, config?.toolCall?.id, config?.signal),
    });
    this.#tool = tool;
  }

  /** LangChain throws at input that does not fit; here that is answered like everything else, with what does not fit. */
  override async invoke(input: unknown, config?: ToolRunnableConfig): Promise<never> {
    try {
      return (await super.invoke(input, config)) as never;
    } catch (error) {
      if (!(error instanceof ToolInputParsingException)) throw error;
      const call = isCall(input) ? input : undefined;
      const id = call?.id ?? config?.toolCall?.id;
      return (await answerOf(this.#tool, call?.args ?? input, id, config?.signal)) as never;
    }
  }
}

async function answerOf(
  tool: CollectiveTool,
  written: unknown,
  id: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string | ToolMessage> {
  return messageOf(tool.name, await tool.execute(written, { signal }), id);
}

/** Whoever invokes a tool without a model's call gets the text itself. */
function messageOf(name: string, { failed, text }: ToolAnswer, id: string | undefined): string | ToolMessage {
  if (id === undefined) return text;
  return new ToolMessage({ name, content: text, tool_call_id: id, status: failed ? "error" : "success" });
}

function isCall(input: unknown): input is NonNullable<ToolRunnableConfig["toolCall"]> {
  return typeof input === "object" && input !== null && "type" in input && input.type === "tool_call";
}

/**
 * LangChain tries a schema's patterns in this process, and those of strangers could run for ever. A model still reads
 * them, as part of the description; the peer checks them where that can be stopped.
 */
function withoutPatterns(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutPatterns);
  if (!isJsonObject(schema)) return schema;
  const { pattern, patternProperties: _, ...rest } = schema;
  const kept = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withoutPatterns(value)]));
  if (typeof pattern !== "string")
    return pattern === undefined ? kept : { ...kept, pattern: withoutPatterns(pattern) };
  const { description } = kept;
  const said = typeof description === "string" ? `${description} ` : "";
  return { ...kept, description: `${said}(pattern: ${pattern})` };
}
