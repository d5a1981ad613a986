import type {
  ChatCompletionFunctionTool,
  ChatCompletionMessageToolCall,
  ChatCompletionToolMessageParam,
} from "openai/resources/chat/completions";
import { type AnswerOptions, answerCalls, type Call, readArguments } from "../tools/answer-call.ts";
import type { CollectiveTool, ToolAnswer } from "../tools/types.ts";

export interface OpenAITools {
  /** For `tools` of a request. Not in strict mode: actions have optional inputs, and the peer checks every input anyway. */
  readonly tools: ChatCompletionFunctionTool[];
  /**
   * Answers the tool calls of a message, to be appended after it; empty when there are none.
   * @throws the signal's reason, and nothing else
   */
  answer(
    message: { readonly tool_calls?: readonly ChatCompletionMessageToolCall[] | null | undefined },
    options?: AnswerOptions,
  ): Promise<ChatCompletionToolMessageParam[]>;
}

/** `client.tools(openaiTools)`: tools for chat completions. */
export function openaiTools(tools: readonly CollectiveTool[]): OpenAITools {
  return {
    tools: tools.map(({ name, description, input }) => ({
      type: "function",
      function: { name, description, parameters: { ...input } },
    })),
    answer: async ({ tool_calls }, options = {}) =>
      await answerCalls(tools, tool_calls ?? [], { read: readCall, write: messageOf }, options),
  };
}

function readCall(call: ChatCompletionMessageToolCall): Call {
  // By what is there: some servers leave out the type of a call.
  return "function" in call
    ? { name: call.function.name, input: () => readArguments(call.function.arguments) }
    : { name: call.custom.name, input: () => ({ value: call.custom.input }) };
}

function messageOf(
  { id }: ChatCompletionMessageToolCall,
  { text }: ToolAnswer,
): ChatCompletionToolMessageParam {
  return { role: "tool", tool_call_id: id, content: text };
}
