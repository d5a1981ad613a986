import { createVerifier, type Json, openRecord } from "@action-collective/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { NETWORK } from "../../helpers/records.ts";
import { until } from "../../helpers/until.ts";
import { moodyBundle, type RunningPeer, type RunningPeerOptions, runningPeer } from "./running-peer.ts";

type Outcome = Awaited<ReturnType<NonNullable<RunningPeerOptions["sandbox"]>["runOnce"]>>;

const moody = moodyBundle();
let peer: RunningPeer;
/** Takes the place of the sandbox's answer to the next run. */
let outcome: Outcome | undefined;

beforeAll(async () => {
  peer = await runningPeer({
    sandbox: { runOnce: async (...args) => outcome ?? (await peer.sandbox.runOnce(...args)) },
  });
  peer.publish(moody);
});
beforeEach(() => {
  outcome = undefined;
});
afterAll(() => peer?.[Symbol.asyncDispose]());

const counters = () => peer.peer.catalogue.usage.counters(moody.id);
const failing = (run: Promise<unknown>) => run.then(() => undefined).catch((error: unknown) => error);

async function counted(run: () => Promise<unknown>) {
  const before = counters();
  const error = await failing(run());
  const after = counters();
  return {
    code: (error as { code?: string } | undefined)?.code,
    runs: after.runs - before.runs,
    succeeded: after.succeeded - before.succeeded,
  };
}

test.each([
  ["good", undefined, 1],
  ["throw", "action-threw", 0],
  ["lie", "output-invalid", 0],
  ["eat", "sandbox-limit", 0],
])("a run that ends as %s counts once, and a failure is the action's", async (mood, code, succeeded) => {
  expect(await counted(() => peer.run(moody.id, mood))).toEqual({ code, runs: 1, succeeded });
  const rows = peer.peer.catalogue.database
    .prepare("SELECT status FROM runs ORDER BY rowid DESC LIMIT 1")
    .all();
  expect(rows).toEqual([{ status: code ?? "ok" }]);
});

test("input that does not fit, the policy, the machine and a caller who leaves are not the action's fault", async () => {
  const run = (input: Json, signal = AbortSignal.timeout(60_000)) =>
    peer.runner.run(moody.id, input, { signal, caller: "user" });
  const none = { runs: 0, succeeded: 0 };
  expect(await counted(() => run({ mood: 7 }))).toEqual({ code: "input-invalid", ...none });

  outcome = { status: "unavailable", message: "no Deno", logs: [] };
  expect(await counted(() => run({ mood: "good" }))).toEqual({ code: "sandbox-unavailable", ...none });
  outcome = undefined;

  peer.objections.push({ kind: "rule", why: "you blocked it", remedy: "Unblock it." });
  expect(await counted(() => run({ mood: "good" }))).toEqual({ code: "refused-by-policy", ...none });
  peer.objections.splice(0, 1, { kind: "doubt", why: "its test is weak", remedy: "Lower it." });
  expect(await counted(() => run({ mood: "good" }))).toEqual({ code: "approval-needed", ...none });
  peer.objections.splice(0);

  const caller = new AbortController();
  const began = peer.granted.length;
  const leaving = counted(() => run({ mood: "eat" }, caller.signal));
  await until(() => peer.granted.length > began, { what: "the run" });
  caller.abort(new Error("the caller is gone"));
  expect(await leaving).toEqual({ code: undefined, ...none });
});

test("what is published of runs holds counts, and nothing that went in or came out", async () => {
  // Found again as it is, so that a trace of it would be.
  const word = fc.stringMatching(/^[a-z0-9 äöü]{12,40}$/);
  const words = fc.sample(word, { numRuns: 8, seed: 7 });
  const start = peer.peer.said.length;
  const before = counters();
  for (const text of words) {
    expect(await peer.run(moody.id, text)).toMatchObject({ output: text });
    await failing(peer.run(moody.id, `throw ${text}`));
  }
  await peer.feedback.say(moody.id, true);
  await peer.feedback.flush();
  const said = peer.peer.said.slice(start).map((bytes) => openRecord(bytes, createVerifier(), NETWORK));
  expect(said).toMatchObject([
    {
      kind: "feedback",
      subject: moody.id,
      body: { runs: before.runs + 16, succeeded: before.succeeded + 8, useful: before.useful + 1 },
    },
  ]);
  for (const { bytes, body } of said) {
    expect(Object.keys(body).toSorted()).toEqual(["runs", "succeeded", "useful", "useless"]);
    for (const text of words) expect(Buffer.from(bytes).includes(text)).toBe(false);
  }
});

test("the peer itself writes nothing of it down either", async () => {
  const secret = "what the user asked for at night";
  await peer.run(moody.id, secret);
  await failing(peer.run(moody.id, `throw ${secret}`));
  const { database } = peer.peer.catalogue;
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
    name: string;
  }[];
  expect(tables.map(({ name }) => name)).toContain("runs");
  for (const { name } of tables)
    for (const row of database.prepare(`SELECT * FROM "${name}"`).all())
      for (const value of Object.values(row)) {
        const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value));
        expect(bytes.includes(secret), name).toBe(false);
      }
});
