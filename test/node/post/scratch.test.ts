import { it } from "vitest";
import { peerInProcess } from "../../helpers/peer-in-process.ts";
import { spaceAt } from "./post-fixture.ts";

it("measures", { timeout: 60_000 }, async () => {
  const stack = new AsyncDisposableStack();
  const [here, there] = await Promise.all([peerInProcess(stack, 1), peerInProcess(stack, 2)]);
  const [near, far] = [spaceAt(stack, here.post), spaceAt(stack, there.post)];
  await near.join("ann");
  await far.join(
    "bob",
    function* () {
      for (;;) yield 1;
    },
    { expose: true },
  );
  await here.network.dial(there.network.addresses()[0] ?? "", AbortSignal.timeout(15_000));
  const bob = `bob@${there.id}`;
  let t = performance.now();
  for (let i = 0; i < 200; i++) await near.send("ann", bob, "chat", "hello");
  console.log("one-way, one at a time", (performance.now() - t) / 200, "ms each");
  t = performance.now();
  const all = await Promise.all(Array.from({ length: 400 }, (_, i) => near.send("ann", bob, "chat", i)));
  console.log(
    "400 at once",
    performance.now() - t,
    "ms",
    all.filter((r) => r.status === "delivered").length,
    all.filter((r) => r.status === "kept").length,
    new Set(all.map((r) => r.code)),
  );
  const got = far.inbox.slice(200).map((m) => m.content as number);
  console.log(
    "in order",
    got.length,
    got.every((v, i) => v === i),
  );
  t = performance.now();
  let n = 0;
  for await (const _ of near.ask("ann", bob, "count", null)) if (++n === 500) break;
  console.log("answers", (performance.now() - t) / 500, "ms each");
  t = performance.now();
  const asks = await Promise.allSettled(
    Array.from({ length: 60 }, async () => {
      for await (const m of near.ask("ann", bob, "count", null)) return m.content;
    }),
  );
  console.log(
    "60 asks",
    performance.now() - t,
    asks.filter((a) => a.status === "fulfilled").length,
    new Set(asks.map((a) => (a.status === "rejected" ? String(a.reason) : ""))),
  );
  const hanging = near.ask("ann", bob, "count", null);
  await hanging.next();
  t = performance.now();
  await here.stop();
  console.log("peer stop", performance.now() - t);
  t = performance.now();
  await there.stop();
  console.log("other stop", performance.now() - t);
  await stack.disposeAsync();
});
