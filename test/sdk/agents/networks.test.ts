import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Chain,
  GroupChat,
  graph,
  InvalidGraphError,
  Mapper,
  networkLimits,
} from "../../../sdk/src/agents/networks/index.ts";
import type { Message, Node } from "../../../sdk/src/agents/types.ts";
import { until } from "../../helpers/until.ts";
import { all, echo, endless, lines, Speaker, say } from "./networks-nodes.ts";

function linked<Network extends Mapper | GroupChat | Chain>(network: Network, ...nodes: Node[]): Network {
  for (const node of nodes) network.links.link(node);
  return network;
}

const one = (id: string, ...contents: string[]) => new Speaker(id, () => contents);
const failing = (id: string) =>
  new Speaker(id, () => {
    throw new Error(`${id} is broken`);
  });

describe.each([
  ["in order", false],
  ["parallel", true],
])("a mapper, %s", (_, parallel) => {
  test("hands a message, as it is, to every linked node but its sender", async () => {
    const [a, b, c] = [one("a", "A"), one("b", "B"), one("c", "C")];
    const message = say("b", "test");
    expect(await lines(linked(new Mapper({ parallel }), a, b, c).receive(message))).toEqual(["a: A", "c: C"]);
    expect(a.heard[0]).toBe(message);
    expect(c.heard[0]).toBe(message);
    expect(b.heard).toEqual([]);
  });

  test("one member that fails is heard as an error, and the others are heard", async () => {
    const mapper = linked(new Mapper({ id: "map", parallel }), one("a", "A"), failing("bad"), one("c", "C"));
    const message = say("user", "test");
    const answers = await all(mapper.receive(message));
    expect(answers.filter(({ intent }) => intent === "chat").map(({ from }) => from)).toEqual(["a", "c"]);
    expect(answers.filter(({ intent }) => intent === "error")).toMatchObject([
      {
        ...{ from: "map", to: "user", replyTo: message.id },
        content: { code: "member-failed", message: "bad is broken", member: "bad" },
      },
    ]);
  });

  test("one that never answers does not keep it from the others", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const hanging = new Speaker("deaf", (_, receiving) => {
      signals.push(receiving?.signal);
      return new Promise(() => undefined);
    });
    const mapper = linked(new Mapper({ parallel, memberMs: 5 }), hanging, one("c", "C"));
    const answers = await all(mapper.receive(say("user", "test")));
    expect(answers.map(({ content }) => content)).toEqual(
      expect.arrayContaining(["C", expect.objectContaining({ code: "member-timeout", member: "deaf" })]),
    );
    expect(answers).toHaveLength(2);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test("nothing happens before it is asked for, and no more than is asked for", async () => {
    const [a, b] = [endless("a"), endless("b")];
    const answers = linked(new Mapper({ parallel }), a, b).receive(say("user", "test"));
    expect(a.heard).toEqual([]);
    for (let n = 0; n < 3; n++) await answers.next();
    expect(a.made + b.made).toBeLessThanOrEqual(parallel ? 4 : 3);
    await answers.return();
    expect([a.ended, b.ended]).toEqual(parallel ? [1, 1] : [1, 0]);
  });

  test("whoever waits in vain ends it with its signal, down to the members", async () => {
    const stop = new AbortController();
    const signals: AbortSignal[] = [];
    const waiting = new Speaker("a", (_message, receiving) => {
      if (receiving !== undefined) signals.push(receiving.signal);
      return new Promise(() => undefined);
    });
    const inner = linked(new Mapper({ parallel }), waiting);
    const answers = linked(new Mapper({ parallel }), inner).receive(say("user", "test"), stop);
    const next = answers.next();
    await until(() => signals.length === 1, { what: "the member" });
    stop.abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
    expect(signals[0]?.aborted).toBe(true);
  });

  test("goes where its router says", async () => {
    const mapper = new Mapper({
      parallel,
      where: ({ content }, { metadata }) => metadata.for === content,
    });
    mapper.links.link(one("a", "A"), { for: "dates" });
    mapper.links.link(one("b", "B"), { for: "money" });
    expect(await lines(mapper.receive(say("user", "money")))).toEqual(["b: B"]);
  });
});

test("a parallel mapper asks all at once, and no more than it may", async () => {
  let open = 0;
  const waits: (() => void)[] = [];
  const members = ["a", "b", "c"].map(
    (id) =>
      new Speaker(id, async () => {
        open += 1;
        await new Promise<void>((resolve) => waits.push(resolve));
        open -= 1;
        return [id];
      }),
  );
  const answers = lines(linked(new Mapper({ parallel: 2 }), ...members).receive(say("user", "test")));
  await until(() => waits.length === 2, { what: "two members" });
  expect(open).toBe(2);
  waits.shift()?.();
  await until(() => waits.length === 2, { what: "the third" });
  for (const go of waits) go();
  expect((await answers).toSorted()).toEqual(["a: a", "b: b", "c: c"]);
});

/** Up to five nodes of all kinds in one chat, linked anyhow, with the chat too. */
const anyNetwork = fc.record({
  members: fc.array(
    fc.record({
      answers: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom("speaker", "endless", "failing", "chat", "mapper", "parallel", "chain"),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  edges: fc.array(fc.tuple(fc.nat(4), fc.nat(5)), { maxLength: 12 }),
  turns: fc.integer({ min: 1, max: 6 }),
  hands: fc.boolean(),
});

function built({
  members,
  edges,
  turns,
  hands,
}: typeof anyNetwork extends fc.Arbitrary<infer Shape> ? Shape : never) {
  const nodes = members.map(({ kind, answers }, n) => {
    const id = `n${n}`;
    if (kind === "endless") return endless(id);
    if (kind === "failing") return failing(id);
    if (kind === "chat") return new GroupChat({ id, turns: 3 });
    if (kind === "mapper" || kind === "parallel") return new Mapper({ id, parallel: kind === "parallel" });
    if (kind === "chain") return new Chain({ id });
    // `true` raises a hand; anything else is words.
    return new Speaker(id, ({ intent }) => (intent === "hand" ? [true] : Array(answers).fill("words")));
  });
  const chat = linked(new GroupChat({ id: "chat", turns, hands, handedOn: 200 }), ...nodes);
  for (const [from, to] of edges) {
    const [source, target] = [nodes[from], to === 5 ? chat : nodes[to]];
    if (source !== undefined && target !== undefined && "links" in source) source.links.link(target);
  }
  return { chat, speakers: nodes.filter((node) => node instanceof Speaker) };
}

describe("a group chat", () => {
  test("of three that answer once each gives exactly six messages", async () => {
    const [a, b, c] = [echo("a"), echo("b"), echo("c")];
    const answers = await all(linked(new GroupChat(), a, b, c).receive(say("b", "test")));
    expect(answers.map(({ from }) => from)).toEqual(["a", "c", "b", "c", "a", "b"]);
    expect(answers.map(({ content }) => content)).toEqual([
      "test!",
      "test!",
      "test!!",
      "test!!",
      "test!!",
      "test!!",
    ]);
    // Each of them went to the two that had not said it, and nowhere else.
    expect([a, b, c].map(({ heard }) => heard.length)).toEqual([5, 4, 5]);
  });

  test("gives no more than its turns, and makes no more than is asked for", async () => {
    const [a, b] = [endless("a"), endless("b")];
    expect(await all(linked(new GroupChat({ turns: 7 }), a, b).receive(say("user", "go")))).toHaveLength(7);
    expect(a.made + b.made).toBe(7);
    expect(a.ended).toBe(1);

    const c = echo("c");
    const answers = linked(new GroupChat(), c, echo("d")).receive(say("user", "go"));
    expect(c.heard).toEqual([]);
    await answers.next();
    await answers.return();
    expect(c).toMatchObject({ made: 1, ended: 1 });
  });

  test("does not talk about failures", async () => {
    const [bad, quiet] = [failing("bad"), one("quiet")];
    const answers = await all(linked(new GroupChat(), bad, quiet, echo("c")).receive(say("user", "x!")));
    expect(answers.map(({ intent }) => intent)).toEqual(["error", "chat", "error"]);
    expect(quiet.heard.map(({ content }) => content)).toEqual(["x!", "x!!"]);
  });

  test("who repeats a message that was said before is not heard, and comes to an end", async () => {
    const parrot: Node = {
      id: "parrot",
      async *receive(message) {
        for (;;) yield message;
      },
    };
    expect(await all(linked(new GroupChat(), parrot).receive(say("user", "x")))).toEqual([]);
  });

  test("always ends, whoever talks to whom", async () => {
    await fc.assert(
      fc.asyncProperty(anyNetwork, async (shape) => {
        const { chat } = built(shape);
        const ended = await all(chat.receive(say("user", "go"))).catch((error: unknown) => error);
        if (Array.isArray(ended)) expect(ended.length).toBeLessThanOrEqual(shape.turns);
        else expect(ended).toMatchObject({ code: "messages-circle" });
      }),
      { numRuns: 150 },
    );
  });

  test("whenever its reader leaves, all that was begun has ended", async () => {
    await fc.assert(
      fc.asyncProperty(anyNetwork, fc.nat(4), async (shape, wanted) => {
        const { chat, speakers } = built(shape);
        const answers = chat.receive(say("user", "go"));
        for (let n = 0; n < wanted; n++)
          if ((await answers.next().catch(() => ({ done: true }))).done === true) break;
        await answers.return();
        for (const { heard, ended } of speakers) expect(ended).toBe(heard.length);
        if (wanted === 0) expect(speakers.flatMap(({ heard }) => heard)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("raised hands", () => {
  /** Raises its hand when it hears one of these, and then says its name. */
  const eager = (id: string, ...about: string[]) =>
    new Speaker(id, ({ intent, content }) =>
      intent === "hand" ? [about.includes((content as { content: string }).content)] : [id],
    );

  test("one speaks at a time, first in first out, until no hand is up", async () => {
    const [a, b, c] = [eager("a", "topic", "c"), eager("b", "a", "c"), eager("c", "topic", "a")];
    const chat = linked(new GroupChat({ hands: true }), a, b, c);
    // a and c raise their hands; a speaks, and b joins behind c; a joins behind b, and thinks better of it when b has spoken.
    expect(await lines(chat.receive(say("user", "topic")))).toEqual(["a: a", "c: c", "b: b"]);
    expect(c.heard.filter(({ intent }) => intent === "hand").map(({ content }) => content)).toEqual([
      { from: "user", intent: "chat", content: "topic" },
      { from: "a", intent: "chat", content: "a" },
      { from: "b", intent: "chat", content: "b" },
    ]);
  });

  test("people raise theirs in words; maybe is no hand", async () => {
    const person = (id: string, word: string) =>
      new Speaker(id, ({ intent }) => [intent === "hand" ? word : id]);
    const chat = linked(
      new GroupChat({ hands: true, turns: 1 }),
      person("a", "maybe"),
      person("b", "Yes, please"),
    );
    expect(await lines(chat.receive(say("user", "topic")))).toEqual(["b: b"]);
  });

  test("a chair gives the floor among them, and ends it", async () => {
    const chair = new Speaker("chair", ({ content }) => {
      const { turn, hands } = content as { turn: number; hands: string[] };
      return [turn === 3 ? null : (hands.at(-1) ?? null)];
    });
    const members = ["a", "b", "c"].map((id) => eager(id, "topic", "a", "b", "c"));
    const chat = linked(new GroupChat({ chair }), ...members);
    expect(await lines(chat.receive(say("user", "topic")))).toEqual(["c: c", "b: b"]);
    expect(
      chair.heard.map(({ intent, content }) => [intent, (content as { hands: string[] }).hands]),
    ).toEqual([
      ["floor", ["a", "b", "c"]],
      ["floor", ["a", "b"]],
      ["floor", ["a", "c"]],
    ]);
  });

  test("a chair that names somebody else, or fails, leaves it to the order of the hands", async () => {
    for (const chair of [one("chair", "nobody"), failing("chair"), one("chair")]) {
      const chat = linked(new GroupChat({ chair, turns: 1 }), eager("a", "topic"), eager("b", "topic"));
      expect(await lines(chat.receive(say("user", "topic")))).toEqual(["a: a"]);
    }
  });
});

describe("networks in networks", () => {
  test("a message never passes the same network twice", async () => {
    const [outer, inner] = [new Mapper({ id: "outer" }), new Mapper({ id: "inner" })];
    const [a, b] = [one("a", "A"), one("b", "B")];
    linked(outer, a, inner);
    linked(inner, b, outer);
    expect(await lines(outer.receive(say("user", "test")))).toEqual(["a: A", "b: B"]);
    expect([a.heard.length, b.heard.length]).toEqual([1, 1]);
  });

  test("nor does a copy of it, as it comes back over a wire", async () => {
    const mapper = linked(new Mapper(), one("a", "A"));
    const message = say("user", "test");
    expect(await all(mapper.receive(message))).toHaveLength(1);
    expect(await all(mapper.receive(structuredClone(message)))).toEqual([]);
  });

  test("remembers a bounded number of copies, and the message itself for good", async () => {
    const mapper = linked(new Mapper(), one("a", "A"));
    const message = say("user", "test");
    await all(mapper.receive(message));
    for (let n = 0; n < networkLimits.remembered; n++) await all(mapper.receive(say("user", n)));
    expect(await all(mapper.receive(message))).toEqual([]);
    expect(await all(mapper.receive(structuredClone(message)))).toHaveLength(1);
  });

  test("two chats that are in each other talk until silence", async () => {
    const [outer, inner] = [new GroupChat({ id: "outer" }), new GroupChat({ id: "inner" })];
    const [a, b] = [echo("a"), echo("b")];
    linked(outer, a, inner);
    linked(inner, b, outer);
    expect(await lines(outer.receive(say("user", "x")))).toEqual(["a: x!", "b: x!", "b: x!!", "a: x!!"]);
  });

  test("a chat's answer goes round in the other with its speaker's name, and not back to it", async () => {
    const inner = linked(new GroupChat({ id: "inner" }), one("x", "X"));
    const listener = one("a");
    await all(linked(new GroupChat({ id: "outer" }), inner, listener).receive(say("user", "x")));
    expect(listener.heard.map(({ from, content }) => [from, content])).toEqual([
      ["user", "x"],
      ["x", "X"],
    ]);
  });
});

test("what a chat hears from a mapper in it goes to the others, and not back to those behind it", async () => {
  const [behind, listener] = [one("y"), one("a")];
  const inner = linked(new Mapper({ id: "inner" }), one("x", "X"), behind);
  await all(linked(new GroupChat({ id: "outer" }), inner, listener).receive(say("user", "x")));
  expect(listener.heard.map(({ content }) => content)).toEqual(["x", "X"]);
  expect(behind.heard.map(({ content }) => content)).toEqual(["x"]);
});

test("what goes in circles in ever new words is ended, and the failure says so", async () => {
  const chat = new GroupChat({ id: "chat" });
  const chain = linked(new Chain({ id: "chain" }), one("a", "more"), chat);
  linked(chat, chain);
  expect((await all(chat.receive(say("user", "x")))).at(-1)).toMatchObject({
    ...{ from: "chain", intent: "error" },
    content: { code: "messages-circle", message: expect.stringContaining("leads back into itself") },
  });

  const silent = linked(new Chain({ handedOn: 50 }), endless("talker"), one("silent"));
  await expect(all(silent.receive(say("user", "x")))).rejects.toMatchObject({ code: "messages-circle" });
});

test("networks are only so deep in each other; what is deeper fails, and the rest is heard", async () => {
  let inner: Node = one("leaf", "deep down");
  for (let depth = 0; depth < networkLimits.deep; depth++) inner = linked(new Mapper(), inner);
  expect(await lines(inner.receive(say("user", "x")))).toEqual(["leaf: deep down"]);
  const answers = await all(linked(new Mapper(), inner, one("a", "A")).receive(say("user", "x")));
  expect(answers.map(({ content }) => content)).toMatchObject([{ code: "messages-circle" }, "A"]);
});

test("what networks can do is gathered once from each, however many ways lead there", () => {
  const leaf: Node = { ...one("leaf"), receive: one("leaf").receive, describe: () => [{ name: "chat" }] };
  let layer: Node[] = [leaf];
  for (let depth = 0; depth < 40; depth++)
    layer = [new Mapper(), new Mapper()].map((mapper) => linked(mapper, ...layer));
  expect(layer.map((node) => node.describe?.())).toEqual([[{ name: "chat" }], [{ name: "chat" }]]);
});

test.each<[string, () => Promise<IteratorResult<Message>>]>([
  [
    "throws",
    () => {
      throw new Error("never");
    },
  ],
  ["hangs", () => new Promise(() => undefined)],
])("a member that %s when it is told to stop is left alone", async (_, stops) => {
  const stubborn: Node = {
    id: "stubborn",
    receive: ({ from }) => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: say("stubborn", "more", { to: from }) }),
        return: stops,
      }),
    }),
  };
  const answers = linked(new Mapper(), stubborn).receive(say("user", "x"));
  expect((await answers.next()).value).toMatchObject({ from: "stubborn" });
  expect(await answers.return()).toEqual({ done: true, value: undefined });
});

test("a chain hands each answer on", async () => {
  const twice = new Speaker("twice", ({ content }) => [`${content} 1`, `${content} 2`]);
  const last = endless("last");
  const answers = linked(new Chain(), twice, echo("louder"), last).receive(say("user", "x"));
  expect((await answers.next()).value).toMatchObject({ from: "last", content: "last 1" });
  expect(last.heard.map(({ from, content }) => [from, content])).toEqual([["louder", "x 1!"]]);
  expect(twice.made).toBe(1);
  await answers.return();
  expect(twice.ended).toBe(1);
  expect(await all(new Chain().receive(say("user", "x")))).toEqual([]);
});

describe("a graph", () => {
  test("is built from a literal", async () => {
    const where = new Mapper({ where: ({ content }, { metadata }) => metadata.for === content });
    const network = graph({
      nodes: { where, talk: new GroupChat(), a: one("a", "A"), b: echo("b"), c: echo("c") },
      edges: [
        ["where", "a", { for: "dates" }],
        ["where", "talk", { for: "x!" }],
        ["talk", "b"],
        ["talk", "c"],
        ["talk", "where"],
      ],
      entry: "where",
    });
    expect(await lines(network.receive(say("user", "dates")))).toEqual(["a: A"]);
    expect(await lines(network.receive(say("user", "x!")))).toEqual(["b: x!!", "c: x!!"]);
    expect([...network.nodes.talk.links].map(({ to }) => to.id)).toEqual(["b", "c", where.id]);
  });

  test("says everything that is wrong at once, and links nothing", () => {
    const [map, a] = [new Mapper({ id: "same" }), one("a", "A")];
    const wrong = {
      nodes: { map, a, other: one("same") },
      edges: [
        ["map", "a"],
        ["map", "a"],
        ["map", "nobody"],
        ["a", "map"],
        ["map", "map"],
      ],
      entry: "gone",
    };
    expect(() => graph(wrong as never)).toThrow(InvalidGraphError);
    try {
      graph(wrong as never);
    } catch (error) {
      expect((error as InvalidGraphError).problems).toEqual([
        '"map" and "other" are both "same"',
        'the edge ["map","a"] is there twice',
        'the edge ["map","nobody"] names "nobody", and no node is called so',
        'the edge ["a","map"] begins at a node that has no links',
        'the edge ["map","map"] leads back to where it begins',
        'the entry is "gone", and no node is called so',
      ]);
    }
    expect(map.links.size).toBe(0);
  });

  test("is typed: names, and where edges may begin", () => {
    const nodes = { map: new Mapper(), a: one("a") };
    // @ts-expect-error no node of this name
    expect(() => graph({ nodes, edges: [["map", "b"]], entry: "map" })).toThrow(InvalidGraphError);
    // @ts-expect-error it has no links
    expect(() => graph({ nodes, edges: [["a", "map"]], entry: "map" })).toThrow(InvalidGraphError);
    // @ts-expect-error no node of this name
    expect(() => graph({ nodes, edges: [["map", "a"]], entry: "b" })).toThrow(InvalidGraphError);
  });
});
