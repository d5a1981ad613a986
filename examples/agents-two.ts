// Two agents that talk: one hears the question, the other computes with the collective.
import { ActionClient } from "action-collective";
import { ModelAgent, Space } from "action-collective/agents";
import OpenAI from "openai";

const question = process.argv[2] ?? "Which date is ten working days after 2 January 2026?";
const openai = new OpenAI(); // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere
const model = process.env.MODEL ?? "gpt-5-mini";

const client = await ActionClient.connect(); // the peer that runs on this machine

const space = new Space();
await space.connect(client); // so that the peer itself holds each agent to its privileges
await space.add(
  new ModelAgent("clerk", {
    ...{ openai, model },
    client,
    instructions: "You are {{name}}. Use actions of the collective for whatever must be exact.",
    agents: false, // it answers, and asks nobody
  }),
  { privileges: { budget: { tokens: 50_000, calls: 20 } } },
);
await space.add(
  new ModelAgent("host", {
    ...{ openai, model },
    instructions: "You are {{name}}. Ask {{members}} for whatever must be computed.",
  }),
);

console.log(await space.place.request("host", "chat", question, { timeoutMs: 300_000 }));
for (const { from, to, intent, outcome } of space.audit())
  console.error(`${from} → ${to}: ${intent}, ${outcome}`);
await space.close();
