import type { Bundle } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import type { Finding } from "../../../node/src/verification/judge-outcome.ts";
import type { Outcome, Report } from "../../../node/src/verification/report.ts";
import { UNKNOWN_TRIES } from "../../../node/src/verification/retry.ts";
import { runnerVersion } from "../../../node/src/verification/runner-version.ts";
import { Verification, type VerificationParts } from "../../../node/src/verification/verification.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";
import { using } from "../uses/using.ts";

const HOUR = 3_600_000;
const OLD = { runner: "runner/1", deno: "2.9.6", layers: [] };
const NEW = { ...OLD, runner: "runner/2" };

/** A library action in a real catalogue, proved by the old runner; what the new one finds is the test's to say. */
function setUp(finds: Outcome) {
  const catalogue = new Catalogue(":memory:");
  const { actions } = catalogue;
  const bundle = bundleOf();
  const { id } = bundle;
  actions.add(bundle, "library", 1);
  const report = (outcome: Outcome, runner = NEW) =>
    ({ outcome, reason: `${outcome} now`, runner }) as unknown as Report;
  const time = { now: 1_000_000 };
  const asked: string[] = [];
  const judge = (priority: string) => ({
    async judge() {
      asked.push(priority);
      return report(finds);
    },
  });
  const parts = {
    judges: { asked: judge("asked"), background: judge("background"), first: judge("first") },
    analysis: { analyse: async () => ({ findings: [] }) },
    bundles: { load: async () => bundle, keep: async () => {}, discard: async () => {} },
    catalogue,
    announcer: undefined,
    self: peerOf(9),
    clock: () => time.now,
    changed: () => {},
  } as unknown as VerificationParts;
  const verification = new Verification(parts);
  verification.settle(id, report("pass", OLD));
  const verify = (urgency?: "background") => verification.verify(id, new AbortController().signal, urgency);
  return { actions, id, time, verify, asked };
}

test("a standing is stale for every version of the runner but the one that proved it", () => {
  const { actions, id, time } = setUp("pass");
  expect(actions.get(id)).toMatchObject({ standing: "passed", runner: runnerVersion(OLD) });
  expect(actions.stale(runnerVersion(OLD), time.now)).toBeUndefined();
  expect(actions.stale(runnerVersion(NEW), time.now)).toBe(id);
  expect(actions.stale(runnerVersion({ ...OLD, deno: "2.9.7" }), time.now)).toBe(id);
});

test("a new verdict takes the place of the old one, whichever it is", async () => {
  for (const [outcome, standing] of [
    ["pass", "passed"],
    ["fail", "failed"],
  ] as const) {
    const { actions, id, time, verify, asked } = setUp(outcome);
    await verify("background");
    expect(asked).toEqual(["background"]);
    expect(actions.get(id)).toMatchObject({ standing, runner: runnerVersion(NEW) });
    expect(actions.stale(runnerVersion(NEW), time.now)).toBeUndefined();
  }
});

test("a proof that the machine could not bring to an end leaves standing and report, and is tried hours later", async () => {
  const { actions, id, time, verify } = setUp("unknown");
  await verify("background");
  expect(actions.get(id)).toMatchObject({
    standing: "passed",
    reason: "pass now",
    runner: runnerVersion(OLD),
  });
  expect(actions.report(id)).toMatchObject({ outcome: "pass" });
  expect(actions.stale(runnerVersion(NEW), time.now)).toBeUndefined();
  expect(actions.stale(runnerVersion(NEW), time.now + 6 * HOUR)).toBe(id);
});

test("what somebody asks for is judged before what nobody asked for, and is first in the queue if it fails", async () => {
  const { actions, id, time, verify, asked } = setUp("unknown");
  actions.change(id, { standing: "pending", reason: "", attempts: 0, due: 0 });
  await verify();
  expect(asked).toEqual(["asked"]);
  expect(actions.get(id)).toMatchObject({ standing: "pending", attempts: 1 });
  expect(actions.due("asked", "-", time.now + HOUR, 10)).toEqual([id]);
});

test("what waits for an action that it uses stays pending for as long as that takes; what does not end is given up", () => {
  for (const [code, standing] of [
    ["used-action-unproved", "pending"],
    ["wall-clock", "unknown"],
  ] as const) {
    const catalogue = new Catalogue(":memory:");
    const bundle = bundleOf();
    catalogue.actions.add(bundle, "library", 1);
    const parts = { catalogue, self: peerOf(9), clock: () => 1_000_000, changed: () => {} };
    const verification = new Verification(parts as unknown as VerificationParts);
    const report = { outcome: "unknown", code, reason: code, runner: NEW } as unknown as Report;
    for (let tries = 0; tries < 10; tries++) verification.settle(bundle.id, report);
    expect(catalogue.actions.get(bundle.id)).toMatchObject({ standing, attempts: 10, reason: code });
  }
});

/** Actions of the library in a real catalogue, of which some use others; the code of each can be had, and is counted. */
function setUpUsing(bundles: readonly Bundle[]) {
  const catalogue = new Catalogue(":memory:");
  const { actions } = catalogue;
  for (const bundle of bundles) actions.add(bundle, "library", 1);
  const time = { now: 1_000_000 };
  const [fetched, judged]: [string[], string[]] = [[], []];
  const nameOf = (id: string) => bundles.find((one) => one.id === id)?.manifest.name ?? "?";
  const unknown = { outcome: "unknown", code: "wall-clock", reason: "wall-clock: too slow", runner: NEW };
  const judge = {
    judge: async (bundle: { source: { code: string } }) => {
      judged.push(bundle.source.code);
      return unknown;
    },
    withoutRun: ({ outcome, code, detail }: Finding) => ({ outcome, code, reason: detail, runner: NEW }),
  };
  const parts = {
    judges: { asked: judge, background: judge, first: judge },
    analysis: { analyse: async () => ({ findings: [] }) },
    bundles: {
      load: async ({ id }: { id: string }) => {
        fetched.push(nameOf(id));
        return bundles.find((one) => one.id === id);
      },
    },
    catalogue,
    refusal: () => undefined,
    clock: () => time.now,
    changed: () => {},
  } as unknown as VerificationParts;
  const verification = new Verification(parts);
  const verify = (bundle: Bundle, urgency?: "background") =>
    verification.verify(bundle.id, new AbortController().signal, urgency);
  return { actions, time, fetched, judged, verify };
}

const SLOW = using("slow", "slow");
const user = (number: number) => using(`user${number}`, `user ${number}`, { uses: [SLOW.id] });

test("what uses an action that nobody knows is not fetched, and waits an hour at most between two tries", async () => {
  const { actions, time, fetched, verify } = setUpUsing([user(1)]);
  for (let tries = 0; tries < 20; tries++) {
    expect(await verify(user(1), "background")).toMatchObject({ code: "used-action-unproved" });
    expect(actions.isDue(user(1).id, time.now)).toBe(false);
    time.now += Math.min(2_000 * 2 ** tries, HOUR);
    expect(actions.isDue(user(1).id, time.now)).toBe(true);
  }
  expect(actions.standing(user(1).id)).toBe("pending");
  expect(fetched).toEqual([]);
});

test("thousands that use a slow action do not have it run more often than it would be by itself", async () => {
  const users = Array.from({ length: 20 }, (_, at) => user(at));
  const { actions, time, judged, verify } = setUpUsing([SLOW, ...users]);
  for (let round = 0; round < 6; round++) {
    for (const one of users)
      expect(await verify(one, "background")).toMatchObject({ code: "used-action-unproved" });
    expect(judged).toHaveLength(Math.min(round + 1, UNKNOWN_TRIES));
    time.now += HOUR;
  }
  expect(actions.standing(SLOW.id)).toBe("unknown");
  // Whoever asks for it has it tried again.
  await verify(users[0] ?? SLOW);
  expect(judged).toHaveLength(UNKNOWN_TRIES + 1);
});
