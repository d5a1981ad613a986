import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleOf, peerOf, publicationOf, recordOf, verdictBodyOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { PolicyPeer } from "./policy-peer.ts";

const BLOCKED = 31;
const HONEST = 32;
const bad = bundleOf({ name: "unwanted", code: "export default () => 1;\n" });
const good = bundleOf({ name: "wanted", code: "export default () => 2;\n" });
const now = Date.now() - 60_000;
const published = (bundle: typeof bad, author: number) => publicationOf(bundle, author, 1, now);
const PATIENCE = { timeoutMs: 40_000 };

/** A knows both actions and gives them; B is new. */
async function two() {
  const stack = new AsyncDisposableStack();
  const open = async (number: number) =>
    stack.use(await PolicyPeer.open(number, stack.use(await temporaryFolder())));
  const a = await open(41);
  const b = await open(42);
  await a.holds(bad, published(bad, BLOCKED));
  await a.holds(good, published(good, HONEST));
  return { a, b, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test("before anything is blocked, records and blocks go from one peer to the other", {
  timeout: 90_000,
}, async () => {
  await using peers = await two();
  const { a, b } = peers;
  await b.connect(a);
  await until(() => b.has(published(bad, BLOCKED)) && b.has(published(good, HONEST)), {
    what: "both records",
    ...PATIENCE,
  });
  expect(await a.gives(b, bad)).toBe(true);
  expect(await a.gives(b, good)).toBe(true);
});

test("who is blocked at one peer is not passed on by it: neither records nor blocks, until the block is lifted", {
  timeout: 120_000,
}, async () => {
  await using peers = await two();
  const { a, b } = peers;
  const all = a.catalogue.records.live.set.size;
  await a.desk.change({ blockedPeers: [peerOf(BLOCKED)] });
  expect(a.catalogue.records.live.set.size).toBe(all - 1);
  await b.connect(a);
  await until(() => b.has(published(good, HONEST)), { what: "the honest record", ...PATIENCE });
  // What comes by gossip goes no further either.
  const later = recordOf("verdict", good, BLOCKED, verdictBodyOf("pass"), 1, now);
  expect(a.intake.receive(later.bytes, "test", "gossip")).toBe("unwanted");
  expect(await a.gives(b, good)).toBe(true);
  expect(await a.gives(b, bad)).toBe(false);
  expect(b.has(published(bad, BLOCKED))).toBe(false);
  expect(a.has(later)).toBe(false);
  // Its blocks leave the disk; what is known of it stays.
  await until(async () => !(await a.bundles.has(bad)), { what: "the blocks to go", ...PATIENCE });
  expect(await a.bundles.has(good)).toBe(true);
  expect(a.has(published(bad, BLOCKED))).toBe(true);

  await a.desk.change({ blockedPeers: null });
  expect(a.catalogue.records.live.set.size).toBe(all);
  await until(() => b.has(published(bad, BLOCKED)), { what: "the record after all", ...PATIENCE });
});

test("a blocked action is not served although its block lies on the disk, and comes in from nobody", {
  timeout: 120_000,
}, async () => {
  await using peers = await two();
  const { a, b } = peers;
  // One's own stays on disk: so that what is shown is the serving and not the dropping.
  const own = bundleOf({ name: "own", code: "export default () => 3;\n" });
  const mine = published(own, 41);
  a.intake.own(mine);
  await a.bundles.put(own);
  await b.connect(a);
  expect(await a.gives(b, own)).toBe(true);
  await a.desk.change({ blockedActions: [own.id] });
  expect(await a.gives(b, own)).toBe(false);
  expect(await a.bundles.has(own)).toBe(true);
  // One's own statement stays said.
  await until(() => b.has(mine), { what: "the peer's own record", ...PATIENCE });

  await b.desk.change({ blockedActions: [bad.id] });
  const again = publicationOf(bad, 33, 1, now);
  expect(b.intake.receive(again.bytes, "test", "gossip")).toBe("unwanted");
  expect(b.intake.receive(again.bytes, "test", "sync")).toBe("unwanted");
  expect(b.has(again)).toBe(false);
  const word = recordOf("verdict", bad, HONEST, verdictBodyOf("fail"), 1, now);
  expect(b.intake.receive(word.bytes, "test", "sync")).toBe("new");
});

test("a rule of taste keeps blocks from others and records in the catalogue", {
  timeout: 120_000,
}, async () => {
  await using peers = await two();
  const { a, b } = peers;
  await a.desk.change({ licences: ["0BSD"] });
  await b.connect(a);
  await until(() => b.has(published(good, HONEST)), { what: "the record all the same", ...PATIENCE });
  expect(await a.gives(b, good)).toBe(false);
  const fresh = bundleOf({ name: "fresh" });
  expect(a.intake.receive(published(fresh, HONEST).bytes, "test", "gossip")).toBe("new");
  expect(a.catalogue.actions.get(fresh.id)?.standing).toBe("pending");
});

test("what was blocked while the peer did not run is out of sight from the start on", {
  timeout: 120_000,
}, async () => {
  await using folder = await temporaryFolder();
  const keeping = { path: folder.path, [Symbol.asyncDispose]: async () => undefined };
  {
    await using a = await PolicyPeer.open(41, keeping);
    await a.holds(bad, published(bad, BLOCKED));
    await a.holds(good, published(good, HONEST));
    await a.desk.change({ blockedPeers: [peerOf(BLOCKED)] });
  }
  expect(await readdir(folder.path)).toContain("policy.json");
  await using again = await PolicyPeer.open(41, keeping);
  expect(again.catalogue.records.live.set.size).toBe(1);
  expect(again.catalogue.records.count()).toBe(2);
  await until(async () => !(await again.bundles.has(bad)), { what: "the blocks to go", ...PATIENCE });
  expect(await readdir(join(folder.path, "blocks"))).not.toHaveLength(0);
});

test("in a line of three, the one in the middle relays by gossip what it wants, and nothing else", {
  timeout: 120_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const open = async (number: number, listens: boolean) =>
    stack.use(await PolicyPeer.open(number, stack.use(await temporaryFolder()), { listens }));
  // The ends of the line do not listen: else they meet each other in time.
  const [left, middle, right] = [await open(51, false), await open(52, true), await open(53, false)];
  await middle.desk.change({ blockedPeers: [peerOf(BLOCKED)], blockedActions: [bad.id] });
  await left.connect(middle);
  await right.connect(middle);
  const fromBlocked = published(good, BLOCKED);
  const ofBlocked = published(bad, HONEST);
  const welcome = published(good, HONEST);
  for (const record of [fromBlocked, ofBlocked, welcome]) {
    expect(left.intake.receive(record.bytes, "test", "sync")).toBe("new");
    await left.network.publish(record.bytes);
  }
  await until(() => right.has(welcome), { what: "the record that is welcome", ...PATIENCE });
  // It came last: what went before it on the same way would be here.
  expect([middle.has(fromBlocked), middle.has(ofBlocked)]).toEqual([false, false]);
  expect([right.has(fromBlocked), right.has(ofBlocked)]).toEqual([false, false]);
  expect(middle.network.stats().gossip.ignored).toBeGreaterThanOrEqual(2);
});
