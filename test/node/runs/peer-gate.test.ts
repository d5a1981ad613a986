import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionId } from "@action-collective/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Peer } from "../../../node/src/peer.ts";
import { peerInProcess } from "../../helpers/peer-in-process.ts";
import { until } from "../../helpers/until.ts";
import { moodyDefinition } from "./running-peer.ts";

const stack = new AsyncDisposableStack();
let author: Peer;
let user: Peer;

beforeAll(async () => {
  [author, user] = [await peerInProcess(stack, 1), await peerInProcess(stack, 2)];
  await user.network.dial(author.network.addresses()[0] ?? "", AbortSignal.timeout(20_000));
}, 60_000);
afterAll(() => stack.disposeAsync(), 60_000);

const signal = () => AbortSignal.timeout(60_000);
const failing = (run: Promise<unknown>) => run.then(() => undefined).catch((error: unknown) => error);
const run = (id: ActionId, yes?: "once" | "always") =>
  user.runner.run(id, { mood: "good" }, { signal: signal(), caller: "user", yes });
const heardOf = (id: ActionId) =>
  until(() => user.catalogue.actions.standing(id) === "passed", {
    what: "a verdict of one's own",
    timeoutMs: 60_000,
  });
const offered = async (query: string) =>
  (await user.finder.find({ query, limit: 5, filters: {}, signal: signal() })).map(({ id }) => id);

test("what others publish runs when it is pure, asks when it wants a host, and is refused when it is blocked", async () => {
  const pure = await author.publisher.publish(moodyDefinition({ name: "moody" }), signal());
  const wishful = await author.publisher.publish(
    // No name server is asked for it, and nothing leaves this machine.
    moodyDefinition({ name: "wishful", permissions: { net: ["localhost:9"] } }),
    signal(),
  );
  await heardOf(pure.id);
  await heardOf(wishful.id);
  expect(await run(pure.id)).toMatchObject({ output: "good" });
  expect(await user.runner.gate(wishful.id)).toMatchObject({
    decision: "asks",
    why: expect.stringContaining("localhost:9"),
  });
  expect(await failing(run(wishful.id))).toMatchObject({ code: "approval-needed" });
  expect(await failing(run(wishful.id, "once"))).toMatchObject({
    code: "refused-by-policy",
    message: expect.stringContaining("an address of this machine"),
  });

  await user.policy.change({ blockedActions: [pure.id] });
  expect(await failing(run(pure.id, "always"))).toMatchObject({ code: "refused-by-policy" });
  expect(await user.runner.gate(pure.id)).toMatchObject({ decision: "refused" });
  await user.policy.change({ blockedActions: null });
  expect(await run(pure.id)).toMatchObject({ output: "good" });
}, 120_000);

test("what its author takes back is offered no more and asks, and counts again when it is published again", async () => {
  const { id } = await author.publisher.publish(
    moodyDefinition({ name: "fickle", description: "Fickle about everything." }),
    signal(),
  );
  await heardOf(id);
  expect(await offered("fickle")).toContain(id);

  await author.withdrawer.withdraw(id, "it was a mistake");
  expect(await failing(author.withdrawer.withdraw(id, ""))).toMatchObject({ code: "not-published-here" });
  await until(() => user.reputation.withdrawn(id), { what: "the withdrawal", timeoutMs: 60_000 });
  expect(await offered("fickle")).not.toContain(id);
  expect(await failing(run(id))).toMatchObject({
    code: "approval-needed",
    message: expect.stringContaining("took it back"),
  });
  expect(await run(id, "always")).toMatchObject({ output: "good" });
  // The user's yes is written down, and outlives the peer.
  const written = JSON.parse(await readFile(join(user.settings.home, "policy.json"), "utf8"));
  expect(written).toMatchObject({ approved: [id] });
  expect(await run(id)).toMatchObject({ output: "good" });
  await user.policy.change({ approved: null });

  const again = await author.publisher.publish(
    moodyDefinition({ name: "fickle", description: "Fickle about everything." }),
    signal(),
  );
  expect(again).toMatchObject({ id, fresh: true });
  await until(() => !user.reputation.withdrawn(id), { what: "the new publication", timeoutMs: 60_000 });
  expect(await run(id)).toMatchObject({ output: "good" });
  expect(await offered("fickle")).toContain(id);
}, 180_000);
