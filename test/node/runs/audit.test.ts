import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Audit } from "../../../node/src/runs/audit.ts";
import { until } from "../../helpers/until.ts";
import { moodyBundle, type RunningPeer, type RunningPeerOptions, runningPeer } from "./running-peer.ts";

type Outcome = Awaited<ReturnType<NonNullable<RunningPeerOptions["sandbox"]>["runOnce"]>>;

const moody = moodyBundle();
const wishful = moodyBundle({ name: "wishful", permissions: { net: ["api.example.org"] } });
let peer: RunningPeer;
/** Takes the place of the sandbox's answer to the next run. */
let outcome: Outcome | undefined;

beforeAll(async () => {
  peer = await runningPeer({
    sandbox: { runOnce: async (...args) => outcome ?? (await peer.sandbox.runOnce(...args)) },
  });
  for (const bundle of [moody, wishful]) peer.publish(bundle);
});
afterAll(() => peer?.[Symbol.asyncDispose]());
afterEach(() => {
  outcome = undefined;
  peer.policy.current = {};
  peer.objections.splice(0);
  peer.told.splice(0);
});

const last = () => peer.peer.catalogue.usage.log.list({ limit: 1 })[0];
const failing = (run: Promise<unknown>) => run.then(() => "nothing").catch(({ code }) => code);

test("a run says by what right it ran, and with which grants, in its receipt and in the log", async () => {
  const receipt = await peer.run(moody.id, "good");
  expect(receipt.permitted).toBe("unasked");
  expect(last()).toMatchObject({ id: receipt.run, status: "ok", permitted: "unasked", name: "moody" });

  const granted = { net: ["api.example.org"], secrets: [] };
  for (const [yes, permitted] of [
    ["once", "approved-once"],
    ["always", "approved-always"],
    [undefined, "approved-before"],
    // Nothing was asked for this yes.
    ["once", "approved-before"],
  ] as const) {
    const { run, ...rest } = await peer.run(wishful.id, "good", yes);
    expect(rest).toMatchObject({ permitted, granted });
    expect(last()).toMatchObject({ id: run, permitted, granted, action: wishful.id });
  }
  // Approved, and it would have run without.
  peer.policy.current = { approved: [moody.id] };
  expect((await peer.run(moody.id, "good")).permitted).toBe("unasked");
});

test("what was not let run is written down and counts for nothing", async () => {
  const { usage } = peer.peer.catalogue;
  const before = usage.counters(wishful.id);
  for (let i = 1; i <= 3; i++) {
    expect(await failing(peer.run(wishful.id, "good"))).toBe("approval-needed");
    expect(last()).toMatchObject({ action: wishful.id, status: "approval-needed", attempts: i, granted: {} });
    expect(last()).not.toHaveProperty("permitted");
  }
  peer.objections.push({ kind: "rule", why: "you blocked it", remedy: "Unblock it." });
  expect(await failing(peer.run(wishful.id, "good", "once"))).toBe("refused-by-policy");
  expect(last()).toMatchObject({ status: "refused-by-policy", attempts: 1 });
  peer.objections.splice(0);
  const input = { signal: AbortSignal.timeout(60_000), caller: "user" } as const;
  expect(await failing(peer.runner.run(moody.id, { mood: 7 }, input))).toBe("input-invalid");
  expect(last()).toMatchObject({ action: moody.id, status: "input-invalid", attempts: 1 });
  expect(usage.counters(wishful.id)).toEqual(before);
});

test("a run that the machine ended, or its caller left, is in the log as a run", async () => {
  const { usage } = peer.peer.catalogue;
  const before = usage.counters(moody.id);
  outcome = { status: "unavailable", message: "no Deno", logs: [] };
  expect(await failing(peer.run(moody.id, "good"))).toBe("sandbox-unavailable");
  expect(last()).toMatchObject({ status: "sandbox-unavailable", permitted: "unasked" });
  expect(last()).not.toHaveProperty("attempts");
  outcome = undefined;
  const caller = new AbortController();
  const began = peer.granted.length;
  const run = failing(peer.runner.run(moody.id, { mood: "eat" }, { signal: caller.signal, caller: "user" }));
  await until(() => peer.granted.length > began, { what: "the run" });
  caller.abort(new Error("the caller is gone"));
  await run;
  expect(last()).toMatchObject({ status: "aborted", permitted: "unasked" });
  expect(last()).not.toHaveProperty("attempts");
  expect(usage.counters(moody.id)).toEqual(before);
});

test("whoever looks on hears of a run when it begins and when it ends, and of what was refused", async () => {
  const { run } = await peer.run(moody.id, "good");
  await failing(peer.run(wishful.id, "good"));
  expect(peer.told).toMatchObject([
    { type: "run-started", run, id: moody.id, name: "moody" },
    { type: "run-ended", run: { run, id: moody.id, name: "moody", status: "ok", permitted: "unasked" } },
    { type: "run-ended", run: { id: wishful.id, status: "approval-needed", attempts: expect.any(Number) } },
  ]);
});

test("a log that cannot be written takes no output from anybody, and says so to the peer's own log", async () => {
  const warnings: string[] = [];
  const told: string[] = [];
  const audit = new Audit({
    catalogue: peer.peer.catalogue,
    audience: "everybody",
    counted: () => told.push("counted"),
    told: ({ type }) => told.push(type),
    warn: (message) => warnings.push(message),
  });
  const { database } = peer.peer.catalogue;
  database.exec("ALTER TABLE runs RENAME TO elsewhere");
  const attempt = { id: "a-run", action: moody.id, name: "moody", began: 1 };
  const run = { ...attempt, started: 1, permitted: "unasked" as const, granted: {} };
  audit.ended(run, { status: "ok", durationMs: 1, says: "something" });
  audit.refused(attempt, { status: "approval-needed", durationMs: 1 });
  database.exec("ALTER TABLE elsewhere RENAME TO runs");
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain(moody.id);
  // Nothing was counted of a run that is in no log: both or neither.
  expect(told).toEqual(["run-ended", "run-ended"]);
});
