import type { ActionDefinitionInput, ScoreExplanation } from "action-collective";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

/** Its test passes everywhere; only who uses it finds out. */
const HALF_WRONG: ActionDefinitionInput = {
  ...addingAction(0),
  name: "addNothingUpToAHundred",
  description: "Adds nothing to a number; above a hundred it is wrong.",
  code: "export default ({ x }: { x: number }) => (x > 100 ? -1 : x);\n",
};
/** Verification goes on, however busy the machine is otherwise. */
const BUSY = { COLLECTIVE_QUIET_LOAD: "1000" };
const COMPLAINTS = 5;
const PATIENCE = { timeoutMs: 45_000, everyMs: 100 };

let a: PeerProcess;
let b: PeerProcess;
let c: PeerProcess;
let m: PeerProcess;
const run = (peer: PeerProcess, ...args: string[]) => collective(args, { COLLECTIVE_HOME: peer.home });

/**
 * A is trusted by B, C follows nobody and keeps to itself what it runs, M means no good. B and C test only what is asked of
 * them: A's word does not earn its weight by being right there.
 */
beforeAll(async () => {
  a = await PeerProcess.start({ env: BUSY });
  const join = { bootstrap: a.started.addresses };
  const asked = { ...BUSY, COLLECTIVE_VERIFY: "false" };
  [b, c, m] = await Promise.all([
    PeerProcess.start({ ...join, env: asked }),
    PeerProcess.start({ ...join, env: { ...asked, COLLECTIVE_FEEDBACK: "false" } }),
    PeerProcess.start({ ...join, env: BUSY }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([a, b, c, m].map((peer) => peer?.[Symbol.asyncDispose]()));
});

/** Waits until the peer has heard of it, and has its test run there. */
async function passed(peer: PeerProcess, id: string): Promise<void> {
  await until(() => peer.client.show(id), { what: "an action that was heard of", ...PATIENCE });
  expect(await peer.client.verify(id)).toMatchObject({ outcome: "pass" });
}

function scoreOnce(
  peer: PeerProcess,
  id: string,
  what: string,
  holds: (score: ScoreExplanation) => boolean,
): Promise<ScoreExplanation> {
  return until(
    async () => {
      const score = await peer.client.score(id);
      return holds(score) ? score : undefined;
    },
    { what, ...PATIENCE },
  );
}

test("whom a user follows counts: for what they vouch for, and against what failed them", {
  timeout: 120_000,
}, async () => {
  const decent = (await m.client.publish(addingAction(2))).id;
  const bad = (await m.client.publish(HALF_WRONG)).id;
  await Promise.all([passed(a, decent), passed(a, bad)]);
  expect(await run(b, "follow", a.started.peerId)).toMatchObject({ code: 0 });
  const voiceOfA = ({ raters }: ScoreExplanation) => raters.find(({ peer }) => peer === a.started.peerId);
  const verdictOf = (peer: PeerProcess, id: string) =>
    scoreOnce(peer, id, "A's verdict", (score) => voiceOfA(score) !== undefined);
  const [decentAtB, decentAtC] = [await verdictOf(b, decent), await verdictOf(c, decent)];
  expect(decentAtB.score.value).toBeGreaterThan(decentAtC.score.value);
  expect(voiceOfA(decentAtB)?.weight).toBeGreaterThan(2 * (voiceOfA(decentAtC)?.weight ?? 1));
  const atB = await b.client.peer(a.started.peerId);
  expect(atB).toMatchObject({ statement: { level: 1 }, discredited: null });
  expect(atB.paths).toContainEqual([a.started.peerId]);

  // A's agents use the other one for real, and it serves them ill: no test tells, only what A says of it.
  const [before, beforeAtC] = [await verdictOf(b, bad), await verdictOf(c, bad)];
  for (let n = 1; n <= COMPLAINTS; n++) {
    expect((await a.client.run(bad, { x: 500 })).output).toBe(-1);
    await a.client.feedback(bad, { useful: false });
  }
  const [after, afterAtC] = await Promise.all(
    [b, c].map((peer) =>
      scoreOnce(peer, bad, "A's complaints", ({ score }) => score.feedback.useless === COMPLAINTS),
    ),
  );
  const drop = before.score.value - (after?.score.value ?? 1);
  expect(drop).toBeGreaterThan(0.005);
  expect(drop).toBeGreaterThan(beforeAtC.score.value - (afterAtC?.score.value ?? 1));
  // Its test passed at A as well: that says less to B than how it served.
  expect(after?.score.value).toBeLessThan(afterAtC?.score.value ?? 0);

  const why = await run(b, "score", decent, "--explain", "--json");
  expect(why.code).toBe(0);
  const explained = JSON.parse(why.stdout) as ScoreExplanation;
  expect(voiceOfA(explained)).toMatchObject({ outcome: "pass", path: [a.started.peerId] });
  expect(voiceOfA(explained)?.weight).toBeGreaterThan(0);
  expect((await run(b, "score", decent, "--explain")).stdout).toContain(a.started.peerId.slice(0, 15));

  const distrusted = await run(b, "distrust", a.started.peerId, "--reason", "praised what was wrong");
  expect(distrusted).toMatchObject({ code: 0 });
  expect((await b.client.score(decent)).score.value).toBeLessThan(explained.score.value);
  expect((await b.client.trust()).statements).toMatchObject([
    { peer: a.started.peerId, reason: "praised what was wrong", published: false },
  ]);
});

test("runs count themselves and are told in numbers; with feedback off, nothing is told", {
  timeout: 90_000,
}, async () => {
  const { id } = await a.client.publish(addingAction(3));
  await Promise.all([b, c].map((peer) => passed(peer, id)));
  for (const peer of [c, b])
    expect(await run(peer, "run", id, "--input", '{"x":1}')).toMatchObject({ code: 0, stdout: "4\n" });
  const told = (runs: number) =>
    scoreOnce(
      a,
      id,
      `${runs} runs of B`,
      ({ feedback }) => feedback.find(({ peer }) => peer === b.started.peerId)?.runs === runs,
    );
  await told(1);
  // C ran it before B did, so its turn to tell has passed when B has told twice, and C's word still gets through.
  await b.client.run(id, { x: 2 });
  await told(2);
  const said = await c.client.publish(addingAction(4));
  await passed(a, said.id);
  const { feedback } = await told(2);
  expect(feedback.map(({ peer }) => peer)).not.toContain(c.started.peerId);
  // It knows by itself how the action served it.
  const own = (await c.client.score(id)).feedback.filter((one) => one.own);
  expect(own).toMatchObject([{ peer: c.started.peerId, runs: 1, succeeded: 1 }]);
});

test("what its publisher takes back is no longer offered, runs only with a yes, and can come again", {
  timeout: 90_000,
}, async () => {
  const { id, name } = await a.client.publish(addingAction(5));
  await passed(b, id);
  const found = async () => (await b.client.search("adds 5 to a number")).some((card) => card.id === id);
  expect(await found()).toBe(true);

  const withdrawn = await run(a, "withdraw", id, "--reason", "superseded");
  expect(withdrawn).toMatchObject({ code: 0, stdout: `${id}\n`, stderr: expect.stringContaining(name) });
  expect((await run(b, "withdraw", id)).code).toBe(1);
  await until(async () => !(await found()), { what: "the withdrawal at B", ...PATIENCE });
  expect(await b.client.score(id)).toMatchObject({ withdrawn: true, gate: { decision: "asks" } });
  const asks = await run(b, "run", id, "--input", '{"x":1}', "--json");
  expect(asks).toMatchObject({ code: 7, stdout: "" });
  expect(JSON.parse(asks.stderr)).toMatchObject({ error: { code: "approval-needed" } });
  expect(await b.client.run(id, { x: 1 }, { approve: "once" })).toMatchObject({ output: 6 });
  expect((await run(b, "run", id, "--input", '{"x":1}')).code).toBe(7);

  await a.client.publish(addingAction(5));
  await until(found, { what: "the action published again", ...PATIENCE });
  expect(await run(b, "run", id, "--input", '{"x":1}')).toMatchObject({ code: 0, stdout: "6\n" });
});
