// Map-reduce: each part goes to a worker, all at once; what they found goes to one who makes a whole of it.
import { ActionClient } from "action-collective";
import { ModelAgent, type Node, Space } from "action-collective/agents";
import OpenAI from "openai";

/** Parts are dealt to the workers in turn; a worker with several has them one after the other. */
export async function mapReduce(
  workers: readonly Node[],
  reducer: Node,
  { parts, question }: { readonly parts: readonly string[]; readonly question: string },
): Promise<{ found: string[]; answer: string }> {
  const space = new Space();
  try {
    for (const node of [...workers, reducer]) await space.add(node);
    const ask = async (to: Node, text: string) => String(await space.place.request(to.id, "chat", text));
    const found = new Array<string>(parts.length);
    const work = workers.map(async (worker, first) => {
      for (let n = first; n < parts.length; n += workers.length) found[n] = await ask(worker, parts[n] ?? "");
    });
    await Promise.all(work);
    const answer = await ask(reducer, `${question}\n\n${found.map((one) => `- ${one}`).join("\n")}`);
    return { found, answer };
  } finally {
    await space.close();
  }
}

export async function main(question: string): Promise<string> {
  // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere.
  const thinking = { openai: new OpenAI(), model: process.env.MODEL ?? "gpt-5-mini", agents: false };
  const peer = await ActionClient.connect();
  // The workers find actions of the collective and run them on your peer; the reducer needs none.
  const worker = (id: string) =>
    new ModelAgent(id, {
      ...thinking,
      client: peer,
      instructions:
        "You are given one order. Say in one sentence on which date it is due. Compute dates with an action.",
    });
  const reducer = new ModelAgent("reducer", {
    ...thinking,
    instructions: "You are given a question and what was found. Answer it from that alone, in one sentence.",
  });
  const parts = [
    "Order 1 was placed on 2026-01-02 and takes 10 working days.",
    "Order 2 was placed on 2026-01-05 and takes 3 working days.",
    "Order 3 was placed on 2025-12-29 and takes 20 working days.",
  ];
  const { found, answer } = await mapReduce([worker("one"), worker("two")], reducer, { parts, question });
  return [...found, `answer: ${answer}`].join("\n");
}

if (process.argv[1] === import.meta.filename)
  console.log(await main(process.argv[2] ?? "Which order is due last?"));
