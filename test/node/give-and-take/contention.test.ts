import { randomBytes } from "node:crypto";
import { limits } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { composeGiveAndTake } from "../../../node/src/give-and-take/compose.ts";
import type { GiveAndTake } from "../../../node/src/give-and-take/give-and-take.ts";
import type { DealingsHandler, Questions } from "../../../node/src/network/options.ts";
import { meet, PATIENT, question, whereabouts } from "../network/ask/ask-fixture.ts";
import { connect, TestCatalogue, type TestPeer, TestPeers, until } from "../network/fixture.ts";

const MIB = 1024 * 1024;
const LONG = Array.from({ length: 7 }, () => new Uint8Array(limits.recordBytes));
const QUIET = { tuning: { degree: 0, syncIntervalMs: 3_600_000, gossipGraceMs: 3_600_000 } };

/** A peer's catalogue whose dealings are counted as a peer counts them; nobody's word counts, only what is given. */
class Dealing extends TestCatalogue {
  readonly giveAndTake: GiveAndTake = composeGiveAndTake({
    catalogue: new Catalogue(":memory:"),
    reputation: {
      ofRater: () => ({ value: 0.5, agreements: 0, disagreements: 0 }),
      vouchedFor: () => 0,
      discredited: () => undefined,
    },
    clock: Date.now,
    log: () => undefined,
  });
  override readonly dealings: DealingsHandler = this.giveAndTake;
  /** Each answer is as long as one may be, so that few use up what there is for a minute. */
  readonly questions: Questions = { answer: async () => LONG };
}

interface DealingPeer extends TestPeer {
  readonly catalogue: Dealing;
}

async function start(peers: TestPeers): Promise<DealingPeer> {
  const catalogue = new Dealing();
  return { ...(await peers.start(QUIET, catalogue)), catalogue };
}

/** Blocks of 1 MiB that only the giver has go to the taker. */
async function give(giver: DealingPeer, taker: DealingPeer, blocks: number): Promise<void> {
  for (let block = 0; block < blocks; block++) {
    const cid = await giver.network.blocks.put(randomBytes(MIB), "raw");
    await taker.network.blocks.fetch(cid, {
      providers: [giver.network.peerId],
      maxBytes: MIB,
      signal: AbortSignal.timeout(30_000),
    });
  }
}

/** Asks until it is told that there is not enough for all; how often it was answered. */
async function askUntilPutOff(asker: DealingPeer, of: DealingPeer): Promise<number> {
  for (let answered = 0; ; answered++) {
    const answer = await asker.network.ask(of.network.peerId, question("csv"), PATIENT);
    if (answer.kind === "busy") return answered;
  }
}

test("two ask more than one can answer: the one that gave blocks gets more, and both sides show what went between them", async () => {
  await using peers = new TestPeers();
  const [server, giver, taker] = [await start(peers), await start(peers), await start(peers)];
  for (const peer of [giver, taker]) {
    await connect(peer, server);
    await meet(peer, whereabouts(server));
  }
  await give(giver, server, 20);
  await give(server, taker, 2);

  const share = (of: DealingPeer) => server.catalogue.giveAndTake.of(of.network.peerId).share;
  await until("its gifts count", () => share(giver) > 1.5);
  expect(share(taker)).toBe(1);

  // While there is plenty, both are answered, and neither is put off.
  for (const peer of [giver, taker]) {
    const answer = await peer.network.ask(server.network.peerId, question("csv"), PATIENT);
    expect(answer.kind).toBe("records");
  }
  expect(server.catalogue.giveAndTake.view().contended).toBe(false);

  // A third uses up what is idle; then each has what its share is.
  const greedy = await start(peers);
  await meet(greedy, whereabouts(server));
  await askUntilPutOff(greedy, server);
  const answered = { giver: 0, taker: 0 };
  answered.taker = await askUntilPutOff(taker, server);
  answered.giver = await askUntilPutOff(giver, server);
  expect(answered.taker).toBeGreaterThan(0);
  expect(answered.giver).toBeGreaterThan(answered.taker * 1.2);

  const view = server.catalogue.giveAndTake.view();
  expect(view).toMatchObject({ takenBytes: 20 * MIB, contended: true });
  expect(view.putOff).toBeGreaterThanOrEqual(3);
  expect(view.peers[0]).toMatchObject({ peer: giver.network.peerId, takenBytes: 20 * MIB });
  const withTaker = server.catalogue.giveAndTake.of(taker.network.peerId);
  expect(withTaker).toMatchObject({ takenBytes: 0, share: 1, putOff: 1 });
  expect(withTaker.givenBytes).toBeGreaterThanOrEqual(2 * MIB);
  // What one side gave the other took.
  const givenTo = giver.catalogue.giveAndTake.of(server.network.peerId);
  expect(givenTo.givenBytes).toBe(20 * MIB);
  expect(taker.catalogue.giveAndTake.of(server.network.peerId)).toMatchObject({
    takenBytes: 2 * MIB,
    givenBytes: 0,
  });
});

test("records that catching up brings count where they are new, and as given on the other side", async () => {
  await using peers = new TestPeers();
  const [shelf, reader] = [await start(peers), await start(peers)];
  const records = Array.from({ length: 100 }, (_, index) => `record ${index}`.padEnd(1_000, "."));
  for (const record of records) shelf.catalogue.add(record);
  for (const record of records.slice(0, 40)) reader.catalogue.add(record);
  await connect(reader, shelf);
  await until("the reader caught up", () => reader.catalogue.set.size === 100);
  await until("it was counted", () => reader.catalogue.giveAndTake.view().takenBytes === 60 * 1_000);
  const given = shelf.catalogue.giveAndTake.of(reader.network.peerId);
  expect(given.givenBytes).toBeGreaterThanOrEqual(60 * 1_000);
  expect(given.takenBytes).toBe(0);
});
