import type {
  ContentBlock,
  Tool,
  ToolResultBlockParam,
  ToolUseBlock,
} from "@anthropic-ai/sdk/resources/messages";
import { type AnswerOptions, answerCalls, type Call } from "../tools/answer-call.ts";
import type { CollectiveTool, ToolAnswer } from "../tools/types.ts";

export interface AnthropicTools {
  /** For `tools` of a request. */
  readonly tools: Tool[];
  /**
   * Answers the tool uses among a message's blocks, as the content of the user message that follows it; empty when there
   * are none.
   * @throws the signal's reason, and nothing else
   */
  answer(content: readonly ContentBlock[], options?: AnswerOptions): Promise<ToolResultBlockParam[]>;
}

/** `client.tools(anthropicTools)`: tools for the Messages interface. */
export function anthropicTools(tools: readonly CollectiveTool[]): AnthropicTools {
  return {
    tools: tools.map(({ name, description, input }) => ({ name, description, input_schema: { ...input } })),
    answer: async (content, options = {}) =>
      await answerCalls(
        tools,
        content.filter((block) => block.type === "tool_use"),
        { read: readCall, write: resultOf },
        options,
      ),
  };
}

function readCall({ name, input }: ToolUseBlock): Call {
  return { name, input: () => ({ value: input }) };
}

function resultOf({ id }: ToolUseBlock, { text, failed }: ToolAnswer): ToolResultBlockParam {
  return { type: "tool_result", tool_use_id: id, content: text, ...(failed ? { is_error: true } : {}) };
}
