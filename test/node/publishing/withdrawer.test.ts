import { createVerifier, openRecord } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { NotPublishedHereError } from "../../../node/src/publishing/errors.ts";
import { Withdrawer } from "../../../node/src/publishing/withdrawer.ts";
import { bundleOf, NETWORK, publicationOf } from "../../helpers/records.ts";
import { type SpeakingPeer, speakingPeer } from "./speaking-peer.ts";

const bundle = bundleOf();
const other = bundleOf({ name: "triple" });
const BLOCKS = [
  { block: "manifest", bytes: 10 },
  { block: "code", bytes: 20 },
];

function withdrawing(
  peer: SpeakingPeer,
  unprovide: (block: string) => Promise<void> = async () => undefined,
) {
  const failures: string[] = [];
  const withdrawer = new Withdrawer({ ...peer, unprovide, log: (message) => failures.push(message) });
  const publish = () => {
    peer.catalogue.transaction(() => peer.catalogue.holdings.hold(bundle.id, BLOCKS, "always", 1));
    return peer.announcer.store("publication", bundle.id, { manifest: bundle.bytes });
  };
  return { withdrawer, publish, failures };
}

test("what is taken back counts no more, here and wherever the withdrawal arrives", async () => {
  using peer = speakingPeer(1);
  using neighbour = speakingPeer(2);
  const { withdrawer, publish } = withdrawing(peer);
  const publication = publish();
  neighbour.intake.receive(publication.bytes, peer.id, "gossip");
  expect(neighbour.testimony.publishers(bundle.id)).toEqual([peer.id]);

  expect(await withdrawer.withdraw(bundle.id, "it rounds wrongly")).toEqual({ recipients: 1 });
  const [said = new Uint8Array()] = peer.said;
  expect(openRecord(said, createVerifier(), NETWORK)).toMatchObject({
    kind: "withdrawal",
    subject: bundle.id,
    body: { upTo: publication.revision, reason: "it rounds wrongly" },
  });
  expect(neighbour.intake.receive(said, peer.id, "gossip")).toBe("new");
  for (const { testimony } of [peer, neighbour]) expect(testimony.publishers(bundle.id)).toEqual([]);
  expect(peer.own.get(bundle.id)).toBeUndefined();
  expect(peer.announcer.has("publication", bundle.id)).toBe(false);
  // Still known, and nothing of it lost.
  expect(peer.catalogue.actions.get(bundle.id)?.manifest.name).toBe("double");
});

test("publishing it again counts again, everywhere, even within the same millisecond", async () => {
  using peer = speakingPeer(1);
  using neighbour = speakingPeer(2);
  const { withdrawer, publish } = withdrawing(peer);
  publish();
  await withdrawer.withdraw(bundle.id, "");
  const again = publish();
  expect(peer.announcer.has("publication", bundle.id)).toBe(true);
  expect(peer.own.get(bundle.id)?.revision).toBe(again.revision);
  for (const bytes of [...peer.said, again.bytes]) neighbour.intake.receive(bytes, peer.id, "sync");
  for (const { testimony } of [peer, neighbour]) expect(testimony.publishers(bundle.id)).toEqual([peer.id]);

  await withdrawer.withdraw(bundle.id, "");
  expect(peer.testimony.publishers(bundle.id)).toEqual([]);
});

test("a publication after a withdrawal that only the network remembers counts", async () => {
  using before = speakingPeer(1);
  before.time.now += 5_000;
  const lost = withdrawing(before);
  lost.publish();
  await lost.withdrawer.withdraw(bundle.id, "");
  // The same key from an old copy, with a clock that is behind: of what it said only the withdrawal came back.
  using restored = speakingPeer(1);
  for (const bytes of before.said) restored.intake.receive(bytes, "x", "sync");
  withdrawing(restored).publish();
  expect(restored.testimony.publishers(bundle.id)).toEqual([restored.id]);
});

test("only what this peer publishes can be taken back by it", async () => {
  using peer = speakingPeer(1);
  const { withdrawer, publish } = withdrawing(peer);
  peer.intake.receive(publicationOf(other, 7).bytes, "x", "gossip");
  const refused = await withdrawer.withdraw(other.id, "").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NotPublishedHereError);
  expect(refused).toMatchObject({
    code: "not-published-here",
    message: expect.stringContaining("does not publish"),
  });
  expect(peer.testimony.publishers(other.id)).toHaveLength(1);

  publish();
  await withdrawer.withdraw(bundle.id, "");
  await expect(withdrawer.withdraw(bundle.id, "")).rejects.toThrow("took");
  expect(peer.said).toHaveLength(1);
});

test("a reason that others could not be shown is refused before anything is signed", async () => {
  using peer = speakingPeer(1);
  const { withdrawer, publish } = withdrawing(peer);
  publish();
  for (const reason of ["two\nlines", "x".repeat(201), "turned \u202e around"])
    await expect(withdrawer.withdraw(bundle.id, reason)).rejects.toMatchObject({ code: "unsafe-text" });
  expect(peer.testimony.publishers(bundle.id)).toEqual([peer.id]);
  expect(peer.said).toEqual([]);
});

test("its blocks stay as a stranger's do, and are announced no more, but for those that something else needs", async () => {
  using peer = speakingPeer(1);
  const concealed: string[] = [];
  const { withdrawer, publish } = withdrawing(peer, async (block) => void concealed.push(block));
  publish();
  const shared = [{ block: "code", bytes: 20 }];
  peer.catalogue.transaction(() => peer.catalogue.holdings.hold(other.id, shared, "while-worth-it", 1));
  await withdrawer.withdraw(bundle.id, "");
  expect(concealed).toEqual(["manifest"]);
  expect(peer.catalogue.holdings.holds(bundle.id)).toBe(true);
  expect(peer.catalogue.holdings.isKept(bundle.id)).toBe(false);
  expect(peer.catalogue.holdings.totals()).toMatchObject({ bytes: 30, kept: 0 });
});

test("an action of the starter library stays one, whoever took it back", async () => {
  using peer = speakingPeer(1);
  const concealed: string[] = [];
  const { withdrawer, publish } = withdrawing(peer, async (block) => void concealed.push(block));
  peer.catalogue.actions.add(bundle, "library", 1);
  publish();
  await withdrawer.withdraw(bundle.id, "");
  expect(peer.testimony.publishers(bundle.id)).toEqual([]);
  expect(peer.catalogue.holdings.isKept(bundle.id)).toBe(true);
  expect(concealed).toEqual([]);
});

test("it is taken back although the DHT cannot be told", async () => {
  using peer = speakingPeer(1);
  const { withdrawer, publish, failures } = withdrawing(peer, () => Promise.reject(new Error("no DHT")));
  publish();
  await withdrawer.withdraw(bundle.id, "");
  expect(peer.testimony.publishers(bundle.id)).toEqual([]);
  expect(failures).toEqual(BLOCKS.map(() => expect.stringContaining("no DHT")));
});
