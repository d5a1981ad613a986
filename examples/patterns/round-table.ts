// Round table: whoever has something to say raises a hand, and speaks when the chair gives the floor. One at a time.
import {
  Agent,
  type Floor,
  GroupChat,
  type Message,
  ModelAgent,
  type ModelAgentOptions,
  type Node,
  Space,
  type Spoken,
} from "action-collective/agents";
import OpenAI from "openai";

/** Raises its hand when its subject comes up, and thinks with a model only when it has the floor. */
class Expert extends ModelAgent {
  static override readonly actions = { hand: {} };
  readonly #subject: RegExp;

  constructor(id: string, subject: RegExp, options: ModelAgentOptions) {
    super(id, options);
    this.#subject = subject;
  }

  hand({ content }: Spoken): boolean {
    return this.#subject.test(String(content));
  }
}

/** Gives the floor to who has spoken least, the first hand among equals, and ends the talk after some turns. */
export class Chair extends Agent {
  static override readonly actions = { floor: {} };
  readonly #spoken = new Map<string, number>();
  readonly #turns: number;

  constructor(id: string, turns: number) {
    super(id);
    this.#turns = turns;
  }

  floor({ hands, turn }: Floor): string | null {
    if (turn > this.#turns) return null;
    const times = (id: string) => this.#spoken.get(id) ?? 0;
    const next = hands.reduce((best, id) => (times(id) < times(best) ? id : best));
    this.#spoken.set(next, times(next) + 1);
    return next;
  }
}

export async function roundTable(members: readonly Node[], chair: Node, topic: string): Promise<Message[]> {
  const space = new Space();
  try {
    const table = new GroupChat({ id: "table", chair });
    for (const member of members) table.links.link(member);
    for (const node of [...members, chair, table]) await space.add(node);
    const said: Message[] = [];
    for await (const message of space.place.stream("table", "chat", topic)) said.push(message);
    return said;
  } finally {
    await space.close();
  }
}

export async function main(topic: string): Promise<string> {
  // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere. With `agents: false` they speak at the table and nowhere else.
  const thinking = { openai: new OpenAI(), model: process.env.MODEL ?? "gpt-5-mini", agents: false };
  const expert = (id: string, subject: RegExp) =>
    new Expert(id, subject, {
      ...thinking,
      instructions:
        "You sit at a round table as the expert for {{name}}. Add one new point of your field in one sentence.",
    });
  const members = [
    expert("security", /secur|password|attack|key/i),
    expert("costs", /cost|price|money|budget/i),
    expert("law", /law|legal|licen[cs]e|privacy/i),
  ];
  const said = await roundTable(members, new Chair("chair", 4), topic);
  return said.map(({ from, content }) => `${from}: ${content}`).join("\n");
}

if (process.argv[1] === import.meta.filename)
  console.log(await main(process.argv[2] ?? "Should we host our passwords ourselves? What would it cost?"));
