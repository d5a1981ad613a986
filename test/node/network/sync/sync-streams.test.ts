import { decodeSyncAnswer, encodeSyncAnswer, encodeSyncRequest } from "@action-collective/protocol";
import type { Connection } from "@libp2p/interface";
import { lpStream, streamPair } from "@libp2p/utils";
import { expect, test } from "vitest";
import { serveSyncStream, withSyncStream } from "../../../../node/src/network/sync/sync-streams.ts";

const SUMMARY = { count: 0, fingerprint: new Uint8Array(16) };
const answer = () => encodeSyncAnswer({ kind: "compare", ...SUMMARY });
const request = encodeSyncRequest({ kind: "compare", ...SUMMARY });
const framed = Buffer.concat([Uint8Array.of(request.length), request]);
const lifetime = new AbortController().signal;

test("a reader that asks one thing after the other is answered until it closes the stream", async () => {
  const [ours, theirs] = await streamPair();
  const served = serveSyncStream(ours, lifetime, answer);
  const frames = lpStream(theirs);
  for (let round = 0; round < 3; round++) {
    await frames.write(request);
    expect(decodeSyncAnswer((await frames.read()).subarray()).kind).toBe("compare");
  }
  await theirs.close();
  await served;
});

test("a reader that sends requests without waiting for answers is cut off, and is not kept in memory", async () => {
  const [ours, theirs] = await streamPair();
  let answered = 0;
  const served = serveSyncStream(ours, lifetime, () => {
    answered++;
    return answer();
  });
  theirs.send(Buffer.concat(Array.from({ length: 900_000 / framed.length }, () => framed)));
  await expect(served).rejects.toThrow(/overflow/);
  expect(answered).toBe(0);
});

test("what a responder sends after the session is over is not kept", async () => {
  const [ours, theirs] = await streamPair();
  const connection = { newStream: async () => ours } as unknown as Connection;
  const session = withSyncStream(connection, "/sync", lifetime, (exchange) => exchange(request));
  const frames = lpStream(theirs);
  await frames.read();
  await frames.write(answer());
  expect(decodeSyncAnswer(await session).kind).toBe("compare");
  expect([ours.writeStatus, ours.readStatus]).toEqual(["closed", "closed"]);
});
