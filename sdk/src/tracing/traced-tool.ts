import type { CollectiveTool, ToolAnswer } from "../tools/types.ts";
import { failed, INTERNAL, inSpan } from "./span.ts";
import type { Tracing } from "./types.ts";

/** The same tool, with a span `execute_tool {name}` for each call. */
export function tracedTool(tool: CollectiveTool, { tracer, contents = false }: Tracing): CollectiveTool {
  const attributes = toolAttributes(tool.name);
  return {
    ...tool,
    execute: (input, options) =>
      inSpan(tracer, `execute_tool ${tool.name}`, { kind: INTERNAL, attributes }, async (span) => {
        if (contents) span.setAttribute("gen_ai.tool.call.arguments", jsonOf(input));
        const answer = await tool.execute(input, options);
        if (contents) span.setAttribute("gen_ai.tool.call.result", answer.text);
        if (answer.failed) failed(span, failureIn(answer));
        return answer;
      }),
  };
}

export function toolAttributes(name: string): Record<string, string> {
  return {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.type": "function",
  };
}

/** A value that has no JSON form is the tool's to refuse, not the tracer's. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch {
    return "not JSON";
  }
}

/** The code of a failure stands in the answer, in our own words; anything else there is no code. */
function failureIn({ text }: ToolAnswer): string {
  const [, code = "_OTHER"] = /"failed":"([a-z][a-z-]{0,63})"/.exec(text) ?? [];
  return code;
}
