// LangChain: structured tools for bindTools, here in a small loop; tool nodes and agents take them too.
import { type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai"; // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere
import { ActionClient } from "action-collective";
import { langchainTools } from "action-collective/langchain";

const question = process.argv[2] ?? "Which date is ten working days after 2 January 2026?";

const peer = await ActionClient.connect();
const tools = await peer.tools(langchainTools);
const model = new ChatOpenAI({ model: process.env.MODEL ?? "gpt-5-mini" }).bindTools(tools);

const messages: BaseMessage[] = [new HumanMessage(question)];
for (let turn = 1; turn <= 8; turn++) {
  const message = await model.invoke(messages);
  messages.push(message);
  if (!message.tool_calls?.length) {
    console.log(message.text);
    break;
  }
  for (const call of message.tool_calls) {
    const tool = tools.find(({ name }) => name === call.name);
    if (tool === undefined) throw new Error(`The model called ${call.name}, which it was not given.`);
    messages.push(await tool.invoke({ ...call, type: "tool_call" }));
  }
}
