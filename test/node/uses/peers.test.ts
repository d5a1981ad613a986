import { type ActionId, buildBundle, definitionSchema } from "@action-collective/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makingHandlers } from "../../../node/src/api/making-handlers.ts";
import type { Peer } from "../../../node/src/peer.ts";
import { peerInProcess } from "../../helpers/peer-in-process.ts";
import { until } from "../../helpers/until.ts";
import { definitionOf } from "./using.ts";

const stack = new AsyncDisposableStack();
let author: Peer;
let user: Peer;

beforeAll(async () => {
  [author, user] = [await peerInProcess(stack, 1), await peerInProcess(stack, 2)];
  await user.network.dial(author.network.addresses()[0] ?? "", AbortSignal.timeout(20_000));
}, 60_000);
afterAll(() => stack.disposeAsync(), 60_000);

const signal = () => AbortSignal.timeout(60_000);
const failing = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);
const standing = (peer: Peer, id: ActionId) => peer.catalogue.actions.standing(id);
const proved = (id: ActionId) =>
  until(() => standing(user, id) === "passed", { what: "a verdict of one's own", timeoutMs: 60_000 });

const NUMBER = { type: "number" };
/** Adds `n` by calling the one that adds one less, or by itself. */
const adding = (n: number, uses?: ActionId, rest = {}) =>
  definitionOf(
    `adding${n}`,
    uses === undefined
      ? `export default (x) => x + ${n};`
      : `export default async (x, { call }) => (await call("${uses}", x)) + 1;`,
    {
      ...{ input: NUMBER, output: NUMBER, cases: [0, 1, 2].map((x) => ({ input: x, output: x + n })) },
      ...(uses === undefined ? {} : { uses: [uses] }),
      ...rest,
    },
  );

/** Proves it here, and tells nobody. */
async function keep(definition: ReturnType<typeof adding>): Promise<ActionId> {
  const examined = await author.publisher.examine(definition, signal());
  expect(examined.report).toMatchObject({ outcome: "pass" });
  await author.publisher.keep(examined);
  return examined.bundle.id;
}

/** As the local API answers. */
const prove = (definition: ReturnType<typeof adding>) =>
  makingHandlers(author).prove({
    ...{ ref: "", body: { definition: definitionSchema.parse(definition), keep: false } },
    ...{ signal: signal(), caller: "user" as const },
  });

test("what an action uses is published with it, proved by others before it, fetched from peers, and run with it", async () => {
  // As the starter library brings it: pending, and published by nobody.
  const zero = buildBundle(adding(0));
  await author.bundles.put(zero);
  author.catalogue.actions.add(zero, "library", Date.now());
  const one = await keep(adding(1, zero.id));
  expect(standing(author, zero.id)).toBe("passed");
  expect(author.catalogue.actions.get(one)).toMatchObject({ origin: "local", standing: "passed" });

  expect(await prove(adding(2, one))).toMatchObject({
    ...{ kept: false, verification: { outcome: "pass" } },
    publishesAlong: [
      { id: zero.id, name: "adding0" },
      { id: one, name: "adding1" },
    ],
  });
  const two = await author.publisher.publish(adding(2, one), signal());
  expect(two).toMatchObject({ fresh: true, alsoPublished: [zero.id, one], report: { outcome: "pass" } });
  for (const id of [zero.id, one]) {
    expect(author.catalogue.actions.get(id)).toMatchObject({ origin: "network" });
    expect(author.ownPublications.get(id)).toBeDefined();
  }
  // Once they are public, nothing is left to publish for the next.
  expect(await prove(adding(2, one))).not.toHaveProperty("publishesAlong");
  expect(await author.publisher.publish(adding(2, one), signal())).toMatchObject({ alsoPublished: [] });

  await proved(two.id);
  expect([zero.id, one].map((id) => standing(user, id))).toEqual(["passed", "passed"]);
  expect(await user.runner.run(two.id, 40, { signal: signal(), caller: "user" })).toMatchObject({
    ...{ output: 42, name: "adding2", granted: { net: [], secrets: [] } },
  });
  // The peers' sandboxes hold nothing of it afterwards.
  await until(() => author.sandbox.alive + user.sandbox.alive === 0, { what: "no process" });
}, 120_000);

test("what may not leave this machine does not leave it with what uses it, and both are told so before", async () => {
  const key = "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";
  const secretive = await keep(definitionOf("secretive", `const key = "${key}"; export default (x) => x;`));
  const innocent = definitionOf("innocent", `export default (x, { call }) => call("${secretive}", x);`, {
    uses: [secretive],
  });
  const why = expect.stringContaining("it uses secretive, which may not leave this machine: ");
  expect(await prove(innocent)).toMatchObject({ verification: { outcome: "pass" }, unpublishable: why });
  expect(await failing(author.publisher.publish(innocent, signal()))).toMatchObject({
    ...{ code: "refused-by-policy", message: why },
  });
  expect(author.catalogue.actions.get(secretive)).toMatchObject({ origin: "local" });
  expect(author.ownPublications.get(secretive)).toBeUndefined();
});

test("an action that asks for a host is proved by what its cases say of the network, and asks before it runs", async () => {
  const url = "https://rates.example.org/latest";
  const { id } = await author.publisher.publish(
    definitionOf(
      "latestRate",
      `export default async (name) => (await (await fetch("${url}")).json())[name] ?? "none";`,
      {
        permissions: { net: ["rates.example.org"] },
        cases: ["USD", "GBP", "XXX"].map((name) => ({
          ...{ input: name, output: { USD: 1.1, GBP: 0.8 }[name] ?? "none" },
          fetches: [{ url, body: { json: { USD: 1.1, GBP: 0.8 } } }],
        })),
      },
    ),
    signal(),
  );
  await proved(id);
  expect(user.catalogue.actions.report(id)).toMatchObject({ permissionsObserved: ["net: fetch"] });
  expect(await failing(user.runner.run(id, "USD", { signal: signal(), caller: "user" }))).toMatchObject({
    code: "approval-needed",
  });
}, 120_000);

test("what speaks against an action speaks against those that use it, by its name", async () => {
  const base = await author.publisher.publish(adding(10), signal());
  const top = await author.publisher.publish(adding(11, base.id), signal());
  await proved(top.id);
  expect(await user.runner.gate(top.id)).toMatchObject({ decision: "runs" });
  await user.policy.change({ add: { blockedActions: [base.id] } });
  expect(await user.runner.gate(top.id)).toMatchObject({
    ...{ decision: "refused", why: expect.stringContaining("it uses adding10, and of that: ") },
  });
  expect(
    await failing(user.runner.run(top.id, 1, { signal: signal(), caller: "user", yes: "once" })),
  ).toMatchObject({
    ...{ code: "refused-by-policy", message: expect.stringContaining("adding10") },
  });
  await user.policy.change({ remove: { blockedActions: [base.id] } });
  expect(await user.runner.run(top.id, 1, { signal: signal(), caller: "user" })).toMatchObject({
    output: 12,
  });
}, 120_000);

test("what nobody here knows yet leaves the verdict open, and it comes once it is known", async () => {
  const quiet = await keep(adding(20));
  const definition = adding(21, quiet);
  const { report } = await user.publisher.examine(definition, signal());
  expect(report).toMatchObject({
    ...{ outcome: "unknown", code: "used-action-unproved", reason: expect.stringContaining(quiet) },
  });
  expect(await failing(user.publisher.publish(definition, signal()))).toMatchObject({
    code: "verification-unknown",
  });
  const { id } = await author.publisher.publish(definition, signal());
  await proved(id);
}, 120_000);

test("an action whose used one fails here fails too, and one that asks for less than what it uses", async () => {
  const broken = definitionOf("broken", "export default () => 1;", { tags: ["broken"] });
  const { bundle } = await author.publisher.examine(broken, signal());
  author.catalogue.actions.add(bundle, "local", Date.now());
  await author.bundles.put(bundle);
  const caller = definitionOf("caller", `export default (x, { call }) => call("${bundle.id}", x);`, {
    uses: [bundle.id],
  });
  // It is pending still: it is proved for the sake of the one that uses it.
  expect((await author.publisher.examine(caller, signal())).report).toMatchObject({
    ...{ outcome: "fail", code: "used-action-failed", cases: [] },
    reason: expect.stringMatching(/^used-action-failed: broken: case-failed/),
  });
  expect(standing(author, bundle.id)).toBe("failed");
  expect(await failing(author.publisher.publish(caller, signal()))).toMatchObject({
    ...{ code: "verification-failed", message: expect.stringContaining("used-action-failed") },
  });

  const wishful = await keep(
    definitionOf("wishful", "export default (x) => x;", { permissions: { net: ["a.org"] } }),
  );
  const modest = definitionOf("modest", "export default (x) => x;", { uses: [wishful] });
  expect((await author.publisher.examine(modest, signal())).report).toMatchObject({
    ...{ outcome: "fail", code: "uses-too-much" },
    reason: "uses-too-much: wishful, which it uses, asks for a.org, and it does not",
  });
}, 120_000);
