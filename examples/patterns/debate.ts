// Debate: two sides answer each other for some turns, then a judge who was not in it decides.
import { GroupChat, type Message, ModelAgent, type Node, Space } from "action-collective/agents";
import OpenAI from "openai";

/** @param turns of both sides together */
export async function debate(
  sides: readonly [Node, Node],
  judge: Node,
  question: string,
  turns = 4,
): Promise<{ said: Message[]; verdict: string }> {
  const space = new Space();
  try {
    const floor = new GroupChat({ id: "floor", turns });
    for (const side of sides) floor.links.link(side);
    for (const node of [...sides, judge, floor]) await space.add(node);

    const said: Message[] = [];
    for await (const message of space.place.stream("floor", "chat", question)) said.push(message);

    const record = said.map(({ from, content }) => `${from}: ${content}`).join("\n\n");
    const verdict = await space.place.request(judge.id, "chat", `${question}\n\n${record}`);
    return { said, verdict: String(verdict) };
  } finally {
    await space.close();
  }
}

export async function main(question: string): Promise<string> {
  // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere. With `agents: false` they speak in the debate and nowhere else.
  const thinking = { openai: new OpenAI(), model: process.env.MODEL ?? "gpt-5-mini", agents: false };
  const side = (id: string, what: string) =>
    new ModelAgent(id, {
      ...thinking,
      instructions: `In this debate you speak ${what} what is asked. Give your best reason, or answer the other side's. Two sentences.`,
    });
  const judge = new ModelAgent("judge", {
    ...thinking,
    instructions:
      "You hear a debate. Say who had the better reasons, and which one decided it. Two sentences.",
  });
  const { said, verdict } = await debate([side("pro", "for"), side("con", "against")], judge, question);
  return [...said.map(({ from, content }) => `${from}: ${content}`), `verdict: ${verdict}`].join("\n");
}

if (process.argv[1] === import.meta.filename)
  console.log(await main(process.argv[2] ?? "Should every pull request need two reviewers?"));
