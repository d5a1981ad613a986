// Teacher and student: the student answers, the teacher checks with an action that is proved, and says how to go on.
import { ActionClient, type Json } from "action-collective";
import {
  type ActionContext,
  Agent,
  GroupChat,
  type Message,
  ModelAgent,
  type Node,
  Space,
} from "action-collective/agents";
import OpenAI from "openai";

/** It does not take the model's word for it: an action of the collective knows the answer. Silent once that was given. */
export class Teacher extends Agent {
  readonly #peer: ActionClient;
  readonly #exercise: { readonly date: string; readonly days: number };

  constructor(id: string, peer: ActionClient, exercise: { readonly date: string; readonly days: number }) {
    super(id);
    this.#peer = peer;
    this.#exercise = exercise;
  }

  async chat(text: string, { message }: ActionContext): Promise<string | undefined> {
    // The exercise itself comes from whoever opened the lesson, and needs no remark.
    if (message.replyTo === undefined) return undefined;
    const right = await this.#peer.call<{ date: string; weekday: string }>("addBusinessDays", this.#exercise);
    if (text.includes(right.date)) return undefined;
    return `Not yet. It is a ${right.weekday}; mind the weekends, and do not count the first day. Try again.`;
  }
}

/** The whole lesson, in the order in which it was said; it ends when the teacher has nothing more to say. */
export async function lesson(teacher: Node, student: Node, exercise: Json, turns = 8): Promise<Message[]> {
  const space = new Space();
  try {
    const room = new GroupChat({ id: "room", turns });
    for (const node of [teacher, student]) room.links.link(node);
    for (const node of [teacher, student, room]) await space.add(node);
    const said: Message[] = [];
    for await (const message of space.place.stream("room", "chat", exercise)) said.push(message);
    return said;
  } finally {
    await space.close();
  }
}

export async function main(date: string): Promise<string> {
  const student = new ModelAgent("student", {
    openai: new OpenAI(), // OPENAI_API_KEY and OPENAI_BASE_URL, as everywhere
    model: process.env.MODEL ?? "gpt-5-mini",
    agents: false,
    instructions:
      "You learn to count working days. Answer with a date, YYYY-MM-DD, and say in a sentence how you counted.",
  });
  const teacher = new Teacher("teacher", await ActionClient.connect(), { date, days: 10 });
  const said = await lesson(teacher, student, `Which date is 10 working days after ${date}?`);
  return said.map(({ from, content }) => `${from}: ${content}`).join("\n");
}

if (process.argv[1] === import.meta.filename) console.log(await main(process.argv[2] ?? "2026-01-02"));
