import { readFile } from "node:fs/promises";
import type { Json } from "action-collective";
import { describe, expect, test } from "vitest";
import { Agent, Space } from "../../../sdk/src/agents/index.ts";
import { Chain, GroupChat, graph, Mapper } from "../../../sdk/src/agents/networks/index.ts";
import type { Message } from "../../../sdk/src/agents/types.ts";
import { until } from "../../helpers/until.ts";
import { all, endless, lines, say } from "./networks-nodes.ts";

class Echo extends Agent {
  readonly heard: Message[] = [];

  chat(text: string, { message }: { readonly message: Message }): string | undefined {
    this.heard.push(message);
    return text.endsWith("!!") ? undefined : `${text}!`;
  }
}

class Person extends Agent {}

describe("networks in a space", () => {
  test("six messages of three, each under its speaker's name, and nothing is left of it", async () => {
    await using space = new Space();
    const [a, c] = [new Echo("a"), new Echo("c")];
    const b = new (class extends Echo {})("b");
    const chat = new GroupChat({ id: "all" });
    for (const node of [a, b, c]) chat.links.link(node);
    for (const node of [a, b, c, chat]) await space.add(node);
    expect(await lines(b.place.stream("all", "chat", "test"))).toEqual([
      "a: test!",
      "c: test!",
      "b: test!!",
      "c: test!!",
      "a: test!!",
      "b: test!!",
    ]);
    // Who it was said by, not by whom it was handed on.
    expect(new Set(a.heard.map(({ from }) => from))).toEqual(new Set(["b", "c"]));
    expect(space.stats().exchanges).toBe(0);
  });

  test("hands nothing to whom it may not write, and says so", async () => {
    await using space = new Space();
    const [a, b, user] = [new Echo("a"), new Echo("b"), new Person("user")];
    // A broadcast hears failures too; this one reaches the network alone.
    await space.add(user, { privileges: { talkTo: ["map"] } });
    const mapper = new Mapper({ id: "map" });
    for (const node of [a, b]) mapper.links.link(node);
    for (const node of [a, b]) await space.add(node);
    await space.add(mapper, { privileges: { talkTo: ["b"] } });
    expect(await all(user.place.broadcast("chat", "x"))).toMatchObject([
      { from: "map", intent: "error", content: { code: "may-not-talk", member: "a" } },
      { from: "b", intent: "chat", content: "x!" },
    ]);
    expect(a.heard).toEqual([]);
    expect(b.heard.map(({ from }) => from)).toEqual(["user"]);
  });

  test("its budget ends it, however much is said", async () => {
    await using space = new Space();
    const user = new Person("user");
    const chat = new GroupChat({ id: "all" });
    for (const node of [new Echo("a"), new Echo("b")]) {
      chat.links.link(node);
      await space.add(node);
    }
    await space.add(chat, { privileges: { budget: { messages: 3 } } });
    await space.add(user, { privileges: { talkTo: ["all"] } });
    expect(await all(user.place.broadcast("chat", "x"))).toMatchObject([
      { from: "a", content: "x!" },
      { from: "b", content: "x!" },
      { from: "b", content: "x!!" },
      { from: "all", intent: "error", content: { code: "budget-spent", member: "a" } },
      { from: "all", intent: "error", content: { code: "budget-spent", member: "a" } },
    ]);
    expect(space.stats().exchanges).toBe(0);
  });

  test("whoever has heard enough ends it down to the last member, and no more was made than was asked for", async () => {
    await using space = new Space();
    const talker = endless("talker");
    const network = graph({
      nodes: { map: new Mapper({ id: "map" }), chain: new Chain({ id: "chain" }), talker },
      edges: [
        ["map", "chain"],
        ["chain", "talker"],
      ],
      entry: "map",
    });
    for (const node of [...Object.values(network.nodes), network]) await space.add(node);
    let heard = 0;
    for await (const { from } of space.place.stream(network.id, "chat", "go")) {
      expect(from).toBe("talker");
      heard += 1;
      if (heard === 3) break;
    }
    expect(talker).toMatchObject({ made: 3, ended: 1 });
    expect(space.stats().exchanges).toBe(0);
  });

  test("a parallel mapper asks each for one answer ahead, and lets go of all of them", async () => {
    await using space = new Space();
    const talkers = ["a", "b", "c"].map(endless);
    const mapper = new Mapper({ id: "map", parallel: true });
    for (const node of talkers) {
      mapper.links.link(node);
      await space.add(node);
    }
    await space.add(mapper);
    const answers = space.place.stream("map", "chat", "go")[Symbol.asyncIterator]();
    for (let n = 0; n < 4; n++) await answers.next();
    await answers.return?.();
    expect(talkers.reduce((sum, { made }) => sum + made, 0)).toBeLessThanOrEqual(4 + talkers.length);
    await until(() => talkers.every(({ ended }) => ended === 1), { what: "all talkers" });
    expect(space.stats().exchanges).toBe(0);
  });

  test("speaks of what its members can do, also where networks are in each other", async () => {
    await using space = new Space();
    const [a, inner, outer] = [new Echo("a"), new Mapper({ id: "inner" }), new GroupChat({ id: "outer" })];
    outer.links.link(inner);
    inner.links.link(outer);
    inner.links.link(a);
    for (const node of [a, inner, outer]) await space.add(node);
    const help = (id: string) =>
      space.place
        .who()
        .find((one) => one.id === id)
        ?.help.map(({ name }) => name);
    expect(help("outer")).toEqual(["chat"]);
    expect(help("inner")).toEqual(["chat"]);
  });

  test("a circle that leads through agents and their waiting is found as well", async () => {
    await using space = new Space();
    class Asker extends Agent {
      async chat(text: string): Promise<Json> {
        await readFile(import.meta.filename);
        await new Promise((resolve) => setImmediate(resolve));
        return await this.place.request("all", "chat", `${text}!`);
      }
    }
    const chat = new GroupChat({ id: "all" });
    for (const node of [new Asker("a"), new Asker("b")]) {
      chat.links.link(node);
      await space.add(node);
    }
    await space.add(chat);
    const answers = space.place.stream("all", "chat", "x");
    await expect(all(answers)).rejects.toMatchObject({
      failure: { message: expect.stringContaining("leads back into itself") },
    });
    expect(space.stats().exchanges).toBe(0);
  });

  test("who left is linked no more", async () => {
    await using space = new Space();
    const [a, b] = [new Echo("a"), new Echo("b")];
    const mapper = new Mapper({ id: "map" });
    for (const node of [a, b]) mapper.links.link(node);
    for (const node of [a, b, mapper]) await space.add(node);
    await space.remove("a");
    expect([...mapper.links].map(({ to }) => to.id)).toEqual(["b"]);
    expect(await lines(space.place.stream("map", "chat", "x"))).toEqual(["b: x!"]);
  });
});

test("outside a space, too, agents are members; who has no action for what others say is silent, whoever began is told", async () => {
  const chat = new GroupChat({ id: "all" });
  for (const node of [new Echo("a"), new Person("silent"), new Echo("b")]) chat.links.link(node);
  expect(await all(chat.receive(say("user", "x!")))).toMatchObject([
    { from: "a", content: "x!!" },
    { from: "silent", intent: "error", content: { code: "unknown-action" } },
    { from: "b", content: "x!!" },
  ]);
});
