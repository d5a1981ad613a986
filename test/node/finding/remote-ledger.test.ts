import { expect, test } from "vitest";
import { AskLedger, type Reply } from "../../../node/src/finding/remote-ledger.ts";
import { AskMemory } from "../../../node/src/finding/remote-memory.ts";
import { question } from "../network/ask/ask-fixture.ts";

const MINUTE = 60_000;
const answered: Reply = { kind: "answered" };
/** Leaves every order as it is. */
const last = () => 0.999_999;

test("those who brought what was useful are asked first, and one is left to chance", () => {
  const ledger = new AskLedger();
  const peers = ["a", "b", "c", "d", "e"];
  for (const peer of peers) ledger.replied(peer, answered, 0);
  for (const peer of ["d", "b", "d"]) ledger.useful(peer);
  expect(ledger.choose(peers, 3, 0, last).slice(0, 2)).toEqual(["d", "b"]);
  const thirds = new Set<string | undefined>();
  for (let draw = 0; draw < 20; draw++) thirds.add(ledger.choose(peers, 3, 0, () => draw / 20)[2]);
  expect([...thirds].sort()).toEqual(["a", "c", "e"]);
});

test("never more than wanted, never one twice, never one that is not there", () => {
  const ledger = new AskLedger();
  expect(ledger.choose([], 3, 0, last)).toEqual([]);
  expect(ledger.choose(["a"], 3, 0, last)).toEqual(["a"]);
  expect(ledger.choose(["a", "b"], 1, 0, last)).toHaveLength(1);
  const chosen = ledger.choose(["a", "b", "c", "d"], 3, 0, () => 0);
  expect(new Set(chosen).size).toBe(3);
});

test("a neighbour that fails is left alone for twice as long each time, up to a bound; a success forgives it", () => {
  const ledger = new AskLedger();
  const pauseAfterFailing = (now: number) => {
    ledger.replied("a", { kind: "failed" }, now);
    let pause = 0;
    while (ledger.choose(["a"], 1, now + pause, last).length === 0) pause += 10_000;
    return pause;
  };
  expect([0, 1, 2, 3, 4, 5, 6].map((round) => pauseAfterFailing(round * 100 * MINUTE))).toEqual([
    ...[30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000],
  ]);
  ledger.replied("a", answered, 900 * MINUTE);
  expect(pauseAfterFailing(1_000 * MINUTE)).toBe(30_000);
});

test("a neighbour that is never of use is left alone for a while; being of use once is enough", () => {
  const ledger = new AskLedger();
  for (let round = 0; round < 2; round++) ledger.replied("a", answered, 0);
  expect(ledger.choose(["a"], 1, 0, last)).toEqual(["a"]);
  ledger.replied("a", answered, 0);
  expect(ledger.choose(["a"], 1, 29_000, last)).toEqual([]);
  expect(ledger.choose(["a"], 1, 30_000, last)).toEqual(["a"]);
  ledger.replied("a", answered, 30_000);
  ledger.useful("a");
  expect(ledger.choose(["a"], 1, 30_000, last)).toEqual(["a"]);
});

test("a busy neighbour puts us off as long as it says, within bounds", () => {
  const ledger = new AskLedger();
  ledger.replied("a", { kind: "busy", retryAfterMs: 0xffff_ffff }, 0);
  expect(ledger.choose(["a"], 1, MINUTE - 1, last)).toEqual([]);
  expect(ledger.choose(["a"], 1, MINUTE, last)).toEqual(["a"]);
  ledger.replied("a", { kind: "busy", retryAfterMs: 0 }, MINUTE);
  expect(ledger.choose(["a"], 1, MINUTE + 999, last)).toEqual([]);
  expect(ledger.choose(["a"], 1, MINUTE + 1_000, last)).toEqual(["a"]);
});

test("a dishonest neighbour is left alone for ten minutes, and what it once brought is forgotten", () => {
  const ledger = new AskLedger();
  ledger.replied("a", answered, 0);
  ledger.useful("a");
  ledger.replied("a", { kind: "dishonest" }, 0);
  expect(ledger.choose(["a"], 1, 10 * MINUTE - 1, last)).toEqual([]);
  expect(ledger.choose(["a", "b"], 1, 10 * MINUTE, last)).toEqual(["b"]);
});

test("however many neighbours come and go, few are remembered", () => {
  const ledger = new AskLedger();
  ledger.replied("first", { kind: "dishonest" }, 0);
  for (let index = 0; index < 1_024; index++) ledger.replied(`peer ${index}`, { kind: "failed" }, 0);
  expect(ledger.choose(["first", "peer 1023"], 2, 0, last)).toEqual(["first"]);
});

test("a question is remembered for minutes, whatever its spaces and capitals, and with its filters", () => {
  const memory = new AskMemory();
  memory.add(question("Sort a  list"), 0);
  expect(memory.has(question(" sort A list "), 5 * MINUTE - 1)).toBe(true);
  expect(memory.has(question("sort a list"), 5 * MINUTE)).toBe(false);
  expect(memory.has({ ...question("sort a list"), tags: ["list"] }, 0)).toBe(false);
  expect(memory.has(question("sort two lists"), 0)).toBe(false);
  for (let index = 0; index < 256; index++) memory.add(question(`question ${index}`), 0);
  expect(memory.has(question("sort a list"), 0)).toBe(false);
  expect(memory.has(question("question 255"), 0)).toBe(true);
});
