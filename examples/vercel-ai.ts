// The AI SDK runs the tools itself; streamText and agents take the same set.
import { openai } from "@ai-sdk/openai"; // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere
import { ActionClient } from "action-collective";
import { aiTools } from "action-collective/ai";
import { generateText, stepCountIs } from "ai";

const question = process.argv[2] ?? "Which date is ten working days after 2 January 2026?";

const peer = await ActionClient.connect();
const { text } = await generateText({
  model: openai.chat(process.env.MODEL ?? "gpt-5-mini"),
  tools: await peer.tools(aiTools),
  stopWhen: stepCountIs(8),
  prompt: question,
});
console.log(text);
