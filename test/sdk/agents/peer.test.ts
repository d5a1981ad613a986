import type { Json } from "action-collective";
import {
  type ActionContext,
  type ActionSpecs,
  Agent,
  type Caller,
  type Connection,
  type Message,
  type Outcome,
  Space,
} from "action-collective/agents";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PeerProcess } from "../../helpers/processes.ts";
import { until } from "../../helpers/until.ts";

/** Two daemons that know each other, and a space at each. */
let here: PeerProcess;
let there: PeerProcess;

beforeAll(async () => {
  here = await PeerProcess.start();
  const bootstrap = here.started.addresses;
  there = await PeerProcess.start({ bootstrap });
});

afterAll(async () => {
  await there?.[Symbol.asyncDispose]();
  await here?.[Symbol.asyncDispose]();
});

class Librarian extends Agent {
  static override readonly actions: ActionSpecs = {
    find: { name: "find_book", input: { type: "object", properties: { title: { type: "string" } } } },
    count: {},
    shelve: { rules: [{ when: (_, { peer }) => peer !== undefined, access: "denied" }] },
  };
  readonly outcomes: Outcome[] = [];
  readonly callers: Caller[] = [];
  readonly late: Message[] = [];

  find({ title }: { title: string }): Json {
    return { title, shelf: 3 };
  }

  async *count({ to }: { to: number }): AsyncGenerator<number> {
    for (let number = 1; number <= to; number++) yield number;
  }

  shelve(): string {
    return "shelved";
  }

  chat(text: string, { caller }: ActionContext): string {
    this.callers.push(caller);
    return `${text}, says ${this.id}`;
  }

  query(): never {
    throw new Error("the password is hunter2");
  }

  override after(_message: Message, _caller: Caller, outcome: Outcome): void {
    this.outcomes.push(outcome);
  }

  answered(message: Message): void {
    this.late.push(message);
  }
}

const failing = (promise: Promise<unknown>) =>
  promise.then(
    () => "no failure",
    ({ code }: { code: string }) => code,
  );

async function all(stream: AsyncIterable<Message>): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

async function connected(peer: PeerProcess): Promise<{ space: Space; connection: Connection }> {
  const space = new Space();
  return { space, connection: await space.connect(peer.client) };
}

/** The same words with the same agents, wherever they are. */
async function converse(from: Agent, librarian: Librarian, address: string): Promise<void> {
  const { place } = from;
  expect(await place.request(address, "find_book", { title: "Emma" })).toEqual({ title: "Emma", shelf: 3 });
  const numbers = await all(place.stream(address, "count", { to: 5 }));
  expect(numbers.map(({ content }) => content)).toEqual([1, 2, 3, 4, 5]);
  expect(numbers.every((answer) => answer.from === address)).toBe(true);
  let seen = 0;
  for await (const { content } of place.stream(address, "count", { to: 1_000 })) {
    seen = content as number;
    if (seen === 3) break;
  }
  await until(() => librarian.outcomes.find(({ status }) => status === "cancelled"), { what: "the end" });
  expect(librarian.outcomes.find(({ status }) => status === "cancelled")?.answers).toBe(3);
  expect(await failing(place.request(address, "find_book", { title: 3 }))).toBe("input-invalid");
  expect(await failing(place.request(address, "burn", null))).toBe("unknown-action");
  const sent = place.send(address, "chat", "hello");
  expect(await sent.receipt).toMatchObject({ status: "delivered", id: sent.id });
  const answer = await until(() => (from as Librarian).late.at(-1), { what: "the answer" });
  expect(answer).toMatchObject({ content: "hello, says librarian", from: address, replyTo: sent.id });
}

test("the same agents talk in one space and across two peers", async () => {
  await using one = new Space();
  const [asker, librarian] = [new Librarian("asker"), new Librarian("librarian")];
  await one.add(asker);
  await one.add(librarian);
  await converse(asker, librarian, "librarian");
  await one.close();

  const { space, connection } = await connected(here);
  const far = await connected(there);
  await using _spaces = { [Symbol.asyncDispose]: () => Promise.all([space.close(), far.space.close()]).then(() => {}) };
  await space.add(asker);
  const place = await far.space.add(librarian, { expose: true });
  librarian.outcomes.length = 0;
  asker.late.length = 0;
  expect(place.address).toBe(`librarian@${far.connection.peer}`);
  await converse(asker, librarian, place.address);
  expect(librarian.callers.at(-1)).toEqual({ address: `asker@${connection.peer}`, peer: connection.peer });
  expect(await failing(asker.place.request(place.address, "shelve", null))).toBe("access-denied");
  const failure = await asker.place.request(place.address, "query", null).catch((error: unknown) => error);
  expect(String(failure)).not.toContain("hunter2");
  expect(await failing(place.request(`asker@${connection.peer}`, "chat", "unexposed"))).toBe("no-such-agent");
  expect(space.stats().exchanges + connection.exchanges + far.connection.exchanges).toBe(0);
});
