// The Messages interface of Anthropic.
import Anthropic from "@anthropic-ai/sdk";
import { ActionClient } from "action-collective";
import { anthropicTools } from "action-collective/anthropic";

const question = process.argv[2] ?? "Which date is ten working days after 2 January 2026?";
const model = process.env.MODEL ?? "claude-sonnet-4-5";

const anthropic = new Anthropic(); // ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL, as everywhere
const peer = await ActionClient.connect();
const { tools, answer } = await peer.tools(anthropicTools);

const messages: Anthropic.MessageParam[] = [{ role: "user", content: question }];
for (let turn = 1; turn <= 8; turn++) {
  const { content } = await anthropic.messages.create({ model, messages, tools, max_tokens: 2000 });
  const results = await answer(content);
  if (results.length === 0) {
    console.log(content.map((block) => (block.type === "text" ? block.text : "")).join(""));
    break;
  }
  messages.push({ role: "assistant", content }, { role: "user", content: results });
}
