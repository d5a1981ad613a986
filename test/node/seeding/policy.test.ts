import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { until } from "../../helpers/until.ts";
import { TestPeers } from "../network/fixture.ts";
import { bulky, look, openSeedingPeer, passed, publishedBy, ran, type SeedPolicy } from "./fixture.ts";

/** A policy that refuses what a test names, for good or until there is more evidence. */
function refusing() {
  const rules = new Set<ActionId>();
  const doubts = new Set<ActionId>();
  const policy: SeedPolicy = {
    refusal: (id, stage) => rules.has(id) || (stage === "serve" && doubts.has(id)) || undefined,
  };
  return { rules, doubts, policy };
}

test("what the policy begins to refuse leaves the disk, used or not; the rest and one's own stay", async () => {
  await using peers = new TestPeers();
  const { rules, policy } = refusing();
  const peer = await openSeedingPeer(peers, { policy });
  const [own, used, unused, kept] = ["own", "used", "unused", "kept"].map((name) => bulky(name, 5)) as [
    ReturnType<typeof bulky>,
    ReturnType<typeof bulky>,
    ReturnType<typeof bulky>,
    ReturnType<typeof bulky>,
  ];
  await peer.bundles.put(own);
  peer.known.actions.add(own, "network", 1);
  publishedBy(peer, own, 1);
  for (const bundle of [used, unused, kept]) await passed(peer, bundle);
  ran(peer, used, 5);
  for (const { id } of [own, used, unused]) rules.add(id);
  peer.seeding.start();
  await until(async () => !(await peer.bundles.has(used)) && !(await peer.bundles.has(unused)), {
    what: "what is refused to go",
  });
  expect(peer.known.holdings.holds(used.id)).toBe(false);
  expect(await peer.bundles.has(own)).toBe(true);
  expect(await peer.bundles.has(kept)).toBe(true);

  rules.add(kept.id);
  peer.seeding.policyChanged();
  await until(async () => !(await peer.bundles.has(kept)), { what: "what is refused now to go" });
  await peer.close();
});

test("what passes here is not kept where a rule is against it, and looked at again where evidence is missing", async () => {
  await using peers = new TestPeers();
  const { rules, doubts, policy } = refusing();
  const peer = await openSeedingPeer(peers, { policy });
  const [ruled, doubted] = [bulky("ruled", 5), bulky("doubted", 5)];
  rules.add(ruled.id);
  doubts.add(doubted.id);
  for (const bundle of [ruled, doubted]) await passed(peer, bundle);
  expect(await peer.bundles.has(ruled)).toBe(false);
  expect(peer.known.holdings.holds(doubted.id)).toBe(true);
  await look(peer);
  expect(peer.known.holdings.holds(doubted.id)).toBe(false);
  expect(await peer.bundles.has(doubted)).toBe(false);
  await peer.close();
});

test("what is refused is not fetched back, and is once it is refused no longer", {
  timeout: 60_000,
}, async () => {
  await using peers = new TestPeers();
  const giver = await openSeedingPeer(peers);
  await giver.network.start();
  const bundle = bulky("rare", 5);
  await passed(giver, bundle);
  const { rules, policy } = refusing();
  const peer = await openSeedingPeer(peers, { policy, providers: [giver.network.peerId] });
  await peer.network.start();
  const [address] = giver.network.addresses();
  if (address === undefined) throw new Error("the giver does not listen");
  await peer.network.dial(address, AbortSignal.timeout(15_000));
  await passed(peer, bundle);
  publishedBy(peer, bundle, 2);
  await peer.bundles.drop(bundle.id);
  rules.add(bundle.id);
  const { signal } = new AbortController();
  expect(await peer.seeding.fetchBack(signal)).toBe(0);
  expect(peer.known.holdings.holds(bundle.id)).toBe(false);
  rules.clear();
  await until(async () => (await peer.seeding.fetchBack(signal)) === 1, { what: "it to come back" });
  expect(await peer.bundles.has(bundle)).toBe(true);
  await peer.close();
  await giver.close();
});
