import type {
  FunctionTool,
  ResponseFunctionToolCall,
  ResponseInputItem,
  ResponseOutputItem,
} from "openai/resources/responses/responses";
import { type AnswerOptions, answerCalls, type Call, readArguments } from "../tools/answer-call.ts";
import type { CollectiveTool, ToolAnswer } from "../tools/types.ts";

export interface ResponsesTools {
  /** For `tools` of a request. Not in strict mode: actions have optional inputs, and the peer checks every input anyway. */
  readonly tools: FunctionTool[];
  /**
   * Answers the function calls of `response.output`; empty when there are none. What it returns is the next `input`, after
   * the output itself or with `previous_response_id`.
   * @throws the signal's reason, and nothing else
   */
  answer(
    output: readonly ResponseOutputItem[],
    options?: AnswerOptions,
  ): Promise<ResponseInputItem.FunctionCallOutput[]>;
}

/** `client.tools(responsesTools)`: tools for the Responses interface. */
export function responsesTools(tools: readonly CollectiveTool[]): ResponsesTools {
  return {
    tools: tools.map(({ name, description, input }) => ({
      ...{ type: "function", name, description, strict: false },
      parameters: { ...input },
    })),
    answer: async (output, options = {}) =>
      await answerCalls(
        tools,
        output.filter((item) => item.type === "function_call"),
        { read: readCall, write: outputOf },
        options,
      ),
  };
}

function readCall(call: ResponseFunctionToolCall): Call {
  return { name: call.name, input: () => readArguments(call.arguments) };
}

function outputOf(
  { call_id }: ResponseFunctionToolCall,
  { text }: ToolAnswer,
): ResponseInputItem.FunctionCallOutput {
  return { type: "function_call_output", call_id, output: text };
}
