import { decodeAskAnswer, decodeAskRequest, encodeAskAnswer } from "@action-collective/protocol";
import type { Stream } from "@libp2p/interface";
import { lpStream } from "@libp2p/utils";
import { expect, test } from "vitest";
import { bundleOf, publicationOf } from "../../helpers/records.ts";
import { until } from "../../helpers/until.ts";
import { strangeHost, whereaboutsOf } from "../network/ask/ask-fixture.ts";
import { FindingPeer } from "./remote-fixture.ts";

const halving = bundleOf({
  name: "halve",
  description: "Halves a number.",
  useWhen: ["split an amount in two"],
});
const doubling = bundleOf();
const QUERY = { query: "halve a number", limit: 5 };

async function meet(one: FindingPeer, other: { id: string; addresses: readonly string[] }): Promise<void> {
  await one.network.dial(other.addresses[0] ?? "", AbortSignal.timeout(15_000));
  await until(() => one.network.neighbours().includes(other.id), { what: "a neighbour to ask" });
}

const placeOf = ({ network }: FindingPeer) => ({ id: network.peerId, addresses: network.addresses() });
const namesOf = (peer: FindingPeer, hits: readonly { id: string }[]) =>
  hits.map(({ id }) => peer.catalogue.actions.get(id as never)?.manifest.name);

test("what a peer never heard of is found by asking, from whichever neighbour has it, and stays", async () => {
  await using asker = await FindingPeer.start(1);
  await using holder = await FindingPeer.start(2);
  await using other = await FindingPeer.start(3);
  holder.learn(halving, 7);
  other.learn(doubling, 7);
  for (const neighbour of [holder, other]) await meet(asker, placeOf(neighbour));

  const { hits, asked, weak } = await asker.finder.find(QUERY);
  expect(namesOf(asker, hits)[0]).toBe("halve");
  expect(asked).toMatchObject({ peers: 2 });
  expect(asked?.new).toBeGreaterThanOrEqual(1);
  expect(weak).toBe(false);
  expect(asker.catalogue.actions.get(halving.id)).toMatchObject({ standing: "pending", origin: "network" });

  // Now it is this peer's own, and it can hand it on in its turn.
  const again = await asker.finder.find(QUERY);
  expect(again).toMatchObject({ asked: null, weak: false });
  await using third = await FindingPeer.start(4);
  await meet(third, placeOf(asker));
  expect(namesOf(third, (await third.finder.find(QUERY)).hits)[0]).toBe("halve");
  expect(asker.network.stats().ask.served).toBe(1);
});

test("a question is never passed on: a neighbour's neighbour hears nothing of it", async () => {
  await using asker = await FindingPeer.start(1);
  await using between = await FindingPeer.start(2);
  await using holder = await FindingPeer.start(3);
  holder.learn(halving, 7);
  await meet(between, placeOf(holder));
  await meet(asker, placeOf(between));
  const { hits, asked, weak } = await asker.finder.find(QUERY);
  expect({ hits, asked, weak }).toEqual({ hits: [], asked: { peers: 1, new: 0 }, weak: true });
  expect(between.network.stats().ask.served).toBe(1);
  expect(holder.network.stats().ask.served).toBe(0);
});

test("with asking off nobody hears of the query, unless the caller wants it for this one", async () => {
  await using asker = await FindingPeer.start(1, { askPeers: "off", askBelow: 0.45 });
  await using holder = await FindingPeer.start(2);
  holder.learn(halving, 7);
  await meet(asker, placeOf(holder));
  expect(await asker.finder.find(QUERY)).toEqual({ hits: [], asked: null, weak: true });
  expect(holder.network.stats().ask.served).toBe(0);
  const { hits, asked } = await asker.finder.find({ ...QUERY, ask: true });
  expect(namesOf(asker, hits)).toEqual(["halve"]);
  expect(asked).toEqual({ peers: 1, new: 1 });
});

test("filters go with the question and hold for what comes back", async () => {
  await using asker = await FindingPeer.start(1);
  await using holder = await FindingPeer.start(2);
  holder.learn(halving, 7);
  holder.learn(
    bundleOf({ name: "halveOnline", description: "Halves a number.", permissions: { net: ["a.example"] } }),
    7,
  );
  holder.learn(bundleOf({ name: "halveTagged", description: "Halves a number.", tags: ["maths"] }), 7);
  await meet(asker, placeOf(holder));
  const tagged = await asker.finder.find({ ...QUERY, collapse: false, filters: { tags: ["maths"] } });
  expect(namesOf(asker, tagged.hits)).toEqual(["halveTagged"]);
  expect(tagged.asked).toEqual({ peers: 1, new: 1 });
  const pure = await asker.finder.find({
    ...QUERY,
    collapse: false,
    ask: true,
    filters: { permissions: [] },
  });
  expect(namesOf(asker, pure.hits).sort()).toEqual(["halve", "halveTagged"]);
  // Only what passed here is wanted, and nothing that is new here has.
  expect(
    await asker.finder.find({ query: "anything else", limit: 5, filters: { verified: true } }),
  ).toMatchObject({
    asked: null,
  });
});

/** A host that answers every question with the same records, whatever they are. */
function answering(...records: Uint8Array[]) {
  return strangeHost(async (stream: Stream) => {
    const frames = lpStream(stream);
    decodeAskRequest((await frames.read()).subarray());
    await frames.write(encodeAskAnswer({ kind: "records", records }));
  });
}

test("a tampered record is refused and its sender left alone; an honest neighbour beside it is heard", async () => {
  const tampered = Uint8Array.from(publicationOf(halving, 7).bytes);
  tampered[tampered.length - 1] = (tampered.at(-1) ?? 0) ^ 1;
  expect(decodeAskAnswer(encodeAskAnswer({ kind: "records", records: [tampered] }))).toBeDefined();
  await using asker = await FindingPeer.start(1);
  await using liar = await answering(tampered);
  await meet(asker, whereaboutsOf(liar));
  expect(await asker.finder.find(QUERY)).toEqual({ hits: [], asked: { peers: 1, new: 0 }, weak: true });
  expect(asker.catalogue.records.count()).toBe(0);
  expect(asker.logged.filter((line) => line.startsWith("warn"))).toEqual([
    "warn a neighbour's answer was not honest; not asking it for a while",
  ]);
  expect((await asker.finder.find({ query: "halve something", limit: 5, ask: true })).asked).toBeNull();

  await using holder = await FindingPeer.start(2);
  holder.learn(halving, 7);
  await meet(asker, placeOf(holder));
  const { hits, asked } = await asker.finder.find({ ...QUERY, ask: true });
  expect(asked).toEqual({ peers: 1, new: 1 });
  expect(namesOf(asker, hits)).toEqual(["halve"]);
});

test("true records that have nothing to do with the question cost little: a bounded few, and soon nobody asks for more", async () => {
  const unrelated = Array.from({ length: 16 }, (_, index) =>
    publicationOf(bundleOf({ name: `unrelated${index}`, description: `Paints fence ${index} blue.` }), 7),
  );
  await using asker = await FindingPeer.start(1);
  await using pusher = await answering(...unrelated.map(({ bytes }) => bytes));
  await meet(asker, whereaboutsOf(pusher));
  const words = ["halve a number", "reverse strings", "convert temperatures", "parse dates", "sort lists"];
  const asked: (number | null)[] = [];
  for (const query of words) asked.push((await asker.finder.find({ query, limit: 3 })).asked?.peers ?? null);
  expect(asker.catalogue.records.count()).toBe(3);
  expect(asked).toEqual([1, 1, 1, null, null]);
});

test("a peer that stops in the middle of asking stops cleanly", async () => {
  await using asker = await FindingPeer.start(1);
  await using silent = await strangeHost(() => new Promise(() => undefined));
  await meet(asker, whereaboutsOf(silent));
  const finding = asker.finder.find(QUERY).then(
    ({ asked }) => asked,
    (error: Error) => error.name,
  );
  await until(() => asker.network.stats().ask.asked === 1, { what: "the question", everyMs: 1 });
  const began = performance.now();
  await asker.stop();
  expect(performance.now() - began).toBeLessThan(4_000);
  expect(await finding).toEqual({ peers: 1, new: 0 });
  expect(asker.logged.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
});
