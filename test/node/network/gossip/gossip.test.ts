import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { DialFailedError, RecordTooLargeError } from "../../../../node/src/network/errors.ts";
import { connect, isConnected, TestPeers, until } from "../fixture.ts";

test("an accepted record reaches every peer, also over a hop, and is judged once by each", async () => {
  await using peers = new TestPeers();
  const [a, b, c] = [
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start({ tuning: { degree: 0 } }),
  ];
  await connect(a, b);
  await connect(b, c);
  expect(isConnected(a, c)).toBe(false);
  // New neighbours compare what they hold; what is said in the middle of that could arrive by it, and unjudged.
  await until("c has caught up with b", () => c.network.stats().sync.sessions > 0);
  const { recipients } = await a.network.publish(Buffer.from("good news"));
  expect(recipients).toBe(1);
  await until("c has it", () => c.catalogue.has("good news"));
  expect(b.catalogue.judged).toEqual([{ text: "good news", verdict: "accept" }]);
  expect(c.catalogue.judged).toEqual([{ text: "good news", verdict: "accept" }]);
  expect(b.network.stats().gossip.accepted).toBe(1);

  // Publishing it once more is harmless: neither an error nor a second judgement.
  expect(await a.network.publish(Buffer.from("good news"))).toEqual({ recipients: 0 });
  await a.network.publish(Buffer.from("later news"));
  await until("c has the later one", () => c.catalogue.has("later news"));
  expect(c.catalogue.judged).toHaveLength(2);
});

test("rejected and ignored records are not forwarded; ignoring punishes nobody", async () => {
  await using peers = new TestPeers();
  const [a, b, c] = [
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start({ tuning: { degree: 0 } }),
  ];
  await connect(a, b);
  await connect(b, c);
  for (let index = 0; index < 30; index++) await a.network.publish(Buffer.from(`meh ${index}`));
  await a.network.publish(Buffer.from("bad once"));
  await a.network.publish(Buffer.from("good at last"));
  await until("c has the good one", () => c.catalogue.has("good at last"));
  expect(c.catalogue.judged).toEqual([{ text: "good at last", verdict: "accept" }]);
  expect(b.network.stats().gossip).toMatchObject({ accepted: 1, ignored: 30, rejected: 1 });
  expect(isConnected(b, a)).toBe(true);
});

test("a neighbour who keeps sending invalid records is hung up on and refused, others are still heard", async () => {
  await using peers = new TestPeers();
  const [bad, judge, good] = [
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start({ tuning: { degree: 0 } }),
  ];
  await connect(bad, judge);
  await connect(good, judge);
  for (let index = 0; index < 12; index++) await bad.network.publish(Buffer.from(`bad ${index}`));
  await until("the bad neighbour is gone", () => !isConnected(judge, bad));
  await bad.network
    .dial(judge.network.addresses()[0] ?? "", AbortSignal.timeout(15_000))
    .catch((error: unknown) => expect(error).toBeInstanceOf(DialFailedError));
  await until("a refused connection is closed", () => !isConnected(bad, judge));
  await until("it stays away", () => !isConnected(judge, bad));
  await good.network.publish(Buffer.from("good as ever"));
  await until("the good one is heard", () => judge.catalogue.has("good as ever"));
  expect(judge.catalogue.judged.filter(({ verdict }) => verdict === "reject").length).toBeGreaterThanOrEqual(
    8,
  );
});

test("a flood beyond the per-neighbour rate is ignored without being judged", async () => {
  await using peers = new TestPeers();
  const [a, b] = [await peers.start({ tuning: { degree: 0 } }), await peers.start({ tuning: { degree: 0 } })];
  await connect(a, b);
  const messages = 2_600;
  for (let index = 0; index < messages; index++) await a.network.publish(Buffer.from(`flood ${index}`));
  await until("all arrived", () => {
    const { accepted, ignored } = b.network.stats().gossip;
    return accepted + ignored >= messages;
  });
  const { accepted, ignored } = b.network.stats().gossip;
  expect(accepted).toBe(b.catalogue.judged.length);
  expect(accepted).toBeGreaterThanOrEqual(2_000);
  expect(ignored).toBeGreaterThan(0);
  expect(isConnected(b, a)).toBe(true);
});

test("publishing alone is no error, and the record can be published again when somebody listens", async () => {
  await using peers = new TestPeers();
  const [a, b] = [await peers.start({ tuning: { degree: 0 } }), await peers.start({ tuning: { degree: 0 } })];
  expect(await a.network.publish(Buffer.from("anybody?"))).toEqual({ recipients: 0 });
  await connect(a, b);
  expect(await a.network.publish(Buffer.from("anybody?"))).toEqual({ recipients: 1 });
  await until("b has it", () => b.catalogue.has("anybody?"));
});

test("the largest record travels; a larger one is an error that says what to do", async () => {
  await using peers = new TestPeers();
  const [a, b] = [await peers.start({ tuning: { degree: 0 } }), await peers.start({ tuning: { degree: 0 } })];
  await connect(a, b);
  const largest = randomBytes(16 * 1024);
  await a.network.publish(largest);
  await until("b has it", () => b.catalogue.log.some((record) => Buffer.compare(record, largest) === 0));
  await expect(a.network.publish(randomBytes(16 * 1024 + 1))).rejects.toThrow(RecordTooLargeError);
});

test("two networks never talk, even when one is dialled by mistake", async () => {
  await using peers = new TestPeers();
  const ours = await peers.start({ network: "ours" });
  const theirs = await peers.start({ network: "theirs", bootstrap: ours.network.addresses() });
  await until("they met and parted", () =>
    [ours, theirs].some(({ logged }) =>
      logged.some((line) => line.includes("does not belong to our network")),
    ),
  );
  await until("no connection is left", () => !isConnected(ours, theirs) && !isConnected(theirs, ours));
  theirs.catalogue.add("their secret");
  await theirs.network.publish(Buffer.from("their secret"));
  expect(ours.catalogue.judged).toEqual([]);
  expect(ours.network.stats().gossip.subscribers).toBe(0);
  expect(ours.network.stats().sync.served).toBe(0);
});
