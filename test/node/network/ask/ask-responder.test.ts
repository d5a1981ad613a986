import { type AskAnswer, encodeAskAnswer, limits } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { AskResponder } from "../../../../node/src/network/ask/ask-responder.ts";
import { question } from "./ask-fixture.ts";

const LIVE = new AbortController().signal;

function responder({ records = [], share = 1 }: { records?: Uint8Array[]; share?: number } = {}) {
  let now = 0;
  const answering = new AskResponder({
    questions: { answer: async () => records, share: () => share },
    now: () => now,
  });
  return {
    ask: (peer: string, query = "q") => answering.answer(peer, question(query, 16), LIVE),
    /** How many questions of one neighbour in a row are answered. */
    askUntilBusy: async (peer: string) => {
      for (let answered = 0; ; answered++) {
        const answer = await answering.answer(peer, question("q", 16), LIVE);
        if (answer.kind === "busy") return { answered, retryAfterMs: answer.retryAfterMs };
      }
    },
    pass: (ms: number) => (now += ms),
    stats: () => answering.stats(),
  };
}

test("a neighbour that waits as long as it is told is answered again, and no sooner", async () => {
  const { ask, askUntilBusy, pass } = responder();
  const { answered, retryAfterMs } = await askUntilBusy("a");
  expect(answered).toBe(31);
  pass(retryAfterMs - 1);
  expect(await ask("a")).toMatchObject({ kind: "busy" });
  pass(1);
  expect(await ask("a")).toMatchObject({ kind: "records" });
});

test("who proved good gets more, who proved bad less, and nobody nothing or everything", async () => {
  const answeredAt = async (share: number) => (await responder({ share }).askUntilBusy("a")).answered;
  expect(await Promise.all([2, 0.5, 0, 1_000].map(answeredAt))).toEqual([63, 15, 7, 127]);
});

test("records and long queries are paid for, too", async () => {
  const large = Array.from({ length: 4 }, () => new Uint8Array(limits.recordBytes));
  expect((await responder({ records: large }).askUntilBusy("a")).answered).toBeLessThan(10);
  const { ask } = responder();
  let answered = 0;
  while ((await ask("a", "q".repeat(limits.askQueryBytes))).kind === "records") answered++;
  expect(answered).toBeLessThan(20);
});

test("however many neighbours ask, all together have one ration", async () => {
  const { askUntilBusy, stats } = responder();
  let answered = 0;
  for (let peer = 0; peer < 20; peer++) answered += (await askUntilBusy(`peer ${peer}`)).answered;
  // 4 MiB, and 16 KiB with a little for each.
  expect(answered).toBeGreaterThan(240);
  expect(answered).toBeLessThan(257);
  expect(stats()).toEqual({ served: answered, putOff: 20 });
});

test("an answer always fits its frame: what does not is left out, and smaller ones behind it still come", async () => {
  const records = [
    ...Array.from({ length: 8 }, () => new Uint8Array(limits.recordBytes)),
    new Uint8Array(limits.recordBytes + 1),
    new Uint8Array(0),
    new Uint8Array(100),
  ];
  const answer = (await responder({ records }).ask("a")) as AskAnswer & { kind: "records" };
  expect(answer.records.map(({ length }) => length)).toEqual([...Array(7).fill(limits.recordBytes), 100]);
  expect(encodeAskAnswer(answer).length).toBeLessThanOrEqual(limits.askAnswerBytes);
  const many = Array.from({ length: 30 }, () => new Uint8Array(10));
  expect(await responder({ records: many }).ask("a")).toMatchObject({ records: many.slice(0, 16) });
});

test("a search that fails is paid for, and its place is free again", async () => {
  const answering = new AskResponder({
    questions: { answer: () => Promise.reject(new Error("no index")), share: () => 1 },
    now: () => 0,
  });
  for (let round = 0; round < 5; round++)
    await expect(answering.answer("a", question("q"), LIVE)).rejects.toThrow("no index");
  expect(answering.stats()).toEqual({ served: 0, putOff: 0 });
});
