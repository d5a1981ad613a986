import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { ActionClient, makeTools, type Tracing } from "action-collective";
import { beforeAll, expect, test } from "vitest";
import { addingAction } from "../../helpers/adding-action.ts";
import { usePeerAndModel } from "../../helpers/peer-and-model.ts";
import { calls, text } from "../../helpers/scripted-model.ts";
import { recordedSpans, treeOf } from "./recorded-spans.ts";

const at = usePeerAndModel();
let id: string;

beforeAll(async () => {
  ({ id } = await at.peer.client.publish(addingAction(7)));
}, 60_000);

/** One task: find, run with a wrong input, run again, answer. */
async function task(tracing: Tracing) {
  const script = at.model.script([
    {
      says: {
        ...calls(["need_action", { need: "add seven to a number" }]),
        usage: { prompt_tokens: 50, completion_tokens: 5 },
      },
    },
    { says: calls(["use_action", { action: "a1", input: { x: "secret words" } }]) },
    { says: calls(["use_action", { action: "a1", input: { x: 35 } }]) },
    { told: ["42"], says: text("It is 42.", { input: 100, output: 10 }) },
  ]);
  const result = await script.during(
    at.peer.client.execute({
      openai: at.model.openai(),
      model: script.model,
      chatHistory: [{ role: "user", content: "What is 35 + 7, in secret?" }],
      tracing,
    }),
  );
  script.finish();
  return { result, model: script.model };
}

test("a task is one tree of spans by the GenAI conventions, without a word of what was said", async () => {
  const { tracer, spans } = recordedSpans();
  const { result, model } = await task({ tracer });
  const chat = `  chat ${model}`;
  expect(treeOf(spans())).toEqual([
    "invoke_agent action-collective",
    ...[chat, "  execute_tool need_action"],
    ...[chat, "  execute_tool use_action"],
    ...[chat, "  execute_tool use_action"],
    chat,
  ]);
  const [whole, first, find, , refused, , run] = spans();
  const answer = spans().at(-1);
  expect(whole).toMatchObject({
    kind: SpanKind.INTERNAL,
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": "openai",
      "gen_ai.agent.name": "action-collective",
      "gen_ai.request.model": model,
      "gen_ai.usage.input_tokens": result.usage.input,
      "gen_ai.usage.output_tokens": result.usage.output,
    },
    status: { code: SpanStatusCode.UNSET },
  });
  expect(first).toMatchObject({
    kind: SpanKind.CLIENT,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": model,
      "gen_ai.response.finish_reasons": ["tool_call"],
    },
  });
  expect(answer?.attributes).toMatchObject({
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 10,
    "gen_ai.response.finish_reasons": ["stop"],
  });
  expect(find).toMatchObject({
    kind: SpanKind.INTERNAL,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "need_action",
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": expect.stringMatching(/\S/),
    },
  });
  expect(refused).toMatchObject({
    attributes: { "error.type": "input-invalid", "collective.action.id": id },
    status: { code: SpanStatusCode.ERROR, message: "input-invalid" },
  });
  expect(run).toMatchObject({
    attributes: { "collective.action.id": id },
    status: { code: SpanStatusCode.UNSET },
  });
  expect(run?.attributes["gen_ai.tool.call.id"]).not.toBe(refused?.attributes["gen_ai.tool.call.id"]);
  const all = JSON.stringify(
    spans().map(({ attributes, events, status }) => ({ attributes, events, status })),
  );
  expect(all).not.toMatch(/secret|35|42/);
});

test("whoever wants the contents gets them, in the conventions' form", async () => {
  const { tracer, spans } = recordedSpans();
  await task({ tracer, contents: true, provider: "vllm" });
  const last = spans().at(-1)?.attributes;
  expect(last?.["gen_ai.provider.name"]).toBe("vllm");
  const said = JSON.parse(String(last?.["gen_ai.output.messages"])) as unknown;
  expect(said).toEqual([
    { role: "assistant", parts: [{ type: "text", content: "It is 42." }], finish_reason: "stop" },
  ]);
  const heard = JSON.parse(String(last?.["gen_ai.input.messages"])) as {
    role: string;
    parts: { type: string }[];
  }[];
  expect(heard.map(({ role, parts }) => `${role}: ${parts[0]?.type}`)).toEqual([
    ...["system: text", "user: text"],
    ...Array.from({ length: 3 }, () => ["assistant: tool_call", "tool: tool_call_response"]).flat(),
  ]);
  const run = spans().findLast(({ name }) => name === "execute_tool use_action")?.attributes;
  expect(run?.["gen_ai.tool.call.arguments"]).toBe('{"x":35}');
  expect(JSON.parse(String(run?.["gen_ai.tool.call.result"]))).toMatchObject({ output: 42 });
});

test("a server that fails leaves a span with the error's code, and the error is thrown all the same", async () => {
  const { tracer, spans } = recordedSpans();
  const refuse = () => Promise.reject(new Error("in secret"));
  const failing = at.peer.client.execute({
    openai: { chat: { completions: { create: refuse } } },
    model: "gone",
    chatHistory: [{ role: "user", content: "Anything" }],
    tracing: { tracer },
  });
  const error = (await failing.catch((thrown: unknown) => thrown)) as { code: string };
  expect(error.code).toMatch(/^model-/);
  expect(treeOf(spans())).toEqual(["invoke_agent action-collective", "  chat gone"]);
  for (const span of spans()) {
    expect(span.attributes["error.type"]).toBe(error.code);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: error.code });
  }
});

test("tools for a program's own loop have a span for each call", async () => {
  const { tracer, spans } = recordedSpans();
  const tools = await makeTools(new ActionClient({ home: at.peer.home }), { tracing: { tracer } });
  const run = tools.find(({ name }) => name === "run_action");
  await tracer.startActiveSpan("my agent", async (span) => {
    expect((await run?.execute({ action: id, input: { x: 1 } }))?.failed).toBe(false);
    expect((await run?.execute({ action: "noSuchAction", input: {} }))?.failed).toBe(true);
    span.end();
  });
  expect(treeOf(spans())).toEqual(["my agent", "  execute_tool run_action", "  execute_tool run_action"]);
  const [, good, bad] = spans();
  expect(good?.attributes).toEqual({
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "run_action",
    "gen_ai.tool.type": "function",
  });
  expect(bad?.attributes["error.type"]).toBe("not-found");
});
