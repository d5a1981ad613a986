import type { RunView } from "@action-collective/protocol";
import { expect, test } from "vitest";
import {
  NO_RUNS,
  type RunStarted,
  withEnded,
  withFirst,
  withMore,
  withStarted,
} from "../../dashboard/src/parts/run-log.ts";

const ALL = { failed: false };

const ended = (run: string, rest: Partial<RunView> = {}): RunView => ({
  ...{ run, id: "bafyA", name: "addN1", started: 1, durationMs: 5, status: "ok", granted: {} },
  ...rest,
});
const started = (run: string, id = "bafyA"): RunStarted => ({
  ...{ type: "run-started", run, id, name: "addN1", started: 2 },
});

test("a run is under way until it ended, and stands once at the top then", () => {
  const begun = withStarted(NO_RUNS, started("r2"), ALL);
  expect(begun.running.map(({ run }) => run)).toEqual(["r2"]);
  const log = withEnded(withEnded(begun, ended("r1"), ALL), ended("r2"), ALL);
  expect(log.running).toEqual([]);
  expect(log.ended.map(({ run }) => run)).toEqual(["r2", "r1"]);
  expect(withEnded(log, ended("r1"), ALL).ended.map(({ run }) => run)).toEqual(["r1", "r2"]);
  // An event that was overtaken begins nothing again.
  expect(withStarted(log, started("r2"), ALL)).toBe(log);
});

test("pages and what happens meanwhile fit together without doubles", () => {
  const begun = withStarted(withStarted(NO_RUNS, started("r3"), ALL), started("r4"), ALL);
  const first = withFirst(begun, { runs: [ended("r3"), ended("r2")], next: "c" });
  expect(first.running.map(({ run }) => run)).toEqual(["r4"]);
  expect(first.next).toBe("c");
  const all = withMore(first, { runs: [ended("r2"), ended("r1")] });
  expect(all.ended.map(({ run }) => run)).toEqual(["r3", "r2", "r1"]);
  expect(all.next).toBeUndefined();
});

test("a filter holds for what happens live, too", () => {
  const filter = { action: "bafyA", failed: true };
  const begun = withStarted(withStarted(NO_RUNS, started("a"), filter), started("b", "bafyB"), filter);
  expect(begun.running.map(({ run }) => run)).toEqual(["a"]);
  const bad = { status: "action-threw" };
  const log = [ended("a"), ended("c", bad), ended("d", { ...bad, id: "bafyB" })].reduce(
    (before, run) => withEnded(before, run, filter),
    begun,
  );
  expect(log.running).toEqual([]);
  expect(log.ended.map(({ run }) => run)).toEqual(["c"]);
});

test("an attempt that is repeated replaces the one before, as in the peer's own log", () => {
  const attempt = (run: string, attempts: number, rest: Partial<RunView> = {}) =>
    ended(run, { status: "refused-by-policy", attempts, ...rest });
  const log = [
    attempt("a", 1),
    attempt("b", 2),
    attempt("c", 1, { agent: { id: "k", name: "bot" } }),
    ended("d", { status: "action-threw" }),
    ended("e", { status: "action-threw" }),
  ].reduce((before, run) => withEnded(before, run, ALL), NO_RUNS);
  expect(log.ended.map(({ run, attempts }) => [run, attempts])).toEqual([
    ["e", undefined],
    ["d", undefined],
    ["c", 1],
    ["b", 2],
  ]);
});

test("the log stays bounded however much runs", () => {
  let log = NO_RUNS;
  for (let i = 0; i < 1_200; i++)
    log = withEnded(withStarted(log, started(`s${i}`), ALL), ended(`r${i}`), ALL);
  expect(log.ended).toHaveLength(1_000);
  expect(log.ended[0]?.run).toBe("r1199");
  expect(log.running).toHaveLength(100);
});
