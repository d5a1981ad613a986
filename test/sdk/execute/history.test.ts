import { openaiModel, type TaskOptions } from "action-collective";
import type OpenAI from "openai";
import { expect, test } from "vitest";
import { readHistory } from "../../../sdk/src/execute/history.ts";
import { paired } from "../../../sdk/src/execute/pairing.ts";

const call = (id: string, given = "{}") => ({ id, name: "add", arguments: given });

test("messages of chat completions are taken as they are", () => {
  const history: OpenAI.ChatCompletionMessageParam[] = [
    { role: "developer", content: [{ type: "text", text: "Be brief." }] },
    {
      role: "user",
      name: "ada",
      content: [
        { type: "text", text: "One." },
        { type: "text", text: "Two." },
      ],
    },
    {
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "c1", type: "function", function: { name: "add", arguments: '{"a":1}' } },
        { id: "c2", type: "custom", custom: { name: "note", input: "x" } },
      ],
    },
    { role: "tool", tool_call_id: "c2", content: [{ type: "text", text: "noted" }] },
    { role: "tool", tool_call_id: "c1", content: "3" },
    { role: "assistant", content: null, refusal: "I will not." },
    { role: "user", content: "Why?" },
  ];
  expect(readHistory(history)).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", name: "ada", content: "One.\nTwo." },
    {
      role: "assistant",
      content: "",
      toolCalls: [call("c1", '{"a":1}'), { id: "c2", name: "note", arguments: '{"input":"x"}' }],
    },
    { role: "tool", toolCallId: "c1", content: "3" },
    { role: "tool", toolCallId: "c2", content: "noted" },
    { role: "assistant", content: "I will not." },
    { role: "user", content: "Why?" },
  ]);
  // What was read once reads the same again.
  expect(readHistory(readHistory(history))).toEqual(readHistory(history));
});

test("who of several speaks is told to the model, by a field where the interface has one", async () => {
  const asked: { messages?: unknown; input?: unknown }[] = [];
  const create = (body: object) => {
    asked.push(body);
    return { choices: [{ message: { content: "hello" } }], output: [] };
  };
  const openai = { chat: { completions: { create } }, responses: { create } };
  const messages = readHistory([{ role: "user", name: "ada", content: "hi" }]);
  for (const api of ["chat", "responses"] as const)
    await openaiModel({ openai, model: "any", api }).turn({ messages, tools: [], choice: "auto" });
  expect(asked[0]?.messages).toEqual([{ role: "user", name: "ada", content: "hi" }]);
  expect(asked[1]?.input).toEqual([{ role: "user", content: "ada: hi" }]);
});

test.each<[string, TaskOptions["chatHistory"][number][], RegExp]>([
  ["an image", [{ role: "user", content: [{ type: "image_url" }] }], /message 1 .*type image_url/],
  ["nothing", [{ role: "user", content: null }], /content of message 1/],
  ["an old call", [{ role: "assistant", content: null, function_call: {} } as never], /function_call/],
  ["a call without a name", [{ role: "assistant", tool_calls: [{ id: "c" }] }], /each call of message 1/],
  ["an answer to nothing", [{ role: "tool", tool_call_id: "c", content: "3" }], /message 1 answers a call/],
  [
    "a second answer",
    [
      { role: "assistant", content: "", toolCalls: [call("c")] },
      { role: "tool", toolCallId: "c", content: "3" },
      { role: "tool", toolCallId: "c", content: "4" },
    ],
    /message 3 answers a call/,
  ],
])("%s is refused with its place", (_, history, why) => {
  expect(() => readHistory(history)).toThrow(why);
  expect(() => readHistory(history)).toThrow(expect.objectContaining({ code: "invalid-task" }));
});

test("calls are answered once each, in their order; what nobody answered was not done", () => {
  const answer = (toolCallId: string, content: string) => ({ role: "tool", toolCallId, content }) as const;
  const calls = { role: "assistant", content: "", toolCalls: [call("a"), call("b"), call("c")] } as const;
  const last = { role: "user", content: "go on" } as const;
  const notDone = '{"told":"This was not done."}';
  expect(paired([calls, answer("c", "3"), answer("a", "1"), last, calls])).toEqual([
    calls,
    answer("a", "1"),
    answer("b", notDone),
    answer("c", "3"),
    last,
    calls,
    answer("a", notDone),
    answer("b", notDone),
    answer("c", notDone),
  ]);
  // Some servers give every call the same id.
  const twice = { ...calls, toolCalls: [call("x"), call("x")] };
  expect(paired([twice, answer("x", "1"), answer("x", "2")])).toEqual([
    twice,
    answer("x", "1"),
    answer("x", "2"),
  ]);
});
