// Inner critic: an author and a critic as one node. Drafts go back and forth inside it until the critic is content.
import { InnerCritic, type Message, ModelAgent, type Node, Space } from "action-collective/agents";
import OpenAI from "openai";

/** The last draft, and what the critic still had against it when the rounds were over. */
export async function revise(
  author: Node,
  critic: Node,
  task: string,
  rounds = 3,
): Promise<{ draft: string; open?: string }> {
  const space = new Space();
  try {
    const pair = new InnerCritic({ id: "pair", author, critic, rounds });
    for (const node of [author, critic, pair]) await space.add(node);
    const said: Message[] = [];
    for await (const message of space.place.stream("pair", "chat", task)) said.push(message);
    const [draft, open] = said;
    if (draft === undefined) throw new Error("The author wrote nothing.");
    return { draft: String(draft.content), ...(open === undefined ? {} : { open: String(open.content) }) };
  } finally {
    await space.close();
  }
}

export async function main(task: string): Promise<string> {
  // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere. With `agents: false` they speak to each other and to nobody else.
  const thinking = { openai: new OpenAI(), model: process.env.MODEL ?? "gpt-5-mini", agents: false };
  const author = new ModelAgent("author", {
    ...thinking,
    instructions:
      "You write what you are asked for, and nothing around it. When somebody criticises it, you write it anew, whole.",
  });
  const critic = new ModelAgent("critic", {
    ...thinking,
    instructions:
      "You are shown a draft. Name the one thing that would improve it most, in a sentence; if nothing is left that matters, say OK.",
  });
  const { draft, open } = await revise(author, critic, task);
  return open === undefined ? draft : `${draft}\n(the critic is not content: ${open})`;
}

if (process.argv[1] === import.meta.filename)
  console.log(await main(process.argv[2] ?? "An error message for a file that is too large to upload."));
