import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nextSource, type SourceState } from "../../../../node/src/network/blocks/block-sources.ts";
import { hedged, untilNextAttempt } from "../../../../node/src/network/blocks/hedge.ts";

const STATE: SourceState = {
  providers: ["a", "b", "c"],
  tried: new Set(),
  lookedUp: false,
  maxProviders: 4,
  isConnected: () => false,
};

test("the best provider comes first, one that is connected before it, the DHT last and once", () => {
  expect(nextSource(STATE)).toEqual({ kind: "provider", peer: "a" });
  const connected = { ...STATE, tried: new Set(["a"]), isConnected: (peer: string) => peer === "c" };
  expect(nextSource(connected)).toEqual({ kind: "provider", peer: "c" });
  const all = { ...STATE, tried: new Set(["a", "b", "c"]) };
  expect(nextSource(all)).toEqual({ kind: "lookup" });
  expect(nextSource({ ...all, lookedUp: true })).toBeUndefined();
});

test("no more named providers are tried than allowed", () => {
  const state = { ...STATE, maxProviders: 2, tried: new Set(["a", "b"]), isConnected: () => true };
  expect(nextSource(state)).toEqual({ kind: "lookup" });
});

test("an attempt starts at once when none runs, after the stagger beside another, never beyond the width", () => {
  expect(untilNextAttempt({ running: 0, width: 3, now: 0, dueAt: 400 })).toBe(0);
  expect(untilNextAttempt({ running: 1, width: 3, now: 100, dueAt: 400 })).toBe(300);
  expect(untilNextAttempt({ running: 2, width: 3, now: 500, dueAt: 400 })).toBe(0);
  expect(untilNextAttempt({ running: 3, width: 3, now: 500, dueAt: 400 })).toBeUndefined();
});

interface Asked {
  name: string;
  at: number;
  signal: AbortSignal;
  answer: (result: string | undefined) => void;
  fail: (error: unknown) => void;
}

/** Candidates whose answers the test gives, on a clock that the test turns. */
class Race {
  readonly asked: Asked[] = [];
  readonly failures: string[] = [];
  readonly controller = new AbortController();
  readonly outcome: Promise<string | undefined>;

  constructor(names: string[], failed?: (error: unknown) => void) {
    const begun = performance.now();
    this.outcome = hedged<string, string>({
      next: () => names.shift(),
      attempt: (name, signal) =>
        new Promise((answer, fail) => {
          this.asked.push({ name, at: performance.now() - begun, signal, answer, fail });
        }),
      failed: (name, error) => {
        this.failures.push(name);
        failed?.(error);
      },
      width: 3,
      staggerMs: 400,
      signal: this.controller.signal,
      now: () => performance.now(),
    });
    // Some tests look at it later.
    this.outcome.catch(() => undefined);
  }

  when(name: string): number | undefined {
    return this.asked.find((one) => one.name === name)?.at;
  }

  one(name: string): Asked {
    const asked = this.asked.find((candidate) => candidate.name === name);
    if (!asked) throw new Error(`${name} was not asked`);
    return asked;
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("silent candidates cost the stagger each; the fourth waits until one of three has ended", async () => {
  const race = new Race(["a", "b", "c", "d"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(race.asked.map(({ name, at }) => [name, at])).toEqual([
    ["a", 0],
    ["b", 400],
    ["c", 800],
  ]);
  race.one("b").fail(new Error("gone"));
  await vi.advanceTimersByTimeAsync(0);
  expect(race.when("d")).toBe(5_000);
  race.one("d").answer("here");
  expect(await race.outcome).toBe("here");
  expect(race.failures).toEqual(["b"]);
  expect(["a", "c"].map((name) => race.one(name).signal.aborted)).toEqual([true, true]);
});

test("a candidate that answers within the stagger is asked alone; a failure starts the next at once", async () => {
  const race = new Race(["a", "b", "c"]);
  await vi.advanceTimersByTimeAsync(100);
  race.one("a").fail(new Error("gone"));
  await vi.advanceTimersByTimeAsync(0);
  expect(race.when("b")).toBe(100);
  race.one("b").answer("here");
  expect(await race.outcome).toBe("here");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(race.asked.map(({ name }) => name)).toEqual(["a", "b"]);
});

test("nobody left: undefined; a failure that no other candidate would mend, and an abort, end everything", async () => {
  const nobody = new Race(["a"]);
  await vi.advanceTimersByTimeAsync(0);
  nobody.one("a").answer(undefined);
  expect(await nobody.outcome).toBeUndefined();

  const fatal = new Race(["a", "b"], (error) => {
    throw error;
  });
  await vi.advanceTimersByTimeAsync(400);
  fatal.one("a").fail(new Error("too large"));
  await expect(fatal.outcome).rejects.toThrow("too large");
  expect(fatal.one("b").signal.aborted).toBe(true);

  const given = new Race(["a", "b"]);
  await vi.advanceTimersByTimeAsync(0);
  given.controller.abort(new Error("changed my mind"));
  await expect(given.outcome).rejects.toThrow("changed my mind");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(given.asked).toHaveLength(1);
  expect(given.one("a").signal.aborted).toBe(true);
});
