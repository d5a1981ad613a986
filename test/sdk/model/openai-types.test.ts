import type { ExecuteResult, OpenAILike, OpenAIModelOptions, TaskOptions } from "action-collective";
import { openaiModel } from "action-collective";
import OpenAI from "openai";
import { expect, expectTypeOf, test } from "vitest";

test("a real openai client is taken as it is, without a cast", () => {
  expectTypeOf<OpenAI>().toExtend<OpenAILike>();
  expectTypeOf<{ openai: OpenAI; model: string }>().toExtend<OpenAIModelOptions>();
  expectTypeOf<{
    openai: OpenAI;
    model: string;
    chatHistory: [{ role: "user"; content: "hello" }];
  }>().toExtend<TaskOptions>();
  // So are its messages, those that it takes and those that it answers.
  expectTypeOf<OpenAI.ChatCompletionMessageParam[]>().toExtend<TaskOptions["chatHistory"]>();
  expectTypeOf<OpenAI.ChatCompletionMessage[]>().toExtend<TaskOptions["chatHistory"]>();
  expectTypeOf<ExecuteResult["messages"]>().toExtend<TaskOptions["chatHistory"]>();
  // What has no chat completions is no such client.
  expectTypeOf<{ models: OpenAI["models"] }>().not.toExtend<OpenAILike>();
  const openai = new OpenAI({ apiKey: "none", baseURL: "http://127.0.0.1:9/v1" });
  expect(openaiModel({ openai, model: "any", api: "chat" }).turn).toBeTypeOf("function");
  expect(openaiModel({ openai, model: "any", api: "responses" }).turn).toBeTypeOf("function");
});

test("a client without the Responses interface is refused at once", () => {
  const openai = { chat: { completions: { create: () => undefined } } };
  expect(() => openaiModel({ openai, model: "any", api: "responses" })).toThrow(/no Responses interface/);
});
