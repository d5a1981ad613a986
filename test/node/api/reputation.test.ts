import { join } from "node:path";
import type { ActionDefinitionInput, ActionId } from "@action-collective/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleOf, peerOf, recordOf, verdictBodyOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { runningPeer } from "./running-peer.ts";

const PATIENCE_MS = 120_000;

const double: ActionDefinitionInput = {
  name: "double",
  description: "Doubles a number.",
  input: {
    type: "object",
    properties: { n: { type: "number" } },
    required: ["n"],
    additionalProperties: false,
  },
  output: { type: "number" },
  licence: "MIT",
  language: "typescript",
  code: "export default ({ n }: { n: number }) => n * 2;\n",
  cases: [
    { input: { n: 1 }, output: 2 },
    { input: { n: 0 }, output: 0 },
    { input: { n: -2 }, output: -4 },
  ],
};
const triple: ActionDefinitionInput = {
  ...double,
  name: "triple",
  description: "Triples a number.",
  code: "export default ({ n }: { n: number }) => n * 3;\n",
  cases: [1, 0, -2].map((n) => ({ input: { n }, output: n * 3 })),
};

type Running = Awaited<ReturnType<typeof runningPeer>>;

describe("two whole peers, through SDK and command line", { timeout: PATIENCE_MS }, () => {
  let user: Running;
  let author: Running;
  let id: string;
  /** As the command line shows the author. */
  let short: string;

  beforeAll(async () => {
    user = await runningPeer(1);
    const [address = ""] = user.peer.network.addresses();
    author = await runningPeer(2, { bootstrap: [address] });
    short = author.peer.id.slice(0, 15);
    await user.client.publish(double);
    ({ id } = await author.client.publish(triple));
    await until(() => user.peer.catalogue.actions.get(id as ActionId) !== undefined, {
      what: "the action to arrive",
      timeoutMs: PATIENCE_MS,
    });
  }, PATIENCE_MS);
  afterAll(async () => {
    await author[Symbol.asyncDispose]();
    await user[Symbol.asyncDispose]();
  }, PATIENCE_MS);

  it("explain a score by what was found out here", async () => {
    const score = await user.client.score("double");
    expect(score).toMatchObject({ name: "double", standing: "passed", withdrawn: false });
    expect(score.gate).toEqual({ decision: "runs", why: expect.stringContaining("passed here") });
    expect(score.own.passes).toBeGreaterThan(0);
    expect(score.passes).toBeGreaterThanOrEqual(score.own.passes);
    await user.client.run("double", { n: 4 });
    expect((await user.client.score("double")).feedback).toMatchObject([
      { own: true, runs: 1, succeeded: 1 },
    ]);
    const { stdout } = await user.run(["score", "double", "--explain"]);
    expect(stdout).toMatch(/^when run +runs without asking/m);
    expect(stdout).toMatch(/^ {2}you +1 +1 +0 +0 /m);
  });

  it("let the word of somebody count who is followed, by the beginning of an id, and not any more", async () => {
    const rater = peerOf(42);
    user.hears(recordOf("verdict", bundleOf(), 42, verdictBodyOf("pass"), 1, Date.now()));
    const before = await user.client.score("double");
    expect(before.raters).toMatchObject([{ peer: rater, outcome: "pass", path: [] }]);
    const followed = await user.run(["follow", rater.slice(0, 15), "--reason", "we met"]);
    expect(followed).toMatchObject({ code: 0, stdout: `${rater}  +1 followed\n` });
    const after = await user.client.score("double");
    expect(after.raters).toMatchObject([{ peer: rater, path: [rater] }]);
    expect(after.raters[0]?.weight).toBeGreaterThan(before.raters[0]?.weight ?? Number.POSITIVE_INFINITY);
    expect(after.score.value).toBeGreaterThan(before.score.value);
    expect((await user.run(["score", "double", "--explain"])).stdout).toContain("you → it (followed)");
    expect((await user.client.trust()).statements).toMatchObject([
      { peer: rater, level: 1, reason: "we met", published: false },
    ]);
    expect(await user.client.peer(rater)).toMatchObject({
      connected: false,
      statement: { level: 1 },
      paths: [[rater]],
      discredited: null,
    });
    await user.client.unfollow(rater.slice(0, 15));
    expect((await user.client.trust()).statements).toEqual([]);
    expect((await user.client.score("double")).score.value).toBe(before.score.value);
  });

  it("refuse to trust or to show themselves, and whom nobody knows by a beginning", async () => {
    await expect(user.client.follow(user.peer.id)).rejects.toMatchObject({ code: "bad-request" });
    // A newcomer of whom nothing is known would be shown.
    expect(await user.run(["trust", user.peer.id])).toMatchObject({
      ...{ code: 1, stdout: "" },
      stderr: expect.stringContaining("That is this peer itself"),
    });
    await expect(user.client.follow("12D3KooWnobody")).rejects.toMatchObject({ code: "not-found" });
    expect(await user.run(["trust", "12D3KooWnobody"])).toMatchObject({ code: 3, stdout: "" });
  });

  it("let no yes pass on to another action that has the name of one that is hidden now", async () => {
    const meant = bundleOf({ name: "shared" });
    const twin = bundleOf({ name: "shared", description: "Says that it does the same." });
    for (const one of [meant, twin]) user.peer.catalogue.actions.add(one, "network", Date.now());
    await user.run(["policy", "block", meant.id]);
    // Unless it is offered, it is not what a name means…
    expect(await user.client.show("shared")).toMatchObject({ id: twin.id });
    // …but whoever said yes may have meant it.
    for (const approve of ["once", "always"] as const)
      await expect(user.client.run("shared", { n: 2 }, { approve })).rejects.toMatchObject({
        code: "ambiguous",
      });
    expect((await user.client.policy()).policy.approved).toBeUndefined();
    await user.run(["policy", "unblock", meant.id]);
  });

  it("run what is in doubt only on a yes, once or for good", async () => {
    expect(await user.client.call("triple", { n: 2 })).toBe(6);
    await user.run(["policy", "set", "minScore", "0.99"]);
    await expect(user.client.run("triple", { n: 2 })).rejects.toMatchObject({ code: "approval-needed" });
    expect((await user.client.score("triple")).gate.decision).toBe("asks");
    const asked: string[] = [];
    const approve = ({ id: about, message }: { id: string; message: string }) => {
      asked.push(about);
      return message.includes("triple");
    };
    expect(await user.client.call("triple", { n: 3 }, { approve })).toBe(9);
    expect(asked).toEqual([id]);
    const input = ["--input", '{"n":4}'];
    expect(await user.run(["run", "triple", ...input])).toMatchObject({ code: 7, stdout: "" });
    expect(await user.run(["run", "triple", ...input, "--yes"])).toMatchObject({ code: 0, stdout: "12\n" });
    expect(await user.run(["policy", "approve", "triple"])).toMatchObject({ code: 0, stdout: `${id}\n` });
    expect(await user.client.call("triple", { n: 5 })).toBe(15);
    await user.run(["policy", "approve", "triple", "--take-back"]);
    await expect(user.client.run("triple", { n: 5 })).rejects.toMatchObject({ code: "approval-needed" });
    await user.client.run("triple", { n: 5 }, { approve: "always" });
    expect((await user.client.policy()).policy).toEqual({ minScore: 0.99, approved: [id] });
    await user.client.changePolicy({ approved: null, onDoubt: "refuse" });
    await expect(user.client.run("triple", { n: 5 }, { approve: "once" })).rejects.toMatchObject({
      code: "refused-by-policy",
    });
    await user.client.changePolicy({ minScore: null, onDoubt: null });
    expect(await user.client.call("triple", { n: 6 })).toBe(18);
  });

  it("keep out what only a blocked peer published, say so, and offer it again afterwards", async () => {
    const offered = async () => (await user.client.search("triples a number")).map(({ name }) => name);
    expect(await offered()).toContain("triple");
    expect(await user.run(["policy", "block", short])).toMatchObject({
      code: 0,
      stdout: `${author.peer.id}\n`,
    });
    expect(await offered()).not.toContain("triple");
    await expect(user.client.run("triple", { n: 1 })).rejects.toMatchObject({ code: "refused-by-policy" });
    expect((await user.client.status()).policy).toEqual({ rules: 1, lists: 0, hidden: 1 });
    expect((await user.run(["status"])).stdout).toMatch(
      /^policy +1 rule, 0 block lists, 1 known action hidden$/m,
    );
    expect((await user.run(["policy"])).stdout).toMatch(/^What they hide\n {2}1 action: /m);
    await user.run(["policy", "unblock", short]);
    expect(await offered()).toContain("triple");
    await expect(user.client.changePolicy({ authors: ["nobody"] })).rejects.toMatchObject({
      code: "invalid-policy",
      status: 422,
    });
    expect((await user.client.policy()).policy).toEqual({});
  });

  it("show what each gave to the other", async () => {
    await until(async () => (await user.client.peers()).length === 1, {
      what: "the author to be connected again",
      timeoutMs: PATIENCE_MS,
    });
    const [met] = await user.client.peers();
    expect(met).toMatchObject({ id: author.peer.id, takenBytes: expect.any(Number) });
    expect(met?.takenBytes).toBeGreaterThan(0);
    const { giveAndTake } = await user.client.status();
    expect(giveAndTake.takenBytes).toBeGreaterThanOrEqual(met?.takenBytes ?? Number.POSITIVE_INFINITY);
    expect(giveAndTake.peers).toMatchObject([{ peer: author.peer.id, share: expect.any(Number) }]);
    expect((await user.run(["peers"])).stdout).toContain(`\n${short}  `);
    const { stdout } = await user.run(["trust", short]);
    expect(stdout).toMatch(/^connected +yes$/m);
    expect(stdout).toMatch(/^as an author +score \d\.\d\d: 1 action, /m);
  });

  it("take back only what they published, and tell everybody", async () => {
    expect(await user.run(["withdraw", "triple"])).toMatchObject({ code: 1, stdout: "" });
    await expect(user.client.withdraw("triple")).rejects.toMatchObject({ code: "not-published-here" });
    const withdrawn = await author.run(["withdraw", "triple", "--reason", "wrong for 0"]);
    expect(withdrawn).toMatchObject({ code: 0, stdout: `${id}\n` });
    await until(async () => (await user.client.show(id)).withdrawn, {
      what: "the withdrawal to arrive",
      timeoutMs: PATIENCE_MS,
    });
    expect((await user.run(["show", id])).stdout).toMatch(/^withdrawn +withdrawn by its publisher/m);
    expect(await user.client.score(id)).toMatchObject({ withdrawn: true, gate: { decision: "asks" } });
    await expect(author.client.withdraw(id)).rejects.toMatchObject({ code: "not-published-here" });
  });

  it("name one successor that agreed, and others hear of it", async () => {
    await using folder = await temporaryFolder();
    const [next, other] = ["next", "other"].map((name) => join(folder.path, name)) as [string, string];
    const successor = (await author.run(["network", "key", next])).stdout.trim();
    await author.run(["network", "key", other]);
    const forged = Buffer.alloc(64).toString("base64");
    await expect(author.client.succession({ successor, consent: forged })).rejects.toMatchObject({
      code: "key-statement-refused",
      message: expect.stringContaining("did not agree"),
    });
    expect(await author.run(["key", "successor", "--new-home", next, "--yes"])).toMatchObject({
      code: 0,
      stdout: `${successor}\n`,
    });
    await until(async () => (await user.client.peer(author.peer.id)).successor === successor, {
      what: "the succession to arrive",
      timeoutMs: PATIENCE_MS,
    });
    expect((await user.run(["trust", short])).stdout).toMatch(new RegExp(`^successor +${successor}$`, "m"));
    expect(await author.run(["key", "successor", "--new-home", other, "--yes"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("with two successors it would have none"),
    });
  });

  it("declare their key compromised, earlier but never later, and are believed no more", async () => {
    const since = Date.now() - 60_000;
    await expect(author.client.compromise({ since: Date.now() + 3_600_000 })).rejects.toMatchObject({
      code: "key-statement-refused",
    });
    await author.client.compromise({ since });
    await until(async () => (await user.client.peer(author.peer.id)).discredited !== null, {
      what: "the declaration to arrive",
      timeoutMs: PATIENCE_MS,
    });
    expect((await user.run(["trust", short])).stdout).toMatch(
      /^its word +counts for nothing: .*compromised/m,
    );
    await expect(author.client.compromise({ since: since + 1 })).rejects.toMatchObject({
      code: "key-statement-refused",
    });
    expect(await author.client.compromise({ since: since - 1 })).toMatchObject({
      compromisedSince: since - 1,
    });
  });
});
