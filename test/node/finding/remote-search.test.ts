import { type AskAnswer, createVerifier, MalformedError } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { RemoteSearch } from "../../../node/src/finding/remote-search.ts";
import { takeAnswer } from "../../../node/src/finding/remote-take.ts";
import { Intake } from "../../../node/src/intake/intake.ts";
import { bundleOf, NETWORK, publicationOf, recordOf, verdictBodyOf } from "../../helpers/records.ts";
import { question } from "../network/ask/ask-fixture.ts";

type Answering = (signal: AbortSignal) => Promise<AskAnswer>;

const records = (...list: Uint8Array[]): AskAnswer => ({ kind: "records", records: list });
const never: Answering = (signal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
const doubling = bundleOf();
const halving = bundleOf({ name: "halve", description: "Halves a number." });
const BOUND = 5_000;

/** Asks neighbours that are functions, and takes what they send through the real intake into a real catalogue. */
function asker(neighbours: Record<string, Answering>) {
  const catalogue = new Catalogue(":memory:");
  let now = 1_000_000;
  const asked: string[] = [];
  const warned: string[] = [];
  const intake = new Intake({
    ...{ catalogue, verifier: createVerifier(), network: NETWORK, clock: () => now },
    ...{ stored: () => undefined, equivocated: () => undefined, log: () => undefined },
  });
  const remote = new RemoteSearch({
    neighbours: () => Object.keys(neighbours),
    ask: (peer, _, { signal }) => {
      asked.push(peer);
      return (neighbours[peer] ?? never)(signal);
    },
    take: (record, from) =>
      takeAnswer(record, from, {
        receive: (bytes, sender) => intake.receive(bytes, sender, "ask"),
        known: (id) => catalogue.actions.get(id) !== undefined,
      }),
    now: () => now,
    random: () => 0.5,
    log: (level, message) => void (level === "warn" && warned.push(message)),
  });
  return { catalogue, remote, asked, warned, pass: (ms: number) => (now += ms) };
}

test("what neighbours send is verified, stored and counted once, with who brought it", async () => {
  const both = records(publicationOf(doubling, 1).bytes, publicationOf(halving, 2).bytes);
  const { remote, catalogue, asked } = asker({
    a: async () => both,
    b: async () => both,
    c: async () => records(),
  });
  const outcome = await remote.ask(question("halve"), { again: false });
  expect(asked.sort()).toEqual(["a", "b", "c"]);
  expect(outcome?.peers).toBe(3);
  expect([...(outcome?.fresh.keys() ?? [])].sort()).toEqual([doubling.id, halving.id].sort());
  expect(catalogue.actions.get(halving.id)).toMatchObject({ standing: "pending", origin: "network" });
  expect(remote.stats()).toEqual({ questions: 1, fresh: 2 });
});

test("another author's publication of a known action is stored, and is no new action", async () => {
  const { remote, catalogue } = asker({ a: async () => records(publicationOf(doubling, 2).bytes) });
  const before = asker({ a: async () => records(publicationOf(doubling, 1).bytes) });
  await before.remote.ask(question("double"), { again: false });
  catalogue.transaction(() => catalogue.actions.add(doubling, "library", 1));
  const outcome = await remote.ask(question("double"), { again: false });
  expect(outcome).toEqual({ peers: 1, fresh: new Map() });
  expect(catalogue.records.count()).toBe(1);
});

test.each<[string, () => Uint8Array]>([
  [
    "a tampered record",
    () => {
      const bytes = Uint8Array.from(publicationOf(halving, 2).bytes);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return bytes;
    },
  ],
  ["a record that is no publication", () => recordOf("verdict", halving, 2, verdictBodyOf("pass")).bytes],
  ["junk", () => new Uint8Array(500).fill(0x9f)],
])("%s is refused, what follows it is not looked at, and its sender is left alone", async (_, bad) => {
  const { remote, catalogue, asked, warned, pass } = asker({
    a: async () => records(publicationOf(doubling, 1).bytes, bad(), publicationOf(halving, 1).bytes),
  });
  const outcome = await remote.ask(question("halve"), { again: false });
  expect([...(outcome?.fresh.keys() ?? [])]).toEqual([doubling.id]);
  expect(catalogue.actions.get(halving.id)).toBeUndefined();
  expect(catalogue.records.count()).toBe(1);
  expect(warned).toHaveLength(1);
  expect(await remote.ask(question("another"), { again: false })).toBeNull();
  pass(10 * 60_000);
  expect(await remote.ask(question("another"), { again: false })).toMatchObject({ peers: 1 });
  expect(asked).toEqual(["a", "a"]);
});

test("an answer that breaks the protocol is dishonest too, and no more records are taken than were asked for", async () => {
  const broken = asker({ a: () => Promise.reject(new MalformedError("An answer of the unknown kind 7")) });
  expect(await broken.remote.ask(question("halve"), { again: false })).toEqual({
    peers: 1,
    fresh: new Map(),
  });
  expect(broken.warned).toHaveLength(1);
  const many = [doubling, halving].map((bundle) => publicationOf(bundle, 1).bytes);
  const { remote } = asker({ a: async () => records(...many) });
  const outcome = await remote.ask(question("halve", 1), { again: false });
  expect(outcome?.fresh.size).toBe(1);
});

test("a question goes to three neighbours at most, and not again for minutes unless somebody insists", async () => {
  const neighbours = Object.fromEntries(
    ["a", "b", "c", "d", "e"].map((peer) => [peer, async () => records()]),
  );
  const { remote, asked, pass } = asker(neighbours);
  await remote.ask(question("halve"), { again: false });
  expect(asked).toHaveLength(3);
  expect(await remote.ask(question(" HALVE "), { again: false })).toBeNull();
  expect(await remote.ask(question("halve"), { again: true })).toMatchObject({ peers: 3 });
  pass(5 * 60_000);
  expect(await remote.ask(question("halve"), { again: false })).toMatchObject({ peers: 3 });
});

test("no more than ten questions at once and twenty a minute, insisting or not", async () => {
  let number = 0;
  const { remote, pass } = asker({
    a: async () => records(publicationOf(bundleOf({ name: `n${number}` }), 1).bytes),
  });
  const askAll = async () => {
    let passed = 0;
    for (let round = 0; round < 30; round++) {
      const outcome = await remote.ask(question(`question ${number++}`), { again: round % 2 === 0 });
      if (outcome === null) continue;
      passed++;
      remote.useful(outcome, outcome.fresh.keys());
    }
    return passed;
  };
  expect(await askAll()).toBe(10);
  pass(15_000);
  expect(await askAll()).toBe(5);
});

test("nobody is asked without neighbours or without words", async () => {
  const { remote, asked } = asker({ a: async () => records() });
  expect(await asker({}).remote.ask(question("halve"), { again: true })).toBeNull();
  expect(await remote.ask(question(" \n "), { again: true })).toBeNull();
  expect(asked).toEqual([]);
});

test("the first that brings something ends the waiting for the slow, who are not blamed for it", {
  timeout: BOUND,
}, async () => {
  const bundles = [halving, doubling];
  const quick = async () => records(publicationOf(bundles.pop() ?? halving, 1).bytes);
  const { remote } = asker({ quick, slow: never });
  const outcome = await remote.ask(question("halve"), { again: false });
  expect(outcome?.fresh.size).toBe(1);
  // Who is blamed is not asked for half a minute.
  expect(await remote.ask(question("another"), { again: false })).toMatchObject({ peers: 2 });
});

test("a caller who gives up is let go at once, and its neighbours are told", { timeout: BOUND }, async () => {
  const cut: unknown[] = [];
  const { remote } = asker({
    a: (signal) => never(signal).catch((error: unknown) => Promise.reject(cut.push(error) && error)),
  });
  const caller = new AbortController();
  const asking = remote.ask(question("halve"), { again: false, signal: caller.signal });
  caller.abort(new Error("gone"));
  await expect(asking).rejects.toThrow("gone");
  expect(cut).toHaveLength(1);
  await expect(remote.ask(question("x"), { again: true, signal: caller.signal })).rejects.toThrow("gone");
});

test("a failure of our own is no neighbour's fault, and is not hidden", async () => {
  const { remote, catalogue } = asker({ a: async () => records(publicationOf(halving, 1).bytes) });
  catalogue.close();
  await expect(remote.ask(question("halve"), { again: false })).rejects.toThrow(/finalized|database/);
});
