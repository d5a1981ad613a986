import { describe, expect, it } from "vitest";
import { until } from "../../helpers/until.ts";
import { spaceAt, TestPosts } from "./post-fixture.ts";

async function twoPeers(stack: AsyncDisposableStack) {
  const posts = new TestPosts(stack);
  const [here, there] = [await posts.start(1), await posts.start(2)];
  return { posts, here, there, near: spaceAt(stack, here.post), far: spaceAt(stack, there.post) };
}

describe("agents of two peers", () => {
  it("ask each other, one answer at a time", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, near, far } = await twoPeers(stack);
    let made = 0;
    let ended = false;
    await near.join("ann");
    await far.join(
      "bob",
      function* ({ content, from }) {
        try {
          for (;;) yield `${String(content)} ${from} ${++made}`;
        } finally {
          ended = true;
        }
      },
      { expose: true },
    );
    const answers: unknown[] = [];
    for await (const { from, to, content } of near.ask("ann", `bob@${there.self}`, "count", "to")) {
      answers.push([from, to, content]);
      if (answers.length === 3) break;
    }
    const [ann, bob] = [`ann@${here.self}`, `bob@${there.self}`];
    expect(answers).toEqual([1, 2, 3].map((n) => [bob, ann, `to ${ann} ${n}`]));
    await until(() => ended, { what: "the producer to be told" });
    expect(made).toBe(3);
  });

  it("get a receipt for a letter, and each letter once", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, near, far } = await twoPeers(stack);
    await near.join("ann");
    await far.join("bob", () => [], { expose: true });
    const bob = `bob@${there.self}`;
    expect(await near.send("ann", bob, "chat", "hello", "m1")).toMatchObject({
      id: "m1",
      status: "delivered",
    });
    expect(await near.send("ann", bob, "chat", "hello", "m1")).toMatchObject({
      id: "m1",
      status: "delivered",
    });
    expect(far.inbox).toMatchObject([{ id: "m1", from: `ann@${here.self}`, to: bob, content: "hello" }]);
    await far.join("cleo", () => [], { expose: true });
    expect(await near.send("ann", `cleo@${there.self}`, "chat", "hello", "m1")).toMatchObject({
      status: "delivered",
    });
    expect(far.inbox).toHaveLength(2);
    const first = near.ask("ann", bob, "chat", "", "m2").next();
    expect((await first).done).toBe(true);
    await expect(near.ask("ann", bob, "chat", "", "m2").next()).rejects.toThrow("letter-repeated");
  });

  it("get a flurry of letters in the order they were sent", async () => {
    await using stack = new AsyncDisposableStack();
    const { there, near, far } = await twoPeers(stack);
    await near.join("ann");
    await far.join("bob", () => [], { expose: true });
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    const sent = await Promise.all(
      numbers.map((each) => near.send("ann", `bob@${there.self}`, "chat", each)),
    );
    expect(sent.map(({ status }) => status)).toEqual(numbers.map(() => "delivered"));
    expect(far.inbox.map(({ content }) => content)).toEqual(numbers);
  });

  it("find only who is exposed, and learn nothing of the others", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, near, far } = await twoPeers(stack);
    await near.join("ann");
    await far.join("hidden", () => ["secret"]);
    const said = async (name: string) => {
      const { code, status } = await near.send("ann", `${name}@${there.self}`, "chat", "");
      return [
        status,
        code,
        await near.all("ann", `${name}@${there.self}`, "chat").catch((e: Error) => e.message),
      ];
    };
    const nobody = ["refused", "no-such-agent", "no-such-agent"];
    expect(await said("nobody")).toEqual(nobody);
    expect(await said("hidden")).toEqual(nobody);
    await far.join("open", () => ["answer"], { expose: true });
    expect(await said("open")).toEqual(["delivered", undefined, ["answer"]]);
    there.blocked.add(here.self);
    expect(await said("open")).toEqual(nobody);
    here.blocked.add(there.self);
    expect(await said("open")).toEqual(["refused", "refused-by-policy", "refused-by-policy"]);
  });

  it("answer together when all of a peer are asked, and hear who comes and goes", async () => {
    await using stack = new AsyncDisposableStack();
    const { there, near, far } = await twoPeers(stack);
    await near.join("ann");
    await far.join("bob", () => ["bob 1", "bob 2"], { expose: true });
    await far.join("cleo", () => ["cleo 1"], { expose: true });
    await far.join("hidden", () => ["hidden"]);
    expect((await near.all("ann", `*@${there.self}`, "help")).toSorted()).toEqual([
      "bob 1",
      "bob 2",
      "cleo 1",
    ]);
    for await (const _ of near.ask("ann", `*@${there.self}`, "chat", "")) break;
    await until(() => far.cancelled === 2, { what: "both producers to be told" });
    await far.join("dora", () => [], { expose: true });
    await far.join("secret");
    await far.leave("dora");
    await until(() => near.inbox.length === 2, { what: "the news" });
    const address = `dora@${there.self}`;
    expect(near.inbox.map(({ from, intent, content }) => [from, intent, content])).toEqual([
      [`*@${there.self}`, "joined", { address }],
      [`*@${there.self}`, "left", { address }],
    ]);
  });

  it("are told of the other side's failure in its own words", async () => {
    await using stack = new AsyncDisposableStack();
    const { there, near, far } = await twoPeers(stack);
    await near.join("ann");
    await far.join(
      "bob",
      // biome-ignore lint/correctness/useYield: it fails before it answers
      function* () {
        throw new Error("no\u202Eway");
      },
      { expose: true },
    );
    const failing = near.ask("ann", `bob@${there.self}`, "chat", "").next();
    await expect(failing).rejects.toMatchObject({ message: "test-failed", cause: "Error: no?way" });
    await far.join(
      "cleo",
      async function* () {
        await new Promise(() => undefined);
        yield "never";
      },
      { expose: true },
    );
    const waiting = near.ask("ann", `cleo@${there.self}`, "chat", "").next();
    await until(() => far.questions === 2, { what: "the question to arrive" });
    await far.leave("cleo");
    await expect(waiting).rejects.toThrow("agent-left");
  });
});

describe("letters for the absent", () => {
  it("wait in a mailbox, over a restart, for one who was here lately", async () => {
    await using stack = new AsyncDisposableStack();
    const { posts, there, near, far } = await twoPeers(stack);
    await near.join("ann");
    await far.join("bob", () => [], { expose: true });
    await far.leave("bob");
    const bob = `bob@${there.self}`;
    for (const content of ["one", "two"])
      expect(await near.send("ann", bob, "chat", content, content)).toMatchObject({ status: "kept" });
    expect(await near.send("ann", bob, "chat", "one", "one")).toMatchObject({ status: "kept" });
    await expect(near.ask("ann", bob, "chat", "").next()).rejects.toThrow("no-such-agent");
    await there.post.stop();

    const again = await posts.start(2, there.home);
    const back = spaceAt(stack, again.post);
    await back.join("bob", () => [], { expose: true });
    await until(() => back.inbox.length === 2, { what: "what was kept" });
    expect(back.inbox.map(({ content }) => content)).toEqual(["one", "two"]);
    expect(await near.send("ann", bob, "chat", "one", "one")).toMatchObject({ status: "kept" });
    expect(await near.send("ann", bob, "chat", "last", "last")).toMatchObject({ status: "delivered" });
    expect(back.inbox.map(({ content }) => content)).toEqual(["one", "two", "last"]);
    await back.leave("bob");
    posts.later += 25 * 60 * 60 * 1000;
    expect(await near.send("ann", bob, "chat", "three")).toMatchObject({ code: "no-such-agent" });
  });

  it("come again where the other peer stopped before it knew what became of them", async () => {
    await using stack = new AsyncDisposableStack();
    const { posts, there, near, far } = await twoPeers(stack);
    await near.join("ann");
    far.receive = () => undefined;
    await far.join("bob", () => [], { expose: true });
    const sent = near.send("ann", `bob@${there.self}`, "chat", "hello");
    await until(() => far.inbox.length === 1, { what: "the letter" });
    await there.post.stop();
    expect(await sent).toMatchObject({ status: "kept" });
    const again = await posts.start(2, there.home);
    const back = spaceAt(stack, again.post);
    await back.join("bob", () => [], { expose: true });
    posts.restore(again);
    await until(() => near.receipts.length === 2, { what: "the second receipt" });
    expect(near.receipts.at(-1)).toMatchObject({ status: "delivered" });
    expect(back.inbox.map(({ content }) => content)).toEqual(["hello"]);
  });

  it("wait in the outbox, over a restart, for a peer that is away, and arrive in order", async () => {
    await using stack = new AsyncDisposableStack();
    const { posts, here, there, near, far } = await twoPeers(stack);
    await near.join("ann");
    await far.join("bob", () => [], { expose: true });
    posts.cut(there);
    const bob = `bob@${there.self}`;
    for (const content of ["one", "two"])
      expect(await near.send("ann", bob, "chat", content)).toMatchObject({ status: "kept" });
    await expect(near.ask("ann", bob, "chat", "").next()).rejects.toThrow("peer-unreachable");
    await here.post.stop();

    const again = await posts.start(1, here.home);
    const back = spaceAt(stack, again.post);
    await back.join("ann");
    expect(await back.send("ann", bob, "chat", "three", "m3")).toMatchObject({ status: "kept" });
    posts.restore(there);
    await until(() => far.inbox.length === 3, { what: "the letters" });
    expect(far.inbox.map(({ content }) => content)).toEqual(["one", "two", "three"]);
    await until(() => back.receipts.length === 2, { what: "the second receipt" });
    expect(back.receipts.map(({ id, status }) => [id, status])).toEqual([
      ["m3", "kept"],
      ["m3", "delivered"],
    ]);
  });

  it("are lost after a day, and their sender is told", async () => {
    await using stack = new AsyncDisposableStack();
    const { posts, there, near } = await twoPeers(stack);
    await near.join("ann");
    posts.cut(there);
    expect(await near.send("ann", `bob@${there.self}`, "chat", "", "m1")).toMatchObject({ status: "kept" });
    posts.later += 25 * 60 * 60 * 1000;
    posts.restore(there);
    await until(() => near.receipts.length === 2, { what: "the last receipt" });
    expect(near.receipts.at(-1)).toMatchObject({ id: "m1", status: "lost", code: "peer-unreachable" });
  });
});
