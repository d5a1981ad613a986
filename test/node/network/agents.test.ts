import { describe, expect, it } from "vitest";
import { peerInProcess } from "../../helpers/peer-in-process.ts";
import { until } from "../../helpers/until.ts";
import { spaceAt } from "../post/post-fixture.ts";

describe("agents of two peers, over libp2p", () => {
  it("write to each other, ask each other, and cancel", async () => {
    await using stack = new AsyncDisposableStack();
    const [here, there] = await Promise.all([peerInProcess(stack, 1), peerInProcess(stack, 2)]);
    const [near, far] = [spaceAt(stack, here.post), spaceAt(stack, there.post)];
    await near.join("ann");
    let ended = false;
    let made = 0;
    await far.join(
      "bob",
      function* () {
        try {
          for (;;) yield ++made;
        } finally {
          ended = true;
        }
      },
      { expose: true },
    );
    const bob = `bob@${there.id}`;
    const early = near.send("ann", bob, "chat", "early", "m1");
    await here.network.dial(there.network.addresses()[0] ?? "", AbortSignal.timeout(15_000));
    expect(await early).toMatchObject({ status: "delivered" });
    expect(await near.send("ann", bob, "chat", "hello", "m2")).toMatchObject({ status: "delivered" });
    expect(far.inbox.map(({ content }) => content)).toEqual(["early", "hello"]);

    const answers: unknown[] = [];
    for await (const { content } of near.ask("ann", bob, "count", null)) {
      answers.push(content);
      if (answers.length === 3) break;
    }
    expect(answers).toEqual([1, 2, 3]);
    await until(() => ended, { what: "the producer to be told" });
    expect(made).toBe(3);
    const large = "x".repeat(60_000);
    expect(await near.send("ann", bob, "chat", large)).toMatchObject({ status: "delivered" });
    expect(far.inbox.at(-1)?.content).toBe(large);
    expect(await near.send("ann", `nobody@${there.id}`, "chat", "")).toMatchObject({ code: "no-such-agent" });

    const silent = async function* () {
      await new Promise(() => undefined);
      yield "never";
    };
    await far.join("cleo", silent, { expose: true });
    far.receive = () => undefined;
    const asked = near.ask("ann", `cleo@${there.id}`, "chat", "").next();
    const refused = expect(asked).rejects.toThrow("peer-unreachable");
    const sent = near.send("ann", bob, "chat", "late");
    await until(() => far.questions === 2 && far.inbox.at(-1)?.content === "late", {
      what: "both to arrive",
    });
    await there.stop();
    await refused;
    expect(await sent).toMatchObject({ status: "kept" });
  });
});
