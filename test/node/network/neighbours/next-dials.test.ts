import { expect, test } from "vitest";
import { Candidates } from "../../../../node/src/network/neighbours/candidates.ts";
import {
  type Candidate,
  type CandidateSource,
  type DialState,
  nextDials,
  retryDelay,
} from "../../../../node/src/network/neighbours/next-dials.ts";

const half = () => 0.5;

function candidate(id: string, source: CandidateSource, notBefore = 0): Candidate {
  return { id, addresses: ["/ip4/127.0.0.1/tcp/1"], source, failures: 0, notBefore };
}

function plan(state: Partial<DialState>) {
  const defaults: DialState = {
    now: 100,
    candidates: [],
    connected: new Set(),
    outbound: 0,
    dialling: new Set(),
    groups: new Map(),
    degree: 3,
    maxOutbound: 5,
  };
  const { dials, wakeAt } = nextDials({ ...defaults, ...state }, half);
  return { ids: dials.map(({ id }) => id), wakeAt };
}

test("bootstrap nodes come first, then remembered peers, then discoveries, as many as are missing", () => {
  const candidates = [
    candidate("d", "discovered"),
    candidate("r", "remembered"),
    candidate("b", "bootstrap"),
  ];
  expect(plan({ candidates }).ids).toEqual(["b", "r", "d"]);
  expect(plan({ candidates, degree: 2 }).ids).toEqual(["b", "r"]);
  expect(plan({ candidates, degree: 2, dialling: new Set(["b"]) }).ids).toEqual(["r"]);
  expect(plan({ candidates, maxOutbound: 6, outbound: 5 }).ids).toEqual(["b"]);
});

test("whoever is not due waits, and the loop knows until when", () => {
  const candidates = [candidate("later", "remembered", 500), candidate("latest", "discovered", 900)];
  expect(plan({ candidates })).toEqual({ ids: [], wakeAt: 500 });
  expect(plan({ candidates, now: 500 })).toEqual({ ids: ["later"], wakeAt: 900 });
});

test("with enough neighbours nothing is dialled, except one bootstrap node if none is connected", () => {
  const connected = new Set(["x", "y", "z"]);
  expect(plan({ candidates: [candidate("r", "remembered")], connected, outbound: 2 })).toEqual({
    ids: [],
    wakeAt: undefined,
  });
  const twoBootstraps = [candidate("b1", "bootstrap"), candidate("b2", "bootstrap")];
  expect(plan({ candidates: twoBootstraps, connected, outbound: 2 }).ids).toHaveLength(1);
  const one = { connected: new Set(["x", "y", "b1"]), outbound: 2 };
  expect(plan({ candidates: twoBootstraps, ...one }).ids).toEqual([]);
});

test("however many dialled us, half of the neighbours wanted are of our own choice", () => {
  const connected = new Set(Array.from({ length: 40 }, (_, index) => `stranger ${index}`));
  const candidates = ["a", "b", "c", "d", "e"].map((id) => candidate(id, "discovered"));
  const state = { candidates, connected, degree: 4 };
  expect(plan(state).ids).toHaveLength(2);
  expect(plan({ ...state, outbound: 1 }).ids).toHaveLength(1);
  expect(plan({ ...state, outbound: 2 }).ids).toEqual([]);
});

test("a bootstrap node keeps up links to the other bootstrap nodes only", () => {
  const candidates = [
    candidate("b1", "bootstrap"),
    candidate("b2", "bootstrap"),
    candidate("d", "discovered"),
    candidate("r", "remembered"),
  ];
  expect(plan({ candidates, degree: 0 }).ids.sort()).toEqual(["b1", "b2"]);
  expect(plan({ candidates, degree: 0, connected: new Set(["b1"]) }).ids).toEqual(["b2"]);
});

test("retries start after a quarter of a second and grow to half a minute for bootstrap nodes", () => {
  expect(retryDelay("bootstrap", 1, half)).toBe(250);
  expect(retryDelay("bootstrap", 2, half)).toBe(500);
  expect(retryDelay("bootstrap", 50, half)).toBe(30_000);
  expect(retryDelay("bootstrap", 1, () => 0)).toBeCloseTo(175);
  expect(retryDelay("bootstrap", 1, () => 0.999)).toBeLessThan(325);
});

test("a connection that ends at once counts as a failure, a long one clears the record", () => {
  const candidates = new Candidates(half);
  candidates.add("p", ["/ip4/127.0.0.1/tcp/1"], "remembered");
  for (let round = 1; round <= 3; round++) {
    candidates.connected("p", 1_000);
    candidates.disconnected("p", 1_500);
    expect([...candidates.values()][0]?.failures).toBe(round);
  }
  candidates.connected("p", 10_000);
  candidates.disconnected("p", 60_000);
  expect([...candidates.values()][0]).toMatchObject({ failures: 0, notBefore: 60_250 });
});

test("candidates are bounded: a stranger's inventions never push out bootstrap nodes or old friends", () => {
  const candidates = new Candidates(half);
  candidates.add("boot", ["/a"], "bootstrap");
  candidates.add("friend", ["/a"], "remembered");
  for (let index = 0; index < 5_000; index++) candidates.add(`fake ${index}`, ["/a"], "discovered");
  const ids = [...candidates.values()].map(({ id }) => id);
  expect(ids).toHaveLength(512);
  expect(ids).toEqual(expect.arrayContaining(["boot", "friend"]));
});

test("hearsay never pushes out an address that was configured or announced by the peer itself", () => {
  const candidates = new Candidates(half);
  candidates.add("boot", ["/real"], "bootstrap");
  candidates.add("friend", ["/real"], "remembered");
  for (let index = 0; index < 50; index++) {
    candidates.add("boot", [`/fake/${index}`], "discovered");
    candidates.add("friend", [`/fake/${index}`], "discovered");
  }
  for (const candidate of candidates.values()) expect(candidate.addresses[0]).toBe("/real");
  candidates.add("friend", ["/moved"], "remembered");
  expect([...candidates.values()].find(({ id }) => id === "friend")?.addresses.slice(0, 2)).toEqual([
    "/moved",
    "/real",
  ]);
});

test("a discovered peer that never answers is dropped", () => {
  const candidates = new Candidates(half);
  candidates.add("ghost", ["/a"], "discovered");
  for (let attempt = 0; attempt < 5; attempt++) candidates.failed("ghost", attempt);
  expect([...candidates.values()]).toEqual([]);
});
