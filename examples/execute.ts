// The whole loop in one call: think, find an action or make one, prove it, fill its input, run it, answer.
import { ActionClient } from "action-collective";
import OpenAI from "openai";

const question = process.argv[2] ?? "Which date is ten working days after 2 January 2026?";

const peer = await ActionClient.connect();
const { answer, used, made, usage } = await peer.execute({
  openai: new OpenAI(), // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere
  model: process.env.MODEL ?? "gpt-5-mini",
  chatHistory: [{ role: "user", content: question }],
  maxSteps: 12,
  publish: "never", // what it makes stays on this machine
  onEvent: (event) => {
    if (event.type === "stage") console.error(`… ${event.stage}`);
  },
});
console.error(`used: ${used.map(({ name }) => name).join(", ") || "nothing"}; made: ${made.length}`);
console.error(`tokens: ${usage.input} in, ${usage.output} out`);
console.log(answer);
