import { encodeAskRequest, MalformedError } from "@action-collective/protocol";
import { lpStream } from "@libp2p/utils";
import { expect, test } from "vitest";
import { NetworkNotRunningError, NotConnectedError } from "../../../../node/src/network/errors.ts";
import { ALONE, TestPeers, until } from "../fixture.ts";
import {
  AnsweringCatalogue,
  ASK,
  meet,
  PATIENT,
  question,
  strangeHost,
  textsOf,
  whereabouts,
  whereaboutsOf,
} from "./ask-fixture.ts";

/** Gossip has nothing to say to hosts that do not speak it. */
const QUIET = { tuning: { degree: 0, syncIntervalMs: 3_600_000, gossipGraceMs: 3_600_000 } };

test("a neighbour is asked, and answers from what it holds, within the count", async () => {
  await using peers = new TestPeers();
  const a = await peers.start(QUIET);
  const b = await peers.start(QUIET, new AnsweringCatalogue());
  for (let index = 0; index < 30; index++) b.catalogue.add(`csv ${index}`);
  b.catalogue.add("something else");
  await meet(a, whereabouts(b));
  const answer = await a.network.ask(b.network.peerId, question("csv", 3), PATIENT);
  expect(textsOf(answer)).toEqual(["csv 0", "csv 1", "csv 2"]);
  const nothing = await a.network.ask(b.network.peerId, question("nobody has this"), PATIENT);
  expect(textsOf(nothing)).toEqual([]);
  expect(a.network.stats().ask).toMatchObject({ asked: 2, failed: 0, busy: 0 });
  expect(b.network.stats().ask).toMatchObject({ served: 2, putOff: 0 });
});

test("only those who answer are neighbours to ask, and only while they are connected", async () => {
  await using peers = new TestPeers();
  const a = await peers.start(QUIET, new AnsweringCatalogue());
  const silent = await peers.start({ ...QUIET, role: "bootstrap" });
  const b = await peers.start(QUIET, new AnsweringCatalogue());
  const [address] = silent.network.addresses();
  await a.network.dial(address ?? "", AbortSignal.timeout(15_000));
  await meet(a, whereabouts(b));
  await until("they know each other", () => b.network.neighbours().includes(a.network.peerId));
  await until("the silent one is connected", () => a.network.peers().length === 2);
  expect(a.network.neighbours()).toEqual([b.network.peerId]);
  await b.network.stop();
  await until("it left", () => a.network.neighbours().length === 0);
  await expect(a.network.ask(b.network.peerId, question("csv"), PATIENT)).rejects.toThrow(NotConnectedError);
});

test("who asks too much is told when to come back, and the others are answered still", async () => {
  await using peers = new TestPeers();
  const b = await peers.start(QUIET, new AnsweringCatalogue());
  b.catalogue.add("csv");
  const [greedy, modest] = [await peers.start(QUIET), await peers.start(QUIET)];
  for (const peer of [greedy, modest]) await meet(peer, whereabouts(b));
  let busy: { kind: string; retryAfterMs?: number } = { kind: "records" };
  let answered = 0;
  while (busy.kind === "records" && answered < 300) {
    busy = await greedy.network.ask(b.network.peerId, question("csv"), PATIENT);
    if (busy.kind === "records") answered++;
  }
  // Half of 4 MiB is for whoever asks, at 16 KiB and a little for each; it fills again by 16 questions a second.
  expect(answered).toBeGreaterThanOrEqual(128);
  expect(answered).toBeLessThan(300);
  expect(busy.retryAfterMs).toBeGreaterThan(0);
  expect(await modest.network.ask(b.network.peerId, question("csv"), PATIENT)).toMatchObject({
    kind: "records",
  });
  expect(greedy.network.stats().ask.busy).toBe(1);
  expect(b.network.stats().ask.putOff).toBe(1);
  expect(b.catalogue.dealt.putOffs).toEqual(new Map([[greedy.network.peerId, 1]]));
});

test("more questions at once than answers in the making: the rest are put off at once, not queued", async () => {
  await using peers = new TestPeers();
  const catalogue = new AnsweringCatalogue();
  const b = await peers.start(QUIET, catalogue);
  b.catalogue.add("csv");
  const askers = [await peers.start(QUIET), await peers.start(QUIET), await peers.start(QUIET)] as const;
  for (const peer of askers) await meet(peer, whereabouts(b));
  let open = () => {};
  catalogue.gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const early = askers
    .slice(0, 2)
    .map((peer) => peer.network.ask(b.network.peerId, question("csv"), PATIENT));
  await until("two are being answered", () => catalogue.asked.length === 2);
  const late = await askers[2].network.ask(b.network.peerId, question("csv"), PATIENT);
  expect(late).toEqual({ kind: "busy", retryAfterMs: 1_000 });
  open();
  for (const answer of await Promise.all(early)) expect(answer).toMatchObject({ kind: "records" });
});

test.each<
  [string, (stream: ReturnType<typeof lpStream>, raw: { send(bytes: Uint8Array): boolean }) => unknown]
>([
  ["answers nothing", () => undefined],
  ["answers with garbage", (frames) => frames.write(new Uint8Array(5_000).fill(7))],
  ["announces a frame of a gigabyte", (_, raw) => raw.send(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04))],
  [
    "sends without end",
    async (_, raw) => {
      // The frame has the largest size allowed; what follows it is never read.
      raw.send(Uint8Array.of(0x80, 0x80, 0x08));
      for (let sent = 0; sent < 64 && raw.send(new Uint8Array(65_536)); sent++)
        await new Promise(setImmediate);
    },
  ],
])("a neighbour that %s costs one question, within its time", async (_, misbehave) => {
  await using peers = new TestPeers();
  const asker = await peers.start(QUIET);
  await using hostile = await strangeHost(async (stream) => {
    const frames = lpStream(stream);
    await frames.read();
    await misbehave(frames, stream);
  });
  await meet(asker, whereaboutsOf(hostile));
  const began = performance.now();
  await expect(
    asker.network.ask(hostile.peerId.toString(), question("csv"), { timeoutMs: 400 }),
  ).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(asker.network.stats().ask).toMatchObject({ asked: 1, failed: 1 });
  const open = () =>
    hostile.getConnections().flatMap(({ streams }) => streams.filter((one) => one.protocol === ASK));
  await until("nothing of it is left open", () => open().every((stream) => stream.status !== "open"));
});

test.each([
  ["a frame with faults", [0x05, 1, 0, 1, 0, 0]],
  ["a frame longer than any may be", [0x81, 0x80, 0x08]],
])("%s is known as such, so that its sender can be left alone", async (_, bytes) => {
  await using peers = new TestPeers();
  const asker = await peers.start(QUIET);
  await using hostile = await strangeHost(async (stream) => {
    await lpStream(stream).read();
    stream.send(Uint8Array.from(bytes));
    await new Promise(() => undefined);
  });
  await meet(asker, whereaboutsOf(hostile));
  await expect(asker.network.ask(hostile.peerId.toString(), question("csv"), PATIENT)).rejects.toThrow(
    MalformedError,
  );
});

test("askers that break the protocol, dawdle or open many streams keep nobody else from an answer", async () => {
  await using peers = new TestPeers();
  const catalogue = new AnsweringCatalogue();
  const b = await peers.start(QUIET, catalogue);
  b.catalogue.add("csv");
  // It speaks our protocol, or it would not be listened to at all.
  await using hostile = await strangeHost(() => undefined);
  await meet(b, whereaboutsOf(hostile));
  await until("the hostile host knows of it", () => hostile.getConnections().length > 0);
  const [connection] = hostile.getConnections();
  if (connection === undefined) throw new Error("the hostile host is not connected");
  const broken = [
    Uint8Array.of(9, 9, 9),
    new Uint8Array(4_000),
    encodeAskRequest(question("csv")).subarray(0, -1),
  ];
  for (const frame of broken) {
    const asked = connection.newStream(ASK).then(async (stream) => {
      const frames = lpStream(stream);
      await frames.write(frame);
      return await frames.read({ signal: AbortSignal.timeout(5_000) });
    });
    await expect(asked).rejects.toThrow();
  }
  expect(connection.status).toBe("open");
  // Half a request, and never the rest.
  for (let index = 0; index < 10; index++) {
    await connection
      .newStream(ASK)
      .then((stream) => stream.send(Uint8Array.of(0x10, 1, 1)))
      // Those beyond the bound are closed at once.
      .catch(() => undefined);
  }
  const asker = await peers.start(QUIET);
  await meet(asker, whereabouts(b));
  expect(textsOf(await asker.network.ask(b.network.peerId, question("csv"), PATIENT))).toEqual(["csv"]);
  expect(catalogue.asked).toHaveLength(1);
});

test("a peer that stops while it asks, or while it answers, stops cleanly and at once", async () => {
  await using peers = new TestPeers();
  const catalogue = new AnsweringCatalogue();
  catalogue.gate = new Promise(() => undefined);
  const b = await peers.start(QUIET, catalogue);
  const [a, c] = [await peers.start({ tuning: { ...QUIET.tuning, ...ALONE } }), await peers.start(QUIET)];
  for (const peer of [a, c]) await meet(peer, whereabouts(b));
  const given = (peer: typeof a) =>
    peer.network
      .ask(b.network.peerId, question("csv"), { timeoutMs: 60_000 })
      .catch((error: unknown) => error);
  const outcomes = [a, c].map(given);
  await until("both are being answered", () => catalogue.asked.length === 2);
  const began = performance.now();
  await a.network.stop();
  expect(await outcomes[0]).toBeInstanceOf(NetworkNotRunningError);
  await b.network.stop();
  expect(await outcomes[1]).toBeInstanceOf(Error);
  expect(performance.now() - began).toBeLessThan(4_000);
  for (const peer of [a, b, c]) expect(peer.logged.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
});
