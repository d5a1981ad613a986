// An agent lacks a function; a maker of tools finds it in the collective, or writes and proves it. From then on the agent has it.
import { ModelAgent, Space, ToolMaker } from "action-collective/agents";
import OpenAI from "openai";

const question = process.argv[2] ?? "How many vowels does the word “collective” have?";
const openai = new OpenAI(); // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere
const model = process.env.MODEL ?? "gpt-5-mini";
const client = {}; // the peer that runs on this machine

const space = new Space();
await space.add(
  new ToolMaker("smith", {
    ...{ openai, model, client },
    publish: "never", // what it makes stays on this machine, where every later agent finds it
  }),
);
await space.add(
  new ModelAgent("clerk", {
    ...{ openai, model, client },
    maker: "smith", // what fails goes back to it, and comes again mended
    instructions: "You are {{name}}. Compute nothing by yourself: ask for a function.",
    agents: false,
  }),
);

console.log(await space.place.request("clerk", "chat", question, { timeoutMs: 600_000 }));
for (const { from, to, intent, outcome } of space.audit())
  console.error(`${from} → ${to}: ${intent}, ${outcome}`);
await space.close();
