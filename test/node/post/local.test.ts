import { ALL_PRIVILEGES } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { until } from "../../helpers/until.ts";
import { spaceAt, TestPosts } from "./post-fixture.ts";

describe("two spaces at one peer", () => {
  it("ask each other, one answer at a time", async () => {
    await using stack = new AsyncDisposableStack();
    const { self, post } = await new TestPosts(stack).start(1);
    const [one, two] = [spaceAt(stack, post), spaceAt(stack, post)];
    let made = 0;
    let ended = false;
    await one.join("ann");
    const joined = await two.join("bob", function* ({ content }) {
      try {
        for (;;) yield `${String(content)} ${++made}`;
      } finally {
        ended = true;
      }
    });
    expect(joined).toEqual({ kind: "joined", agent: "bob", address: `bob@${self}` });

    const answers: unknown[] = [];
    for await (const answer of one.ask("ann", `bob@${self}`, "count", "to")) {
      answers.push([answer.from, answer.to, answer.content]);
      if (answers.length === 3) break;
    }
    expect(answers).toEqual([1, 2, 3].map((n) => [`bob@${self}`, `ann@${self}`, `to ${n}`]));
    await until(() => ended, { what: "the producer to be told" });
    expect(made).toBe(3);
    expect(two.cancelled).toBe(1);
  });

  it("stamps who speaks, and lets nobody speak for another", async () => {
    await using stack = new AsyncDisposableStack();
    const { self, post } = await new TestPosts(stack).start(1);
    const [one, two] = [spaceAt(stack, post), spaceAt(stack, post)];
    await one.join("ann");
    await two.join("bob");
    expect(await one.send("ann", `bob@${self}`, "chat", "hello")).toMatchObject({ status: "delivered" });
    expect(two.inbox).toMatchObject([{ from: `ann@${self}`, to: `bob@${self}`, content: "hello" }]);
    for (const from of ["bob", `bob@${self}`, `ann@12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo`])
      expect(await one.send(from, `bob@${self}`, "chat", "")).toMatchObject({ code: "not-at-this-desk" });
    expect(await two.join("ann")).toMatchObject({ kind: "refused", code: "name-taken" });
  });

  it("holds an agent to its capability", async () => {
    await using stack = new AsyncDisposableStack();
    const { self, post, capabilities } = await new TestPosts(stack).start(1);
    const [one, two] = [spaceAt(stack, post), spaceAt(stack, post)];
    const { token } = capabilities.mint({
      agent: "ann",
      privileges: { ...ALL_PRIVILEGES, expose: false, talkTo: [`bob@${self}`], budget: { messages: 2 } },
    });
    expect(await one.join("eve", () => [], { capability: token })).toMatchObject({
      code: "capability-refused",
    });
    expect(await one.join("ann", () => [], { capability: token, expose: true })).toMatchObject({
      code: "capability-refused",
    });
    expect(await one.join("ann", () => [], { capability: `${token}A` })).toMatchObject({
      code: "capability-invalid",
    });
    await one.join("ann", () => [], { capability: token });
    await two.join("bob");
    await two.join("cleo");
    const codes: unknown[] = [];
    for (const to of ["cleo", "bob", "bob", "bob"])
      codes.push((await one.send("ann", `${to}@${self}`, "chat", "")).code ?? "delivered");
    expect(codes).toEqual(["capability-refused", "delivered", "delivered", "budget-spent"]);
  });
});
