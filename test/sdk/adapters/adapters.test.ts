import { join } from "node:path";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { type ToolOptions, UNTRUSTED_NOTE } from "action-collective";
import { aiTools } from "action-collective/ai";
import { anthropicTools } from "action-collective/anthropic";
import { langchainTools } from "action-collective/langchain";
import { openaiTools } from "action-collective/openai";
import { responsesTools } from "action-collective/responses";
import { generateText, stepCountIs, streamText } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostileAction } from "../../helpers/hostile-action.ts";
import { PeerProcess } from "../../helpers/processes.ts";
import { businessDays, callOf, ScriptedTools, type ScriptedTurn } from "../../helpers/scripted-tools.ts";

const LIBRARY = join(import.meta.dirname, "../../../library/actions");
const QUESTION = "Which date is ten working days after 2 January 2026?";
/** Rounds of a loop; every script here is shorter. */
const ROUNDS = 6;

let peer: PeerProcess;
beforeAll(async () => {
  peer = await PeerProcess.start();
  await Promise.all([
    peer.client.publishFolder(join(LIBRARY, "add-business-days")),
    peer.client.publish(hostileAction),
  ]);
}, 120_000);
afterAll(async () => {
  await peer?.[Symbol.asyncDispose]();
});

/** Asks the question through one library, and answers tool calls until there are words. */
type Asking = (url: string, options?: ToolOptions) => Promise<string>;

const key = { apiKey: "scripted", maxRetries: 0 };

const chat: Asking = async (url, options) => {
  const openai = new OpenAI({ ...key, baseURL: `${url}/v1` });
  const { tools, answer } = await peer.client.tools(openaiTools, options);
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: QUESTION }];
  for (let round = 0; round < ROUNDS; round++) {
    const { choices } = await openai.chat.completions.create({ model: "scripted", messages, tools });
    const message = choices[0]?.message;
    if (message === undefined) break;
    const answers = await answer(message);
    if (answers.length === 0) return message.content ?? "";
    messages.push(message, ...answers);
  }
  return "no end";
};

const responses: Asking = async (url, options) => {
  const openai = new OpenAI({ ...key, baseURL: `${url}/v1` });
  const { tools, answer } = await peer.client.tools(responsesTools, options);
  const input: OpenAI.Responses.ResponseInputItem[] = [{ role: "user", content: QUESTION }];
  for (let round = 0; round < ROUNDS; round++) {
    const response = await openai.responses.create({ model: "scripted", input, tools });
    const answers = await answer(response.output);
    if (answers.length === 0) return response.output_text;
    input.push(...(response.output as OpenAI.Responses.ResponseInputItem[]), ...answers);
  }
  return "no end";
};

const anthropic: Asking = async (url, options) => {
  const client = new Anthropic({ ...key, baseURL: url });
  const { tools, answer } = await peer.client.tools(anthropicTools, options);
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: QUESTION }];
  for (let round = 0; round < ROUNDS; round++) {
    const { content } = await client.messages.create({
      model: "scripted",
      max_tokens: 1000,
      messages,
      tools,
    });
    const results = await answer(content);
    if (results.length === 0)
      return content.map((block) => (block.type === "text" ? block.text : "")).join("");
    messages.push({ role: "assistant", content }, { role: "user", content: results });
  }
  return "no end";
};

const ai: Asking = async (url, options) => {
  const tools = await peer.client.tools(aiTools, options);
  const model = createOpenAI({ apiKey: "scripted", baseURL: `${url}/v1` }).chat("scripted");
  const { text } = await generateText({
    model,
    tools,
    prompt: QUESTION,
    stopWhen: stepCountIs(ROUNDS),
    maxRetries: 0,
  });
  return text;
};

const aiStreamed: Asking = async (url, options) => {
  const tools = await peer.client.tools(aiTools, options);
  const model = createOpenAI({ apiKey: "scripted", baseURL: `${url}/v1` }).responses("scripted");
  const stream = streamText({ model, tools, prompt: QUESTION, stopWhen: stepCountIs(ROUNDS), maxRetries: 0 });
  let text = "";
  for await (const delta of stream.textStream) text += delta;
  return text;
};

const langchain: Asking = async (url, options) => {
  const tools = await peer.client.tools(langchainTools, options);
  const configuration = { baseURL: `${url}/v1` };
  const model = new ChatOpenAI({ ...key, model: "scripted", configuration }).bindTools(tools);
  const messages: BaseMessage[] = [new HumanMessage(QUESTION)];
  for (let round = 0; round < ROUNDS; round++) {
    const message = await model.invoke(messages);
    if ((message.tool_calls ?? []).length === 0) return message.text;
    messages.push(message);
    for (const call of message.tool_calls ?? []) {
      const tool = tools.find(({ name }) => name === call.name);
      messages.push(await tool?.invoke({ ...call, type: "tool_call" }));
    }
  }
  return "no end";
};

const adapters = { chat, responses, anthropic, ai, aiStreamed, langchain };

describe.each(Object.entries(adapters))("%s", (_, ask) => {
  test("finds an action, runs it, and says what came of it", async () => {
    await using model = await ScriptedTools.start(businessDays);
    expect(await ask(model.url)).toBe("It is 2026-01-16.");
    expect(model.requests).toHaveLength(3);
    const [found, ran] = model.results.map((text) => JSON.parse(text));
    expect(found).toMatchObject({ untrusted: true, note: UNTRUSTED_NOTE });
    expect(ran).toMatchObject({
      untrusted: true,
      from: "action addBusinessDays",
      content: { weekday: "Friday" },
    });
  });

  test("bad arguments and a failing run are answered, and the model mends them", async () => {
    const turns: ScriptedTurn[] = [
      { answer: callOf("addBusinessDays", { date: "soon" }) },
      {
        when: (last) => JSON.parse(last).failed === "input-invalid",
        answer: callOf("run_action", { action: 7 }),
      },
      {
        when: (last) => JSON.parse(last).failed === "bad-arguments",
        answer: callOf("addBusinessDays", { date: "2026-01-02", days: 1 }),
      },
      { when: (last) => JSON.parse(last).content.date === "2026-01-05", answer: { content: "Mended." } },
    ];
    await using model = await ScriptedTools.start(turns);
    expect(await ask(model.url, { refs: ["addBusinessDays"] })).toBe("Mended.");
  });

  test("what a hostile action says reaches the model as marked data alone", async () => {
    const turns: ScriptedTurn[] = [
      { answer: callOf("find_action", { need: "tells the weather of a city" }) },
      {
        when: (last) => last.includes("hostileWeather"),
        answer: callOf("get_action", { action: "hostileWeather" }),
      },
      { answer: callOf("run_action", { action: "hostileWeather", input: { city: "Bern" } }) },
      { answer: callOf("run_action", { action: "hostileWeather", input: { city: "throw" } }) },
      { answer: { content: "Done." } },
    ];
    await using model = await ScriptedTools.start(turns);
    expect(await ask(model.url)).toBe("Done.");
    expect(model.results).toHaveLength(4);
    for (const text of model.results) {
      const { content, ...ours } = JSON.parse(text);
      expect(ours).toMatchObject({ untrusted: true, note: UNTRUSTED_NOTE });
      expect(JSON.stringify(content)).toMatch(/ignore/i);
      expect(JSON.stringify(ours)).not.toMatch(/ignore/i);
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u{e0000}-\u{e0fff}<\n]/u);
    }
    for (const request of model.requests) {
      const { messages, tools } = JSON.parse(request);
      const elsewhere = messages.filter(({ role }: { role: string }) => role !== "tool");
      expect(JSON.stringify([elsewhere, tools])).not.toMatch(/ignore/i);
    }
  });
});
