import { ToolMessage } from "@langchain/core/messages";
import type { CollectiveTool } from "action-collective";
import { aiTools } from "action-collective/ai";
import { anthropicTools } from "action-collective/anthropic";
import { langchainTools } from "action-collective/langchain";
import { openaiTools } from "action-collective/openai";
import { responsesTools } from "action-collective/responses";
import type { ChatCompletionMessageToolCall } from "openai/resources/chat/completions";
import { expect, test } from "vitest";

/** Says what it was given. */
const echo: CollectiveTool = {
  name: "echo",
  title: "Echo",
  description: "Says what it was given.",
  input: {
    type: "object",
    properties: { word: { type: "string", description: "A word.", pattern: "^(a+)+$" } },
    required: ["word"],
  },
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  execute: async (input, { signal } = {}) => {
    signal?.throwIfAborted();
    return { failed: input === null, text: JSON.stringify(input) };
  },
};

const callOf = (id: string, name: string, text: string): ChatCompletionMessageToolCall => ({
  ...{ id, type: "function" },
  function: { name, arguments: text },
});

test("each call gets its answer, in order, whatever its arguments are", async () => {
  const { answer } = openaiTools([echo]);
  const tool_calls = [
    callOf("1", "echo", '{"word":"a"}'),
    callOf("2", "echo", '{"word":'),
    callOf("3", "invented", "{}"),
    callOf("4", "echo", ""),
    callOf("5", "echo", "x".repeat(2_000_000)),
  ];
  const answers = await answer({ tool_calls });
  expect(answers.map(({ tool_call_id }) => tool_call_id)).toEqual(["1", "2", "3", "4", "5"]);
  const contents = answers.map(({ content }) => JSON.parse(String(content)));
  expect(contents).toEqual([
    { word: "a" },
    expect.objectContaining({
      failed: "bad-arguments",
      message: expect.stringContaining("line 1, column 9"),
    }),
    expect.objectContaining({ failed: "unknown-tool", remedy: "Call one of: echo." }),
    {},
    expect.objectContaining({ failed: "bad-arguments" }),
  ]);
  expect(await answer({})).toEqual([]);
  expect((await answer({ tool_calls }, { others: "leave" })).map(({ tool_call_id }) => tool_call_id)).toEqual(
    ["1", "2", "4", "5"],
  );
});

test("calls of servers that leave out their type, or give arguments as an object, are answered too", async () => {
  const { answer } = openaiTools([echo]);
  const loose = [
    { id: "1", function: { name: "echo", arguments: '{"word":"a"}' } },
    { id: "2", type: "function", function: { name: "echo", arguments: { word: "b" } } },
    { id: "3", function: { name: "echo" } },
  ] as unknown as ChatCompletionMessageToolCall[];
  const answers = await answer({ tool_calls: loose });
  expect(answers.map(({ content }) => content)).toEqual(['{"word":"a"}', '{"word":"b"}', "{}"]);
});

test("a flood of calls is answered, and run only up to a bound", async () => {
  const { answer } = openaiTools([echo]);
  const tool_calls = Array.from({ length: 40 }, (_, i) => callOf(String(i), "echo", "{}"));
  const answers = await answer({ tool_calls });
  expect(answers).toHaveLength(40);
  expect(answers.filter(({ content }) => content === "{}")).toHaveLength(32);
  expect(answers.at(-1)?.content).toContain("too-many-calls");
});

test("Responses and Messages get answers of their own form; other items are passed over", async () => {
  const output = await responsesTools([echo]).answer([
    { type: "function_call", call_id: "c1", name: "echo", arguments: '{"word":"a"}' },
    { type: "message", id: "m", role: "assistant", status: "completed", content: [] },
  ]);
  expect(output).toEqual([{ type: "function_call_output", call_id: "c1", output: '{"word":"a"}' }]);
  const caller = { type: "direct" } as const;
  const results = await anthropicTools([echo]).answer([
    { type: "text", text: "Let me see.", citations: null },
    { type: "tool_use", id: "t1", name: "echo", input: { word: "a" }, caller },
    { type: "tool_use", id: "t2", name: "echo", input: null, caller },
  ]);
  expect(results).toEqual([
    { type: "tool_result", tool_use_id: "t1", content: '{"word":"a"}' },
    { type: "tool_result", tool_use_id: "t2", content: "null", is_error: true },
  ]);
});

test("only the signal's reason is thrown", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  const message = { tool_calls: [callOf("1", "echo", "{}")] };
  await expect(openaiTools([echo]).answer(message, { signal })).rejects.toBe(reason);
});

test("what a library aborts, the tool is told", async () => {
  const waiting: CollectiveTool = {
    ...echo,
    execute: async (_, { signal } = {}) => {
      signal?.throwIfAborted();
      return await new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    },
  };
  const reason = new Error("enough");
  const ai = new AbortController();
  const { execute } = aiTools([waiting]).echo ?? {};
  const options = { toolCallId: "1", messages: [], abortSignal: ai.signal, context: undefined };
  const executed = Promise.resolve(execute?.({ word: "a" }, options as never));
  ai.abort(reason);
  await expect(executed).rejects.toBe(reason);
  const chain = new AbortController();
  const invoked = langchainTools([waiting])[0]?.invoke({ word: "a" }, { signal: chain.signal });
  chain.abort(reason);
  await expect(invoked).rejects.toThrow();
});

test("LangChain: a stranger's pattern is shown to the model and never tried here; what does not fit is answered", async () => {
  const [tool] = langchainTools([echo]);
  expect(tool?.schema).toMatchObject({
    properties: { word: { type: "string", description: "A word. (pattern: ^(a+)+$)" } },
  });
  expect(JSON.stringify(tool?.schema)).not.toContain('"pattern"');
  const word = `${"a".repeat(60)}!`;
  expect(await tool?.invoke({ word })).toBe(JSON.stringify({ word }));
  expect(await tool?.invoke({ word: 7 })).toBe('{"word":7}');
  const message = await tool?.invoke({ type: "tool_call", id: "1", name: "echo", args: { other: 1 } });
  expect(message).toBeInstanceOf(ToolMessage);
  expect(message).toMatchObject({ tool_call_id: "1", status: "success", content: '{"other":1}' });
});
