import { openaiModel, type Turn } from "action-collective";
import { expect, test } from "vitest";

const USER: Turn["messages"] = [{ role: "user", content: "hello" }];
const TURN: Turn = { messages: USER, tools: [], choice: "auto" };
const ADD = { name: "add", description: "Adds.", parameters: { type: "object" } } as const;

/** A server that answers with whatever is given; what it was asked is kept. */
function answering(answer: unknown) {
  const asked: object[] = [];
  const create = (body: object) => {
    asked.push(body);
    return answer;
  };
  const openai = { chat: { completions: { create } }, responses: { create } };
  const ask = (turn: Partial<Turn> = {}, api: "chat" | "responses" = "chat") =>
    openaiModel({ openai, model: "any", api }).turn({ ...TURN, ...turn });
  return { asked, ask };
}

async function* stream(...events: unknown[]) {
  yield* events;
}

const message = (fields: object, finish: string | null = "stop") => ({
  choices: [{ message: { role: "assistant", ...fields }, finish_reason: finish }],
});
const delta = (fields: object, finish: string | null = null) => ({
  choices: [{ delta: fields, finish_reason: finish }],
});

test("answers of compatible servers are read in spite of what they leave out", async () => {
  const { ask } = answering(
    message(
      {
        content: null,
        tool_calls: [
          { function: { name: "add", arguments: { a: 1 } } },
          { id: "", type: "function", function: { name: "add", arguments: null } },
          { id: "x y", function: { name: "no such name!", arguments: "{" } },
        ],
      },
      null,
    ),
  );
  expect(await ask()).toEqual({
    text: "",
    toolCalls: [
      { id: "call_1_0", name: "add", arguments: '{"a":1}' },
      { id: "call_1_1", name: "add", arguments: "{}" },
      { id: "call_1_2", name: "no_such_name_", arguments: "{" },
    ],
    usage: { input: 0, output: 0 },
  });
  const plain = answering({
    ...message({ content: "hi", tool_calls: [] }),
    usage: { prompt_tokens: 7, completion_tokens: -1 },
  });
  expect(await plain.ask()).toEqual({ text: "hi", toolCalls: [], usage: { input: 7, output: 0 } });
});

test("the id of a call is never that of an earlier one", async () => {
  const call = { id: "same", function: { name: "add", arguments: "{}" } };
  const { ask } = answering(message({ tool_calls: [call, call] }));
  const earlier = {
    role: "assistant",
    content: "",
    toolCalls: [{ id: "same", name: "add", arguments: "{}" }],
  } as const;
  const { toolCalls } = await ask({ messages: [...USER, earlier] });
  expect(toolCalls.map(({ id }) => id)).toEqual(["call_2_0", "call_2_1"]);
});

test("a conversation is written as each interface wants it, and arguments that are no JSON do not break it", async () => {
  const messages: Turn["messages"] = [
    { role: "system", content: "Be brief." },
    ...USER,
    { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "add", arguments: "{broken" }] },
    { role: "tool", toolCallId: "c1", content: "3" },
  ];
  const chat = answering(message({ content: "3" }));
  await chat.ask({ messages, tools: [ADD], choice: { name: "add" } });
  expect(chat.asked).toEqual([
    {
      model: "any",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hello" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "c1", type: "function", function: { name: "add", arguments: '{"unreadable":"{broken"}' } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: "3" },
      ],
      tools: [{ type: "function", function: ADD }],
      tool_choice: { type: "function", function: { name: "add" } },
    },
  ]);
  const responses = answering({ status: "completed", output: [] });
  await responses.ask({ messages, tools: [ADD], choice: { name: "add" } }, "responses");
  expect(responses.asked).toEqual([
    {
      model: "any",
      store: false,
      input: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hello" },
        { type: "function_call", call_id: "c1", name: "add", arguments: '{"unreadable":"{broken"}' },
        { type: "function_call_output", call_id: "c1", output: "3" },
      ],
      tools: [{ type: "function", ...ADD, strict: false }],
      tool_choice: { type: "function", name: "add" },
    },
  ]);
});

test("a refusal, a filter, an end in the middle and nonsense each have an error of their own", async () => {
  const code = (answer: unknown, api: "chat" | "responses" = "chat") =>
    answering(answer)
      .ask({}, api)
      .then(
        () => "none",
        (error: { code: string }) => error.code,
      );
  expect(await code(message({ content: null, refusal: "I will not." }))).toBe("model-refusal");
  expect(await code(message({ content: "" }, "content_filter"))).toBe("model-content-filter");
  expect(await code(message({ content: "half" }, "length"))).toBe("model-cut-off");
  expect(await code({ choices: [] })).toBe("model-malformed");
  expect(await code("<html>")).toBe("model-malformed");
  expect(await code(message({ content: "x".repeat(600_000) }))).toBe("model-malformed");
  expect(await code(message({ tool_calls: Array(17).fill({ function: { name: "a" } }) }))).toBe(
    "model-malformed",
  );
  const part = (content: object) => ({
    status: "completed",
    output: [{ type: "message", content: [content] }],
  });
  expect(await code(part({ type: "refusal", refusal: "No." }), "responses")).toBe("model-refusal");
  expect(
    await code(
      { status: "incomplete", incomplete_details: { reason: "max_output_tokens" }, output: [] },
      "responses",
    ),
  ).toBe("model-cut-off");
  expect(
    await code(
      { status: "incomplete", incomplete_details: { reason: "content_filter" }, output: [] },
      "responses",
    ),
  ).toBe("model-content-filter");
  expect(await code({ status: "failed", error: { message: "broke" }, output: [] }, "responses")).toBe(
    "model-unavailable",
  );
  expect(await code({ choices: [] }, "responses")).toBe("model-malformed");
});

test("calls that come in pieces are put together, with or without an index", async () => {
  const piece = (fields: object) => delta({ tool_calls: [fields] });
  const onText = () => {};
  const indexed = answering(
    stream(
      piece({ index: 0, id: "c1", function: { name: "add", arguments: '{"a"' } }),
      piece({ index: 1, id: "c2", function: { name: "sub", arguments: "" } }),
      piece({ index: 0, function: { arguments: ":1}" } }),
      delta({}, "tool_calls"),
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
    ),
  );
  expect(await indexed.ask({ onText })).toEqual({
    text: "",
    toolCalls: [
      { id: "c1", name: "add", arguments: '{"a":1}' },
      { id: "c2", name: "sub", arguments: "{}" },
    ],
    usage: { input: 3, output: 4 },
  });
  const whole = answering(
    stream(
      piece({ function: { name: "add", arguments: { a: 1 } } }),
      piece({ function: { name: "sub", arguments: "{}" } }),
      delta({}, "stop"),
    ),
  );
  expect((await whole.ask({ onText })).toolCalls.map((call) => call.arguments)).toEqual(['{"a":1}', "{}"]);
});

test("a stream without an end is cut off, one without an end in sight is given up", async () => {
  const onText = () => {};
  await expect(answering(stream(delta({ content: "half" }))).ask({ onText })).rejects.toMatchObject({
    code: "model-cut-off",
  });
  await expect(
    answering(stream({ type: "response.output_text.delta", delta: "half" })).ask({ onText }, "responses"),
  ).rejects.toMatchObject({ code: "model-cut-off" });
  await expect(
    answering(stream(delta({ content: "x".repeat(600_000) }, "stop"))).ask({ onText }),
  ).rejects.toMatchObject({ code: "model-malformed" });
  await expect(answering(message({ content: "no stream" })).ask({ onText })).rejects.toMatchObject({
    code: "model-malformed",
  });
});

test("a client that never answers is given up when the time is over, or at once when the caller stops", async () => {
  const openai = { chat: { completions: { create: () => new Promise(() => {}) } } };
  await expect(openaiModel({ openai, model: "any", timeoutMs: 20 }).turn(TURN)).rejects.toMatchObject({
    code: "model-timeout",
  });
  const controller = new AbortController();
  const turn = openaiModel({ openai, model: "any" }).turn({ ...TURN, signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(turn).rejects.toThrow("enough");
});

test("calls of a stream keep apart and in order: one index for all of them, pieces out of order, ids that come late", async () => {
  const piece = (fields: object) => delta({ tool_calls: [fields] });
  const read = async (...pieces: object[]) =>
    (await answering(stream(...pieces, delta({}, "tool_calls"))).ask({ onText: () => {} })).toolCalls.map(
      (call) => `${call.id} ${call.name}${call.arguments}`,
    );
  const add = (index: number, id: string, given: string) =>
    piece({ index, id, function: { name: "add", arguments: given } });
  expect(await read(add(0, "c1", '{"a":1}'), add(0, "c2", '{"a":'), add(0, "c2", "2}"))).toEqual([
    'c1 add{"a":1}',
    'c2 add{"a":2}',
  ]);
  expect(
    await read(
      add(1, "c2", '{"a":'),
      add(0, "c1", "{"),
      piece({ index: 1, function: { arguments: "2}" } }),
      piece({ index: 0, id: "", function: { name: "", arguments: "}" } }),
    ),
  ).toEqual(["c1 add{}", 'c2 add{"a":2}']);
  expect(
    await read(
      piece({ index: 0, id: "", function: { name: "add", arguments: "{" } }),
      piece({ index: 0, id: "late", function: { arguments: "}" } }),
    ),
  ).toEqual(["late add{}"]);
});

test("what a client does after it was given up is not heard any more", async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", hear);
  const controller = new AbortController();
  let pieces = 0;
  const events = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        controller.signal.throwIfAborted();
        pieces += 1;
        return { done: false, value: delta({ content: "a" }) };
      },
    }),
  };
  const turn = answering(events).ask({
    signal: controller.signal,
    onText: () => controller.abort(new Error("enough")),
  });
  await expect(turn).rejects.toThrow("enough");
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", hear);
  expect(unheard).toEqual([]);
  expect(pieces).toBe(1);
});

test("a time that no timer can hold is a long time, and no time is refused", async () => {
  const create = () => new Promise((resolve) => setTimeout(() => resolve(message({ content: "hi" })), 20));
  const openai = { chat: { completions: { create } } };
  const at = (timeoutMs: number) => openaiModel({ openai, model: "any", timeoutMs });
  for (const long of [Number.POSITIVE_INFINITY, 2 ** 40]) expect((await at(long).turn(TURN)).text).toBe("hi");
  for (const none of [0, -1, Number.NaN]) expect(() => at(none)).toThrow(/timeoutMs/);
});

test("what a model thought aloud before its answer is no part of the answer", async () => {
  const { ask } = answering(message({ content: "<think>\nLet me <b>see</b>.\n</think>\n\nIt is 3." }));
  expect((await ask()).text).toBe("It is 3.");
});
