import { getEventListeners } from "node:events";
import type { Json } from "action-collective";
import {
  type ActionContext,
  Agent,
  type AuditEntry,
  type Message,
  type Node,
  type Place,
  type PresenceEvent,
  placeOf,
  type Receiving,
  Space,
} from "action-collective/agents";
import { expect, test, vi } from "vitest";
import { all } from "../../helpers/answers.ts";

class Echo extends Agent {
  readonly heard: Message[] = [];
  readonly late: Message[] = [];

  chat(text: Json, { message }: ActionContext): Json {
    this.heard.push(message);
    return text;
  }

  answered(message: Message): void {
    this.late.push(message);
  }

  do(): Promise<string> {
    return new Promise(() => {});
  }

  async *query(): AsyncGenerator<number> {
    for (let number = 0; ; number++) yield number;
  }
}

const codeOf = (error: { code: string }) => error.code;
const failing = (promise: Promise<unknown>) => promise.then(() => "no failure", codeOf);
async function echoes(space: Space, ...ids: string[]): Promise<Echo[]> {
  const nodes = ids.map((id) => new Echo(id));
  for (const node of nodes) await space.add(node);
  return nodes;
}

function pick(nodes: readonly Echo[], place: number): Echo {
  const node = nodes[place];
  if (node === undefined) throw new Error("There is no such echo");
  return node;
}

test("send does not wait: a receipt at once, the answers to `answered`", async () => {
  await using space = new Space();
  const nodes = await echoes(space, "ann", "ben");
  const sent = pick(nodes, 0).place.send("ben", "chat", "hello", { metadata: { mood: "fine" } });
  expect(await sent.receipt).toMatchObject({ id: sent.id, status: "delivered" });
  await vi.waitFor(() => expect(pick(nodes, 0).late).toHaveLength(1));
  expect(pick(nodes, 0).late[0]).toMatchObject({ content: "hello", from: "ben", replyTo: sent.id });
  expect(pick(nodes, 1).heard[0]).toMatchObject({ id: sent.id, from: "ann", metadata: { mood: "fine" } });
  expect(await pick(nodes, 0).place.send("nobody", "chat", "hello").receipt).toMatchObject({
    status: "lost",
    code: "no-such-agent",
  });
  expect(await pick(nodes, 0).place.send("*", "chat", "all", { toSelf: true }).receipt).toMatchObject({
    status: "delivered",
  });
  await vi.waitFor(() => expect(pick(nodes, 0).heard).toHaveLength(1));
  expect(space.stats().exchanges).toBe(0);
});

test("a request that is too late, silent or too large fails by name, and leaves nothing behind", async () => {
  class Silent extends Agent {
    chat(): void {}
  }
  await using space = new Space();
  const [ann] = await echoes(space, "ann");
  await space.add(new Silent("silent"));
  const { place } = space;
  const many = Array.from({ length: 50 }, () => failing(place.request("ann", "do", null, { timeoutMs: 10 })));
  expect(new Set(await Promise.all(many))).toEqual(new Set(["request-timed-out"]));
  expect(await failing(place.request("silent", "chat", null))).toBe("no-answer");
  expect(await failing(place.request("ann", "chat", "x".repeat(70_000)))).toBe("message-invalid");
  expect(await failing(place.request("ann", "chat", { at: new Date() } as never))).toBe("message-invalid");
  expect(await failing(place.request("ann", "chat", undefined as never))).toBe("message-invalid");
  expect(await failing(place.request("not an address", "chat", null))).toBe("message-invalid");
  const ids = new Space({ newId: () => "x".repeat(256) });
  await echoes(ids, "ann");
  expect(await failing(ids.place.request("ann", "chat", null))).toBe("message-invalid");
  await ids.close();
  expect(space.stats().exchanges).toBe(0);
  const { signal } = new AbortController();
  expect(await failing(place.request("ann", "do", null, { timeoutMs: 10, signal }))).toBe(
    "request-timed-out",
  );
  expect(await place.request("ann", "chat", "hello", { signal })).toBe("hello");
  for (const each of [signal, place.signal, ann?.place.signal])
    expect(getEventListeners(each as AbortSignal, "abort")).toEqual([]);
  expect(space.audit().filter(({ outcome }) => outcome === "timed-out")).toHaveLength(51);
});

test("one node has so many exchanges at once, and no more", async () => {
  await using space = new Space();
  await echoes(space, "ann");
  const stop = new AbortController();
  const open = Array.from({ length: 256 }, () =>
    failing(space.place.request("ann", "do", null, { signal: stop.signal })),
  );
  await vi.waitFor(() => expect(space.stats().exchanges).toBe(256));
  expect(await failing(space.place.request("ann", "chat", "one more"))).toBe("too-many-exchanges");
  stop.abort(new Error("enough"));
  await Promise.all(open);
  expect(space.stats().exchanges).toBe(0);
});

test("a broadcast merges answers as they come, of those who have such an action", async () => {
  class Other extends Agent {}
  class Failing extends Agent {
    chat(): never {
      throw new Error("broken");
    }
  }
  await using space = new Space();
  const nodes = await echoes(space, "ann", "ben", "cleo");
  await space.add(new Other("other"));
  await space.add(new Failing("failing"));
  const answers = await all(pick(nodes, 0).place.broadcast("chat", "hello"));
  expect(answers.map(({ from, intent }) => [from, intent]).sort()).toEqual([
    ["ben", "chat"],
    ["cleo", "chat"],
    ["failing", "error"],
  ]);
  const some: Message[] = [];
  for await (const answer of space.place.broadcast("query", null)) {
    some.push(answer);
    if (some.length === 30) break;
  }
  for (const id of ["ann", "ben", "cleo"]) expect(some.filter(({ from }) => from === id)).toHaveLength(10);
  const late = await all(space.place.broadcast("do", null, { timeoutMs: 10 }));
  expect(late.map(({ content }) => (content as { code: string }).code)).toEqual(
    Array.from({ length: 3 }, () => "request-timed-out"),
  );
  await vi.waitFor(() => expect(space.stats().exchanges).toBe(0));
});

test("only what was received can be passed on, by identity, and the words stay the speaker's", async () => {
  class Network implements Node {
    readonly id = "network";
    async *receive(message: Message, receiving?: Receiving): AsyncGenerator<Message> {
      yield* placeOf(this).pass(message, "ben", receiving);
      yield { ...message, from: "ben", content: "forged" };
    }
  }
  await using space = new Space();
  const nodes = await echoes(space, "ann", "ben", "cleo");
  await space.add(new Network());
  const answers = await all(pick(nodes, 0).place.stream("network", "chat", "hello"));
  expect(pick(nodes, 1).heard[0]).toMatchObject({ from: "ann", content: "hello" });
  expect(answers.map(({ from, content }) => [from, content])).toEqual([
    ["ben", "hello"],
    ["network", "forged"],
  ]);
  const received = pick(nodes, 1).heard[0] as Message;
  const { place } = pick(nodes, 2);
  expect(await failing(all(place.pass(received, "ann")))).toBe("not-received");
  expect(await failing(all(place.pass({ ...received, from: "ann" }, "ann")))).toBe("not-received");
  expect(await failing(all(place.forward(received, "ann")))).toBe("not-received");
  expect(() => place.caller(received)).toThrow("did not receive");
  expect(pick(nodes, 1).place.caller(received)).toMatchObject({ address: "ann", level: 1 });
  const [forwarded] = await all(pick(nodes, 1).place.forward(received, "cleo"));
  expect(forwarded).toMatchObject({ from: "cleo", content: "hello" });
  expect(pick(nodes, 2).heard.at(-1)).toMatchObject({
    from: "ben",
    replyTo: received.id,
    metadata: { forwarded: { from: "ann", id: received.id } },
  });
  const second = pick(nodes, 2).heard.at(-1) as Message;
  await all(pick(nodes, 2).place.forward(second, "ann", { metadata: { urgent: true } }));
  const third = pick(nodes, 0).heard.at(-1) as Message;
  await all(pick(nodes, 0).place.forward(third, "ben"));
  // Where it came from, and first came from; what was said along with it goes along.
  expect(pick(nodes, 1).heard.at(-1)?.metadata).toEqual({
    urgent: true,
    forwarded: { from: "cleo", id: third.id, origin: { from: "ann", id: received.id } },
  });
});

test("a thread has at most twelve ancestors, the oldest first", async () => {
  await using space = new Space();
  const [ann] = await echoes(space, "ann", "ben");
  const place = ann?.place as Place;
  let last: Message | undefined;
  for (let turn = 0; turn < 10; turn++)
    [last] = await all(place.stream("ben", "chat", turn, { replyTo: last?.id }));
  const ancestors = place.ancestors(last as Message);
  expect(ancestors.map(({ content, from }) => [from, content])).toEqual(
    [4, 5, 6, 7, 8, 9]
      .flatMap((turn) => [...(turn > 3 ? [["ann", turn]] : []), ["ben", turn]])
      .slice(0, -1)
      .toSpliced(0, 0, ["ben", 3]),
  );
});

test("coming and going is told to those who may talk to whom it is, and leaving ends what was open", async () => {
  await using space = new Space();
  const [ann, ben] = await echoes(space, "ann", "ben");
  const events: [string, string][] = [];
  const listen = ({ kind, who }: PresenceEvent) => void events.push([kind, who.id]);
  const stop = ann?.place.onPresence(listen);
  const cleo = new Echo("cleo");
  await space.add(cleo, { role: "guest" });
  ann?.link(cleo, { since: 1 });
  expect(ann?.place.who().find(({ id }) => id === "cleo")).toMatchObject({
    address: "cleo",
    role: "guest",
    level: 1,
    help: expect.arrayContaining([expect.objectContaining({ name: "query" })]),
  });
  const asked = failing(ann?.place.request("cleo", "do", null) as Promise<Json>);
  const asking = failing(cleo.place.request("ben", "do", null));
  const { place } = cleo;
  await vi.waitFor(() => expect(space.stats().exchanges).toBe(2));
  expect(await space.remove("cleo")).toEqual(["cleo"]);
  expect([await asked, await asking]).toEqual(["agent-left", "agent-left"]);
  expect(place.signal.aborted).toBe(true);
  expect([...(ann?.links ?? [])]).toEqual([]);
  expect(() => cleo.place).toThrow("is in no space");
  expect(await failing(place.request("ben", "chat", "still here?"))).not.toBe("no failure");
  expect(ben?.heard).toEqual([]);
  expect(events).toEqual([
    ["joined", "cleo"],
    ["left", "cleo"],
  ]);
  stop?.();
  await space.close();
  expect(space.stats()).toEqual({ members: 0, exchanges: 0, listeners: 0 });
  expect(await failing(space.place.request("ann", "chat", null))).toBe("space-closed");
  expect(await failing(space.add(new Echo()))).toBe("space-closed");
});

test("privileges are checked at each delivery: whom one may talk to, and how much", async () => {
  await using space = new Space();
  const [, ben] = await echoes(space, "ann", "ben");
  const caged = new Echo("caged");
  await space.add(caged, { privileges: { talkTo: ["ann"], budget: { messages: 3 } } });
  const { place } = caged;
  expect(place.who().map(({ id }) => id)).toEqual(["ann"]);
  expect(await place.request("ann", "chat", 1)).toBe(1);
  expect(await failing(place.request("ben", "chat", 2))).toBe("may-not-talk");
  expect(await place.send("ben", "chat", 2).receipt).toMatchObject({
    status: "refused",
    code: "may-not-talk",
  });
  expect((await all(place.broadcast("chat", 3))).map(({ from }) => from)).toEqual(["ann"]);
  expect(place.left()).toEqual({ messages: 1 });
  expect(await ben?.place.request("caged", "chat", "answers are free")).toBe("answers are free");
  expect(await place.request("ann", "chat", 4)).toBe(4);
  expect(await failing(place.request("ann", "chat", 5))).toBe("budget-spent");
  expect(ben?.heard).toEqual([]);
  expect(
    space
      .audit()
      .filter(({ decision }) => decision === "undelivered")
      .map(({ by }) => by),
  ).toEqual(["talkTo", "talkTo", "budget.messages"]);
});

test("an agent creates one level below itself, ends only those below, and takes them along", async () => {
  await using space = new Space();
  const goodbyes: string[] = [];
  class Family extends Echo {
    leaving(): void {
      goodbyes.push(this.place.id);
    }
  }
  const [top, other] = [new Family("top"), new Family("other")];
  await space.add(top);
  await space.add(other);
  const child = new Family("child");
  const place = await top.place.spawn(child, { privileges: { talkTo: ["top"], levels: 1 } });
  expect([place.level, place.privileges.talkTo]).toEqual([2, ["top"]]);
  await child.place.spawn(new Family("grandchild"));
  expect(await failing(child.place.spawn(new Family(), { privileges: { talkTo: "any" } }))).not.toBe(
    "no failure",
  );
  expect(top.place.descendants().map(({ id, level }) => [id, level])).toEqual([
    ["child", 2],
    ["grandchild", 3],
  ]);
  for (const [who, whom] of [
    [child, "top"],
    [child, "child"],
    [other, "child"],
  ] as const)
    expect(await failing(who.place.terminate(whom))).toBe("not-descendant");
  expect(await top.place.terminate("child")).toEqual(["grandchild", "child"]);
  expect(goodbyes).toEqual(["grandchild", "child"]);
  expect(space.stats().members).toBe(2);
  expect(space.board.status().members.map(({ id }) => id)).toEqual(["board", "top", "other"]);
});

test("a node that cannot join stays out, and one whose time is over leaves", async () => {
  class Unwilling extends Echo {
    joined(): void {
      throw new Error("not here");
    }
  }
  await using space = new Space();
  await expect(space.add(new Unwilling("unwilling"))).rejects.toThrow("not here");
  const echo = new Echo("echo");
  await space.add(echo, { privileges: { until: Date.now() + 60 } });
  expect(await failing(space.add(echo))).toBe("in-space-already");
  expect(await failing(space.add(new Echo("echo")))).toBe("agent-name-taken");
  await vi.waitFor(() => expect(space.stats().members).toBe(0));
});

test("the audit trail says who decided and how it ended, and keeps the last entries", async () => {
  const told: AuditEntry[] = [];
  let now = 1_000;
  await using space = new Space({ clock: () => now++, onAudit: (entry) => void told.push(entry) });
  const [ann] = await echoes(space, "ann", "ben");
  await ann?.place.request("ben", "chat", "hello");
  await failing(ann?.place.request("ben", "fly", null) as Promise<Json>);
  expect(told).toMatchObject([
    {
      from: "ann",
      to: "ben",
      intent: "chat",
      decision: "permitted",
      by: "access",
      outcome: "answered",
      answers: 1,
    },
    { from: "ann", to: "ben", intent: "fly", decision: "unknown", outcome: "failed" },
  ]);
  expect(space.board.status().audit).toEqual(told);
});
