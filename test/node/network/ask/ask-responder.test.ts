import { type AskAnswer, encodeAskAnswer, limits } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { AskResponder } from "../../../../node/src/network/ask/ask-responder.ts";
import { TestDealings } from "../fixture.ts";
import { question } from "./ask-fixture.ts";

const LIVE = new AbortController().signal;

function responder({ records = [] }: { records?: Uint8Array[] } = {}) {
  let now = 0;
  const dealings = new TestDealings();
  const answering = new AskResponder({
    questions: { answer: async () => records },
    dealings,
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
    dealings,
  };
}

test("a neighbour that waits as long as it is told is answered again, and no sooner", async () => {
  const { ask, askUntilBusy, pass } = responder();
  const { answered, retryAfterMs } = await askUntilBusy("a");
  // Half of 4 MiB, at 16 KiB and a little each.
  expect(answered).toBe(128);
  pass(retryAfterMs - 1);
  expect(await ask("a")).toMatchObject({ kind: "busy" });
  pass(1);
  expect(await ask("a")).toMatchObject({ kind: "records" });
});

test("where many ask, who proved good gets more, who proved bad less, and nobody nothing", async () => {
  const { askUntilBusy, dealings } = responder();
  for (const [peer, share] of Object.entries({ good: 2, bad: 0.5, worst: 0.25 }))
    dealings.shares.set(peer, share);
  // What is idle is gone.
  await askUntilBusy("greedy");
  const answered: number[] = [];
  for (const peer of ["good", "newcomer", "bad", "worst"]) answered.push((await askUntilBusy(peer)).answered);
  expect(answered).toEqual([63, 31, 15, 7]);
  expect(dealings.putOffs.get("worst")).toBe(1);
});

test("strangers cannot take all places of answers in the making: one is kept for who earned it", async () => {
  const dealings = new TestDealings();
  dealings.shares.set("friend", 2);
  const gate = Promise.withResolvers<Uint8Array[]>();
  const answering = new AskResponder({
    questions: { answer: () => gate.promise },
    dealings,
    now: () => 0,
  });
  const ask = (peer: string) => answering.answer(peer, question("q"), LIVE);
  const early = [ask("stranger 1"), ask("stranger 2")];
  expect(await ask("stranger 3")).toMatchObject({ kind: "busy" });
  early.push(ask("friend"));
  expect(await ask("friend")).toMatchObject({ kind: "busy" });
  gate.resolve([]);
  for (const answer of await Promise.all(early)) expect(answer).toEqual({ kind: "records", records: [] });
});

test("records and long queries are paid for, too", async () => {
  const large = Array.from({ length: 4 }, () => new Uint8Array(limits.recordBytes));
  expect((await responder({ records: large }).askUntilBusy("a")).answered).toBeLessThan(40);
  const { ask } = responder();
  let answered = 0;
  while ((await ask("a", "q".repeat(limits.askQueryBytes))).kind === "records") answered++;
  expect(answered).toBeLessThan(80);
});

test("however many neighbours ask, all together have one ration", async () => {
  const { askUntilBusy, stats, dealings } = responder();
  // Of them all have earned it, or they would share a part.
  for (let peer = 0; peer < 20; peer++) dealings.shares.set(`peer ${peer}`, 2);
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
    questions: { answer: () => Promise.reject(new Error("no index")) },
    dealings: new TestDealings(),
    now: () => 0,
  });
  for (let round = 0; round < 5; round++)
    await expect(answering.answer("a", question("q"), LIVE)).rejects.toThrow("no index");
  expect(answering.stats()).toEqual({ served: 0, putOff: 0 });
});
