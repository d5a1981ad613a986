import type { Json } from "action-collective";
import {
  type ActionContext,
  type ActionSpecs,
  Agent,
  type Caller,
  intent,
  type Message,
  type Outcome,
  type Receipt,
  Space,
} from "action-collective/agents";
import { expect, test, vi } from "vitest";
import { z } from "zod";

class Librarian extends Agent {
  static override readonly actions: ActionSpecs = {
    find: {
      name: "find_book",
      description: "Finds a book",
      input: {
        type: "object",
        properties: {
          title: { type: "string" },
          tags: { type: "array", items: { type: "string" } },
          size: { type: "object", properties: { pages: { type: "integer" } }, required: ["pages"] },
        },
        required: ["title"],
      },
    },
    count: {},
    shelve: { access: "denied" },
    sort: { help: { usage: "sort it yourself" } },
  };

  find({ title, tags = [] }: { title: string; tags?: string[] }): Json {
    return { title, tags };
  }

  async *count({ to }: { to: number }): AsyncGenerator<number> {
    for (let number = 1; number <= to; number++) yield number;
  }

  shelve(): void {}

  sort(): void {}

  chat(text: string, { caller, message }: ActionContext): string | Message {
    return text === "reply"
      ? this.place.reply(message, { by: "hand" }, { intent: "inform", metadata: { mood: "fine" } })
      : `${caller.address} says ${text}`;
  }

  undeclared(): string {
    return "never";
  }
}

const all = async (stream: AsyncIterable<Message>): Promise<Json[]> => {
  const contents: Json[] = [];
  for await (const { content } of stream) contents.push(content);
  return contents;
};

test("messages reach declared actions by their names, standard intents and help, and nothing else", async () => {
  await using space = new Space();
  await space.add(new Librarian("librarian"));
  const { place } = space;
  expect(await place.request("librarian", "find_book", { title: "Emma" })).toEqual({
    title: "Emma",
    tags: [],
  });
  expect(await place.request("librarian", "chat", "hello")).toBe("board says hello");
  const heard: unknown[] = [];
  for await (const { content, intent, from } of place.stream("librarian", "count", { to: 3 }))
    heard.push([content, intent, from]);
  expect(heard).toEqual([1, 2, 3].map((number) => [number, "inform", "librarian"]));
  for (const name of ["find", "undeclared", "receive", "constructor", "toString", "describe", "joined"])
    await expect(place.request("librarian", name, {})).rejects.toMatchObject({ code: "unknown-action" });
  await expect(place.request("librarian", "shelve", {})).rejects.toMatchObject({
    code: "access-denied",
    failure: { action: "shelve" },
  });
  expect(space.stats()).toMatchObject({ members: 1, exchanges: 0 });
});

test("a method's message is taken as it is, and its answers are called chat, inform or error", async () => {
  await using space = new Space();
  await space.add(new Librarian("librarian"));
  const ask = async (name: string, content: Json) => {
    for await (const answer of space.place.stream("librarian", name, content)) return answer;
    return undefined;
  };
  expect(await ask("chat", "hello")).toMatchObject({ intent: "chat", from: "librarian", to: "board" });
  expect(await ask("chat", "reply")).toMatchObject({
    intent: "inform",
    content: { by: "hand" },
    metadata: { mood: "fine" },
  });
  const answer = await ask("find_book", { title: "Emma", tags: ["a"] });
  expect(Object.isFrozen(answer) && Object.isFrozen((answer as Message<{ tags: Json }>).content.tags)).toBe(
    true,
  );
});

test("content is checked against nested, list and optional types before the method", async () => {
  await using space = new Space();
  await space.add(new Librarian("librarian"));
  const ask = (content: Json) => space.place.request("librarian", "find_book", content);
  expect(await ask({ title: "Emma", tags: ["novel"], size: { pages: 474 } })).toMatchObject({
    tags: ["novel"],
  });
  for (const wrong of [{}, { title: 3 }, { title: "a", tags: [1] }, { title: "a", size: {} }, null, "Emma"])
    await expect(ask(wrong)).rejects.toMatchObject({ code: "input-invalid", message: /find_book/ });
});

test("every agent helps: with all of it, with one action, or with nothing for a name that there is not", async () => {
  await using space = new Space();
  await space.add(new Librarian("librarian"));
  const help = (content: Json) => space.place.request("librarian", "help", content);
  expect(Object.keys((await help(null)) as object)).toEqual([
    "help",
    "chat",
    "find_book",
    "count",
    "shelve",
    "sort",
  ]);
  expect(await help({ name: "find_book" })).toMatchObject({
    name: "find_book",
    description: "Finds a book",
    input: { required: ["title"] },
    access: "permitted",
  });
  expect(await help({ name: "sort" })).toMatchObject({ usage: "sort it yourself" });
  expect(await help({ name: "sort" })).not.toHaveProperty("access");
  expect(await help({ name: "find" })).toEqual({});
});

test("what a class declares holds for those that extend it, and internals cannot be declared", async () => {
  class Archivist extends Librarian {
    static override readonly actions: ActionSpecs = { shelve: {} };
    override shelve = () => "done";
    query = async () => ["list", "of", "one"];
  }
  await using space = new Space();
  await space.add(new Archivist("archivist"));
  expect(await space.place.request("archivist", "shelve", null)).toBe("done");
  expect(await space.place.request("archivist", "query", null)).toEqual(["list", "of", "one"]);
  expect(await space.place.request("archivist", "find_book", { title: "a" })).toMatchObject({ title: "a" });
  for (const actions of [
    { receive: {} },
    { toString: {} },
    { missing: {} },
    { find: { name: "chat" } },
    { find: { name: "no name" } },
    { find: { input: { $ref: "nowhere" } } },
  ]) {
    const Wrong = class extends Librarian {
      static override readonly actions: ActionSpecs = actions;
    };
    await expect(space.add(new Wrong())).rejects.toMatchObject({ code: "invalid-actions" });
  }
});

class Guarded extends Agent {
  static override readonly actions = {
    open: {
      access: "requested",
      permissionTimeoutMs: 20,
      rules: [
        { from: ["thief"], access: "denied" },
        { roles: ["owner"], levelAtMost: 1, access: "permitted" },
        { content: { "door.name": ["cellar"] }, holds: { publish: true }, access: "permitted" },
        { when: ({ content }) => content === "please", access: "permitted" },
      ],
    },
  } satisfies ActionSpecs;
  readonly asked: [Message, Caller][] = [];
  decide: () => boolean | Promise<boolean> = () => false;

  override requestPermission(proposed: Message, caller: Caller): boolean | Promise<boolean> {
    this.asked.push([proposed, caller]);
    return this.decide();
  }

  open(): string {
    return "open";
  }
}

class Plain extends Agent {
  readonly answered = () => {};
  chat(text: string): string {
    return text;
  }
}

test("the first rule that fits decides: by caller, role, level, content, privileges, or a function", async () => {
  await using space = new Space();
  const guarded = new Guarded("guarded");
  await space.add(guarded);
  const as = async (id: string, content: Json, entry = {}) => {
    const place = await space.add(new Plain(id), entry);
    return place.request("guarded", "open", content).catch(({ code }: { code: string }) => code);
  };
  expect(await as("thief", "please")).toBe("access-denied");
  expect(await as("boss", "now", { role: "owner" })).toBe("open");
  expect(await as("publisher", { door: { name: "cellar" } })).toBe("open");
  expect(await as("visitor", { door: { name: "cellar" } }, { privileges: { publish: false } })).toBe(
    "permission-denied",
  );
  expect(await as("other", { door: { name: "attic" } })).toBe("permission-denied");
  expect(await as("polite", "please")).toBe("open");
  expect(guarded.asked.map(([message, caller]) => [message.from, caller.level])).toEqual([
    ["visitor", 1],
    ["other", 1],
  ]);
});

test("a permission is asked for with the whole message, and no plain yes in time is no", async () => {
  await using space = new Space();
  const guarded = new Guarded("guarded");
  await space.add(guarded);
  const ask = () => space.place.request("guarded", "open", "now").catch(({ code }: { code: string }) => code);
  guarded.decide = () => true;
  expect(await ask()).toBe("open");
  expect(guarded.asked[0]?.[0]).toMatchObject({ intent: "open", content: "now", from: "board" });
  guarded.decide = async () => "yes" as unknown as boolean;
  expect(await ask()).toBe("permission-denied");
  guarded.decide = () => new Promise(() => {});
  expect(await ask()).toBe("permission-undecided");
  guarded.decide = () => {
    throw new Error("not now");
  };
  expect(await ask()).toBe("permission-undecided");
  class Undecided extends Plain {
    static override readonly actions: ActionSpecs = { chat: { access: "requested" } };
  }
  await space.add(new Undecided("undecided"));
  await expect(space.place.request("undecided", "chat", "hello")).rejects.toMatchObject({
    code: "permission-undecided",
  });
  expect(space.audit().map(({ decision, outcome }) => [decision, outcome])).toEqual([
    ["asked-yes", "answered"],
    ["asked-no", "failed"],
    ["asked-no", "failed"],
    ["asked-no", "failed"],
    ["asked-no", "failed"],
  ]);
});

test("nobody is asked about what the action would not take", async () => {
  class Lender extends Agent {
    static override readonly actions: ActionSpecs = {
      lend: { access: "requested", input: { type: "object", required: ["title"] } },
    };
    asked = 0;
    override requestPermission(): boolean {
      this.asked++;
      return true;
    }
    lend(): string {
      return "lent";
    }
  }
  await using space = new Space();
  const lender = new Lender("lender");
  await space.add(lender);
  await expect(space.place.request("lender", "lend", {})).rejects.toMatchObject({ code: "input-invalid" });
  expect(lender.asked).toBe(0);
  expect(await space.place.request("lender", "lend", { title: "Emma" })).toBe("lent");
  expect(lender.asked).toBe(1);
  expect(space.audit().map(({ decision, by }) => [decision, by])).toEqual([
    ["denied", "input"],
    ["asked-yes", "access"],
  ]);
});

test("a collection is no stream of answers, and what JSON would change is no answer", async () => {
  class Odd extends Agent {
    static override readonly actions: ActionSpecs = { shelf: {}, walk: {} };
    shelf(): unknown {
      return new Map([["Emma", 4]]);
    }
    walk(): Iterable<number> {
      return [1, 2].values();
    }
  }
  await using space = new Space();
  await space.add(new Odd("odd"));
  const shelf = space.place.request("odd", "shelf", null);
  await expect(shelf).rejects.toMatchObject({ message: expect.stringContaining("plain JSON") });
  const walked: Json[] = [];
  for await (const { content } of space.place.stream("odd", "walk", null)) walked.push(content);
  expect(walked).toEqual([1, 2]);
});

test("the board decides in the receiver's stead", async () => {
  await using space = new Space();
  const guarded = new Guarded("guarded");
  guarded.decide = () => new Promise(() => {});
  await space.add(guarded);
  await space.add(new Plain("plain"));
  space.board.onQuestion(({ id }) => space.board.decide(id, true));
  expect(await space.place.request("guarded", "open", "now")).toBe("open");
  space.board.rule({ to: ["plain"], access: "denied" });
  await expect(space.place.request("plain", "chat", "hello")).rejects.toMatchObject({
    code: "access-denied",
  });
  expect(space.audit().map(({ decision }) => decision)).toEqual(["overridden", "overridden"]);
  expect(space.board.pending()).toEqual([]);
});

class Careful extends Agent {
  readonly calls: unknown[] = [];
  stopped: AbortSignal | undefined;

  override before({ content }: Message): void {
    this.calls.push("before");
    if (content === "refuse") throw new Error("not today");
  }

  override after(_message: Message, _caller: Caller, { status, answers }: Outcome): void {
    this.calls.push([status, answers]);
  }

  async *query(content: Json, { signal }: ActionContext): AsyncGenerator<number> {
    this.stopped = signal;
    try {
      for (let number = 0; ; number++) {
        if (content === "fail" && number === 2) throw new Error("broken");
        if (content === "hang" && number === 1) await new Promise(() => {});
        yield number;
      }
    } finally {
      this.calls.push("returned");
    }
  }

  chat(text: string): string {
    this.calls.push("method");
    return text;
  }
}

test("before, method, after: after always, callbacks never for what is refused", async () => {
  await using space = new Space();
  const careful = new Careful("careful");
  await space.add(careful);
  const { place } = space;
  expect(await place.request("careful", "chat", "hello")).toBe("hello");
  expect(careful.calls.splice(0)).toEqual(["before", "method", ["answered", 1]]);
  await expect(place.request("careful", "chat", "refuse")).rejects.toThrow("not today");
  expect(careful.calls.splice(0)).toEqual(["before", ["failed", 0]]);
  await expect(all(place.stream("careful", "query", "fail"))).rejects.toMatchObject({
    code: "action-failed",
    message: "broken",
    failure: { action: "query" },
  });
  expect(careful.calls.splice(0)).toEqual(["before", "returned", ["failed", 2]]);
  await expect(place.request("careful", "nothing", null)).rejects.toMatchObject({ code: "unknown-action" });
  expect(careful.calls).toEqual([]);
});

test("a stream is lazy, and ending it returns the producer and aborts its signal", async () => {
  await using space = new Space();
  const careful = new Careful("careful");
  await space.add(careful);
  const unread = space.place.stream("careful", "query", null)[Symbol.asyncIterator]();
  expect(careful.calls).toEqual([]);
  await unread.return?.();
  for await (const { content } of space.place.stream("careful", "query", null)) if (content === 2) break;
  await vi.waitFor(() => expect(careful.calls).toEqual(["before", "returned", ["cancelled", 3]]));
  careful.calls.length = 0;
  expect(careful.stopped?.aborted).toBe(true);

  const stop = new AbortController();
  const hanging = all(space.place.stream("careful", "query", "hang", { signal: stop.signal }));
  await vi.waitFor(() => expect(careful.calls).toEqual(["before"]));
  stop.abort(new Error("enough"));
  await expect(hanging).rejects.toThrow("enough");
  await vi.waitFor(() => expect(careful.calls).toEqual(["before", ["cancelled", 1]]));
  expect(careful.stopped?.aborted).toBe(true);
  expect(space.stats().exchanges).toBe(0);
});

test("a method that is too slow is an error, and its signal aborts", async () => {
  class Slow extends Agent {
    static override readonly actions = { work: { timeoutMs: 20 } } satisfies ActionSpecs;
    signal: AbortSignal | undefined;
    work(_: Json, { signal }: ActionContext): Promise<string> {
      this.signal = signal;
      return new Promise(() => {});
    }
  }
  await using space = new Space();
  const slow = new Slow("slow");
  await space.add(slow);
  await expect(space.place.request("slow", "work", null)).rejects.toMatchObject({ code: "action-timed-out" });
  await vi.waitFor(() => expect(slow.signal?.aborted).toBe(true));
});

test("a typed intent checks content and answers", async () => {
  const Find = intent("find_book", {
    content: z.object({ title: z.string() }),
    answer: z.object({ title: z.string(), tags: z.array(z.string()) }),
  });
  const Wrong = intent("find_book", { answer: z.string() });
  await using space = new Space();
  await space.add(new Librarian("librarian"));
  const found = await space.place.request("librarian", Find, { title: "Emma" });
  expect(found.tags satisfies string[]).toEqual([]);
  await expect(
    space.place.request("librarian", Find, { title: 3 as unknown as string }),
  ).rejects.toMatchObject({ code: "message-invalid", message: /title/ });
  await expect(space.place.request("librarian", Wrong, { title: "Emma" })).rejects.toMatchObject({
    code: "answer-invalid",
  });
});

test("streams, broadcasts and one-way messages take typed intents as well", async () => {
  const Count = intent("count", { content: z.object({ to: z.number() }), answer: z.number().max(2) });
  const Chat = intent("chat", { content: z.string(), answer: z.string() });
  await using space = new Space();
  await space.add(new Librarian("librarian"));
  const { place } = space;
  const numbers: number[] = [];
  const counting = async () => {
    for await (const { content } of place.stream("librarian", Count, { to: 3 }))
      numbers.push(content satisfies number);
  };
  await expect(counting()).rejects.toMatchObject({ code: "answer-invalid" });
  expect(numbers).toEqual([1, 2]);
  const said: (string | undefined)[] = [];
  for await (const answer of place.broadcast(Chat, "hello"))
    said.push(answer.intent === "error" ? undefined : (answer.content satisfies string));
  expect(said).toEqual(["board says hello"]);
  const last = (await all(place.broadcast(Count, { to: 3 }))).at(-1);
  expect(last).toMatchObject({ code: "answer-invalid" });
  const wrong = { to: "3" } as unknown as { to: number };
  await expect(all(place.stream("librarian", Count, wrong))).rejects.toMatchObject({
    code: "message-invalid",
  });
  await expect(all(place.broadcast(Count, wrong))).rejects.toMatchObject({ code: "message-invalid" });
  expect(() => place.send("librarian", Count, wrong)).toThrow("to:");
  const receipts: string[] = [];
  const onReceipt = ({ status }: Receipt) => void receipts.push(status);
  expect((await place.send("librarian", Chat, "hello", { onReceipt }).receipt).status).toBe("delivered");
  await vi.waitFor(() => expect(receipts).toEqual(["delivered"]));
});

test("an agent works outside a space, and takes nothing past the space that it is in", async () => {
  const librarian = new Librarian("librarian");
  const heard: Message[] = [];
  await using space = new Space();
  const asker = new Plain("asker");
  const place = await space.add(asker);
  const message = place.reply(
    (await firstOf(place.stream("asker", "chat", "hello"))) as Message,
    { to: 2 },
    { intent: "count" },
  );
  for await (const answer of librarian.receive(message)) heard.push(answer);
  expect(heard.map(({ content, from }) => [content, from])).toEqual([
    [1, "librarian"],
    [2, "librarian"],
  ]);
  await space.add(librarian);
  await expect(all(librarian.receive(message))).rejects.toMatchObject({ code: "not-received" });
  const hearing = { caller: { address: "board", level: 0 } } as never;
  await expect(all(librarian.receive(message, { signal: place.signal, hearing }))).rejects.toMatchObject({
    code: "not-received",
  });
});

async function firstOf(stream: AsyncIterable<Message>): Promise<Message | undefined> {
  for await (const message of stream) return message;
  return undefined;
}
