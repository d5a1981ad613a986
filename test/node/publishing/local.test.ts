import { type ActionId, buildBundle, limits } from "@action-collective/protocol";
import { afterAll, expect, test } from "vitest";
import { Peer } from "../../../node/src/peer.ts";
import { resolveSettings } from "../../../node/src/settings.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { definitionOf } from "../uses/using.ts";

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync(), 60_000);

const FLAGS = {
  ...{ reach: "loopback", port: "0", bootstrap: ["none"], library: false, prestarted: "0", workers: "1" },
  ...{ syncIntervalMs: "300", feedbackIntervalMs: "200", quietLoad: "1000", askPeers: "always" },
};

async function start(number: number, home: string): Promise<Peer> {
  const settings = resolveSettings({ home, flags: FLAGS, env: {}, config: undefined, cores: 2 });
  const seed = new Uint8Array(32).fill(number);
  const peer = await Peer.open({ settings, seed, clock: Date.now, log: () => undefined });
  stack.defer(() => peer.stop());
  await peer.start();
  return peer;
}

const signal = (ms = 60_000) => AbortSignal.timeout(ms);
const meet = (one: Peer, other: Peer) => one.network.dial(other.network.addresses()[0] ?? "", signal());

test("what is kept here is told and given to nobody, survives a restart, and is public once it is published", async () => {
  const [homeA, homeB] = [stack.use(await temporaryFolder()), stack.use(await temporaryFolder())];
  const [first, other] = await Promise.all([start(1, homeA.path), start(2, homeB.path)]);
  await meet(other, first);

  const definition = definitionOf("secretRecipe", "export default (x) => x + 1;", {
    cases: [1, 2, 3].map((input) => ({ input, output: input + 1 })),
  });
  const bundle = buildBundle(definition);
  const { id } = bundle;
  const examined = await first.publisher.examine(definition, signal());
  await first.publisher.keep(examined);
  expect(first.catalogue.actions.get(id)).toMatchObject({ origin: "local", standing: "passed" });
  expect(await first.runner.run(id, 1, { signal: signal(), caller: "user" })).toMatchObject({ output: 2 });
  const found = await first.finder.find({ query: "secret recipe", limit: 5, signal: signal() });
  expect(found.map((hit) => hit.id)).toEqual([id]);

  // What is published after it went the whole way; so all that was to be told of it would be there too.
  const arrived = (peer: Peer, which: ActionId) =>
    until(() => peer.catalogue.actions.standing(which) === "passed", { what: which, timeoutMs: 60_000 });
  const public1 = await first.publisher.publish(
    definitionOf("public1", "export default (x) => x;"),
    signal(),
  );
  await arrived(other, public1.id);
  // By its address, from the very peer that holds it: the way by which what is public comes.
  const code = (of: typeof bundle, from: Peer) =>
    other.network.blocks.fetch(of.manifest.code, {
      ...{ providers: [from.id], maxBytes: limits.codeBytes, signal: signal() },
    });
  await expect(code(bundle, first)).rejects.toMatchObject({ code: "block-unavailable" });
  expect(other.catalogue.actions.get(id)).toBeUndefined();
  const answer = await other.remote.find({ query: "secret recipe", limit: 5, ask: true, signal: signal() });
  expect(answer.hits.map((hit) => hit.id)).not.toContain(id);
  // Nothing was signed of it, its runs included.
  await first.feedback.flush();
  for (const kind of ["publication", "verdict", "feedback"] as const)
    expect(first.catalogue.records.holder(first.id, kind, id)).toBeUndefined();
  await first.stop();

  const again = await start(1, homeA.path);
  await meet(again, other);
  expect(again.catalogue.actions.get(id)).toMatchObject({ origin: "local", standing: "passed" });
  expect(await again.runner.run(id, 41, { signal: signal(), caller: "user" })).toMatchObject({ output: 42 });
  await expect(code(bundle, again)).rejects.toMatchObject({ code: "block-unavailable" });

  const published = await again.publisher.publish(definition, signal());
  expect(published).toMatchObject({ id, fresh: true });
  expect(again.catalogue.actions.get(id)).toMatchObject({ origin: "network" });
  await arrived(other, id);
}, 120_000);
