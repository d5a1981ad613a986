import { type ActionDefinitionInput, ALL_PRIVILEGES } from "@action-collective/protocol";
import type { ActionClient } from "action-collective";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleOf, peerOf, publicationOf, recordOf, verdictBodyOf } from "../../helpers/records.ts";
import { runningPeer } from "./running-peer.ts";

const asks: ActionDefinitionInput = {
  name: "asks",
  description: "Asks a server for a number.",
  input: { type: "object", properties: {}, additionalProperties: false },
  output: { type: "number" },
  licence: "MIT",
  language: "javascript",
  permissions: { net: ["api.example.org"] },
  code: "export default async () => (await (await fetch('https://api.example.org/n')).json()).n;\n",
  cases: [1, 2, 3].map((n) => ({
    ...{ input: {}, output: n },
    fetches: [{ url: "https://api.example.org/n", body: { json: { n } } }],
  })),
};
const sum: ActionDefinitionInput = {
  ...{ name: "sum", description: "Adds numbers.", licence: "MIT", language: "javascript", tags: ["math"] },
  input: { type: "array", items: { type: "number" }, maxItems: 100 },
  output: { type: "number" },
  code: "export default (all) => all.reduce((sum, n) => sum + n, 0);\n",
  cases: [[1, 2], [], [-1, 1, 5]].map((input) => ({ input, output: input.reduce((sum, n) => sum + n, 0) })),
};

/** Another peer's. */
const heard = bundleOf({ name: "heard" });
let peer: Awaited<ReturnType<typeof runningPeer>>;
let agent: ActionClient;
let id: string;
let asking: string;

beforeAll(async () => {
  peer = await runningPeer(1);
  const published = await Promise.all([peer.client.publish(sum), peer.client.publish(asks)]);
  [id, asking] = published.map((one) => one.id) as [string, string];
  peer.peer.catalogue.transaction(() => peer.peer.catalogue.actions.add(heard, "network", 1));
  peer.hears(publicationOf(heard, 5));
  peer.hears(recordOf("verdict", heard, 6, verdictBodyOf("pass")));
  const { token } = await peer.client.mintCapability({
    agent: "researcher",
    privileges: { ...ALL_PRIVILEGES, approve: false },
  });
  agent = peer.client.withToken(token);
}, 60_000);
afterAll(() => peer?.[Symbol.asyncDispose](), 60_000);

const failing = (run: Promise<unknown>) => run.then(() => "nothing").catch(({ code }) => code);

test("the audit log says who ran what and what was refused, through SDK and command line", async () => {
  const mine = await peer.client.run(id, [1, 2]);
  const theirs = await agent.run("sum", [4]);
  expect(await failing(agent.run(asking, {}, { approve: "once" }))).toBe("capability-refused");
  const { runs, next } = await peer.client.runs({ limit: 2 });
  expect(runs).toMatchObject([
    { id: asking, name: "asks", status: "capability-refused", attempts: 1, agent: { name: "researcher" } },
    { run: theirs.run, id, status: "ok", permitted: "unasked", agent: { name: "researcher" }, granted: {} },
  ]);
  expect(theirs).toMatchObject({ permitted: "unasked" });
  const rest = await peer.client.runs({ before: next ?? "" });
  expect(rest.runs).toMatchObject([{ run: mine.run, status: "ok" }]);
  expect(rest.runs[0]).not.toHaveProperty("agent");
  expect(rest.next).toBeUndefined();
  expect((await peer.client.runs({ failed: true })).runs.map((run) => run.id)).toEqual([asking]);
  expect((await peer.client.runs({ action: id })).runs).toHaveLength(2);
  for (const before of ["yesterday", "1.5", "-1"])
    expect(await failing(peer.client.runs({ before }))).toBe("bad-request");
  expect(await failing(agent.runs())).toBe("capability-refused");

  const { code, stdout } = await peer.run(["runs"]);
  const [heading, ...lines] = stdout.trimEnd().split("\n");
  expect(code).toBe(0);
  expect(heading).toMatch(/^WHEN \(UTC\) +ACTION +ID +ENDED +TOOK +FOR +RIGHT +GRANTED$/);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/asks .* capability-refused +- +researcher +none +nothing$/);
  expect(lines[2]).toMatch(/sum .* ok +\d+ ms +you +unasked +nothing$/);
  const failed = await peer.run(["--json", "runs", "--failed", "--action", "asks", "--limit", "1"]);
  expect(JSON.parse(failed.stdout)).toMatchObject({ runs: [{ id: asking, status: "capability-refused" }] });
  expect((await peer.run(["runs", "--limit", "0"])).code).toBe(2);
});

test("browses, tells the last test and marks the text, also for an agent", async () => {
  for (const client of [peer.client, agent]) {
    expect((await client.browse({ sort: "name" })).cards.map(({ name }) => name)).toEqual([
      "asks",
      "heard",
      "sum",
    ]);
    expect((await client.browse({ tags: ["math"], limit: 1 })).cards).toMatchObject([{ id, match: 0 }]);
    expect(await client.report(id)).toMatchObject({ id, outcome: "pass", cases: [{}, {}, {}] });
    expect(await client.marks("asks")).toContainEqual({
      ...{ kind: "net", line: 1, column: 41, length: 5, message: "asks the network" },
    });
  }
  expect(await peer.client.report(heard.id)).toBeUndefined();
  expect(await failing(peer.client.report("nothing-of-that-name"))).toBe("not-found");
});

test("shows the graph and what a rule would hide to the user alone", async () => {
  await peer.client.say({ peer: peerOf(6), level: 1 });
  const { nodes, edges } = await peer.client.graph();
  expect(nodes[0]).toMatchObject({ peer: peer.peer.id, self: true, publishes: 2 });
  expect(nodes.map((node) => node.peer)).toEqual(expect.arrayContaining([peerOf(5), peerOf(6)]));
  expect(edges).toContainEqual({
    from: peer.peer.id,
    to: peerOf(6),
    kind: "trust",
    level: 1,
    passes: 0,
    failures: 0,
  });
  expect(edges).toContainEqual({ from: peerOf(6), to: peerOf(5), kind: "verdicts", passes: 1, failures: 0 });

  const before = await peer.client.policy();
  const seen = await peer.client.previewPolicy({ tags: ["math"] });
  expect(seen).toMatchObject({ hiddenNow: 0, hiddenThen: 1, hidden: [{ id: heard.id, name: "heard" }] });
  expect(await peer.client.policy()).toEqual(before);
  expect(await failing(peer.client.previewPolicy({ authors: ["nobody"] }))).toBe("invalid-policy");
  expect(await failing(agent.graph())).toBe("capability-refused");
  expect(await failing(agent.previewPolicy({ tags: ["math"] }))).toBe("capability-refused");
});

test("what the rules refuse is no agent's to hear of as a version, and is the user's with the reason", async () => {
  const older = bundleOf({ name: "heard", tags: ["outmoded"] });
  peer.peer.catalogue.transaction(() => peer.peer.catalogue.actions.add(older, "network", 1));
  peer.hears(publicationOf(older, 5, 1, 500));
  const ids = async (client: ActionClient) =>
    (await client.versions(heard.id)).versions.map((version) => version.id);
  expect(await ids(agent)).toEqual([older.id]);
  await peer.client.changePolicy({ withoutTags: ["outmoded"] });
  expect((await peer.client.versions(heard.id)).versions).toMatchObject([
    { id: older.id, relation: "predecessor", refused: expect.stringContaining("outmoded") },
  ]);
  expect(await ids(agent)).toEqual([]);
  await peer.client.changePolicy({ withoutTags: null });
});
