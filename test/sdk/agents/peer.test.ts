import type { Json } from "action-collective";
import {
  type ActionContext,
  type ActionSpecs,
  Agent,
  type Caller,
  type Connection,
  Mapper,
  type Message,
  type Outcome,
  Space,
} from "action-collective/agents";
import { afterAll, beforeAll, expect, test } from "vitest";
import { all, failing } from "../../helpers/answers.ts";
import { PeerProcess } from "../../helpers/processes.ts";
import { until } from "../../helpers/until.ts";

/** Two daemons that know each other. */
let here: PeerProcess;
let there: PeerProcess;

beforeAll(async () => {
  here = await PeerProcess.start();
  there = await PeerProcess.start({ bootstrap: here.started.addresses });
});

afterAll(async () => {
  await there?.[Symbol.asyncDispose]();
  await here?.[Symbol.asyncDispose]();
});

class Librarian extends Agent {
  static override readonly actions: ActionSpecs = {
    find: { name: "find_book", input: { type: "object", properties: { title: { type: "string" } } } },
    count: {},
    wait: {},
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

  wait(): Promise<string> {
    this.outcomes.push({ status: "answered", answers: 0 });
    return new Promise(() => {});
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

/** A space at a peer; closed with the stack. */
async function spaceAt(
  stack: AsyncDisposableStack,
  peer: PeerProcess,
): Promise<{ space: Space; connection: Connection }> {
  const space = stack.use(new Space());
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

  await using stack = new AsyncDisposableStack();
  const { space, connection } = await spaceAt(stack, here);
  const far = await spaceAt(stack, there);
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
  await until(() => space.stats().exchanges + connection.exchanges + far.connection.exchanges === 0, {
    what: "the end of all exchanges",
  });
});

test("all exposed agents of a peer are asked at once, and remote agents are linked into networks", async () => {
  await using stack = new AsyncDisposableStack();
  const { space } = await spaceAt(stack, here);
  const far = await spaceAt(stack, there);
  const asker = new Librarian("asker");
  await space.add(asker);
  for (const id of ["ann", "ben"]) await far.space.add(new Librarian(id), { expose: true });
  await far.space.add(new Librarian("hidden"));
  const everybody = `*@${far.connection.peer}`;
  const news: unknown[] = [];
  asker.place.onPresence(({ kind, who }) => void news.push([kind, who.address]));
  const names = (messages: Message[]) => messages.map(({ from }) => from.split("@")[0]).sort();
  expect(names(await all(asker.place.stream(everybody, "chat", "hello")))).toEqual(["ann", "ben"]);
  const help = await all(asker.place.stream(everybody, "help", { name: "find_book" }));
  expect(help.map(({ content }) => (content as { name: string }).name)).toEqual(["find_book", "find_book"]);
  expect(await all(asker.place.stream(everybody, "burn", null))).toEqual([]);
  await far.space.add(new Librarian("cleo"), { expose: true });
  await far.space.remove("cleo");
  await until(() => news.length === 2, { what: "the news" });
  expect(news.splice(0)).toEqual(["joined", "left"].map((kind) => [kind, `cleo@${far.connection.peer}`]));

  const mapper = new Mapper({ id: "mapper" });
  for (const id of ["ann", "ben"]) mapper.links.link(space.node(`${id}@${far.connection.peer}`));
  mapper.links.link(asker);
  await space.add(mapper);
  const answers = await all(space.place.stream("mapper", "chat", "hello"));
  expect(answers.map(({ content }) => content)).toEqual(
    ["ann", "ben", "asker"].map((id) => `hello, says ${id}`),
  );
  const [answer] = answers;
  if (answer === undefined) throw new Error("There is no answer");
  const [forwarded] = await all(space.place.forward(answer, `ben@${far.connection.peer}`));
  expect(forwarded?.content).toBe("hello, says ann, says ben");
  expect(() => space.node("ann")).toThrow("no address");
});

test("a member's token is cut from its creator's, counts what it uses up, and ends with it", async () => {
  await using stack = new AsyncDisposableStack();
  const { space } = await spaceAt(stack, here);
  const [top, child] = [new Librarian("top"), new Librarian("child")];
  await space.add(top, { privileges: { budget: { tokens: 100 }, publish: false } });
  await top.place.spawn(child, { privileges: { talkTo: [] } });
  const token = child.place.token ?? "";
  const { client } = here;
  await child.place.spend({ tokens: 60 });
  expect(await failing(child.place.spend({ tokens: 60 }))).toBe("budget-spent");
  const known = (await client.capabilities()).filter(({ agent }) => agent === "top" || agent === "child");
  expect(
    known.map(({ agent, level, spent, privileges }) => [agent, level, spent.tokens, privileges.publish]),
  ).toEqual(
    expect.arrayContaining([
      ["top", 1, 60, false],
      ["child", 2, 60, false],
    ]),
  );
  expect((await client.withToken(token).capabilities()).map(({ agent }) => agent)).toEqual(["child"]);
  expect(await top.place.terminate("child")).toEqual(["child"]);
  expect(await failing(client.withToken(token).capabilities())).toBe("capability-invalid");
  expect(top.place.token).toBeDefined();
});

test("an exposed name is one agent's at a peer, and privileges say who may be exposed", async () => {
  await using stack = new AsyncDisposableStack();
  const { space, connection } = await spaceAt(stack, here);
  const other = await spaceAt(stack, here);
  await space.add(new Librarian("librarian"), { expose: true });
  expect(await failing(other.space.add(new Librarian("librarian"), { expose: true }))).toBe("name-taken");
  expect(other.space.stats().members).toBe(0);
  await other.space.add(new Librarian("librarian"));
  const caged = { privileges: { expose: false }, expose: true };
  expect(await failing(other.space.add(new Librarian("caged"), caged))).toBe("privilege-refused");
  expect(await failing(space.connect(here.client))).toBe("connected-already");
  const there = `nobody@${connection.peer}`;
  space.board.rule({ to: [there], access: "denied" });
  const receipt = await space.place.send(there, "chat", "let me out").receipt;
  expect(receipt).toMatchObject({ status: "refused", code: "access-denied" });
  expect(space.audit().at(-1)).toMatchObject({ to: there, decision: "overridden", by: /board/ });
});

test("letters wait for who is briefly absent, and the space connects again after its peer was away", async () => {
  await using stack = new AsyncDisposableStack();
  const { space, connection } = await spaceAt(stack, here);
  const far = await spaceAt(stack, there);
  const [asker, librarian] = [new Librarian("asker"), new Librarian("absent")];
  await space.add(asker);
  const { address } = await far.space.add(librarian, { expose: true });
  await far.space.remove("absent");
  const sent = asker.place.send(address, "chat", "later");
  expect(await sent.receipt).toMatchObject({ status: "kept" });
  await far.space.add(librarian, { expose: true });
  const answer = await until(() => asker.late.at(-1), { what: "the answer to a kept letter" });
  expect(answer).toMatchObject({ content: "later, says absent", replyTo: sent.id });

  const hanging = failing(asker.place.request(address, "wait", null));
  await until(() => librarian.outcomes.length, { what: "the question" });
  const { home } = there;
  await there.stop();
  expect(await hanging).not.toBe("no failure");
  expect(await failing(librarian.place.request(`asker@${connection.peer}`, "chat", "x"))).toBe(
    "peer-unreachable",
  );
  there = await PeerProcess.start({ home, bootstrap: here.started.addresses });
  await until(() => far.connection.connected, { what: "the connection" });
  const token = librarian.place.token;
  expect(token).toBeDefined();
  await until(async () => (await asker.place.request(address, "chat", "again")) === "again, says absent", {
    what: "the agent at the peer that is back",
  });
  await until(() => far.connection.exchanges === 0, { what: "the end of all exchanges" });
});
