import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collective, PeerProcess, STOCKED } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

const ACTION = join(import.meta.dirname, "../demo/great-circle-distance");

let peer: PeerProcess;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => collective(args, { COLLECTIVE_HOME: peer.home });

beforeAll(async () => {
  folder = await temporaryFolder();
  peer = await PeerProcess.start({ env: STOCKED });
  await peer.stocked("multiplyMatrices");
}, 90_000);

afterAll(async () => {
  await peer?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

/** A copy of the demo's action with some of its files changed. */
async function changedAction(
  name: string,
  change: (json: Record<string, unknown>) => void,
  files: Record<string, string | undefined> = {},
) {
  const path = join(folder.path, name);
  await mkdir(path);
  await cp(ACTION, path, { recursive: true });
  const json = JSON.parse(await readFile(join(path, "action.json"), "utf8")) as Record<string, unknown>;
  change(json);
  await writeFile(join(path, "action.json"), JSON.stringify(json));
  for (const [file, text] of Object.entries(files))
    await (text === undefined ? rm(join(path, file)) : writeFile(join(path, file), text));
  return path;
}

test("publish, show, search, run, verify, feedback: against the running peer, for people and for programs", async () => {
  const published = await run("publish", ACTION, "--json");
  expect(published).toMatchObject({ code: 0, stderr: "" });
  const { id } = JSON.parse(published.stdout) as { id: string };
  expect((await run("show", id)).stdout).toContain("Distance in kilometres along the earth's surface");
  const found = JSON.parse((await run("search", "how far apart are two airports", "--json")).stdout) as {
    cards: { id: string }[];
  };
  expect(found.cards[0]?.id).toBe(id);
  const input = '{"from":{"latitude":0,"longitude":0},"to":{"latitude":0,"longitude":90}}';
  const ran = await run("run", "greatCircleDistance", "--input", input);
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toEqual({ kilometres: expect.closeTo(10_007.557, 2) });
  expect((await run("verify", id)).code).toBe(0);
  expect((await run("feedback", id, "--useful")).code).toBe(0);
  const shown = JSON.parse((await run("show", id, "--json")).stdout) as { score: { feedback: object } };
  expect(shown.score.feedback).toMatchObject({ peers: 1, useful: 1, succeeded: 1 });
});

test("the starter library is there: two matrices are multiplied as the issue's example asks", async () => {
  const found = JSON.parse((await run("search", "multiply two matrices", "--json")).stdout) as {
    cards: { name: string; id: string }[];
  };
  expect(found.cards[0]?.name).toBe("multiplyMatrices");
  const ran = await run("run", found.cards[0]?.id ?? "", "--input", '{"a":[[1]],"b":[[2]]}');
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain("2");
});

test("status, peers and id answer", async () => {
  expect((await run("status")).stdout).toContain(peer.started.peerId);
  expect((await run("id")).stdout.trim()).toContain(peer.started.peerId);
  expect((await run("peers", "--json")).stdout).toContain('"peers"');
});

test.each([
  [
    "a malformed action.json",
    async () => changedAction("malformed", () => undefined, { "action.json": "{ not json" }),
    1,
    "action.json",
  ],
  ["a missing action.json", async () => folder.path, 1, "action.json"],
  [
    "cases that do not hold",
    async () => changedAction("wrong", (json) => Object.assign(json, { cases: caseOf(999) })),
    6,
    "case",
  ],
  [
    "a test that fails",
    async () => changedAction("fails", () => undefined, { "action.test.ts": failingTest }),
    6,
    "never true",
  ],
  [
    "a schema that is none",
    async () => changedAction("schema", (json) => Object.assign(json, { input: { type: "banana" } })),
    1,
    "schema",
  ],
  [
    "code that imports",
    async () =>
      changedAction("imports", () => undefined, {
        "action.ts": 'import "node:fs";\nexport default () => 1;\n',
      }),
    6,
    "import",
  ],
  [
    "no test at all",
    async () =>
      changedAction("untested", (json) => Object.assign(json, { cases: caseOf(1).slice(0, 2) }), {
        "action.test.ts": undefined,
      }),
    1,
    "cases",
  ],
])("publish refuses %s", async (_what, make, code, words) => {
  const answer = await run("publish", await make());
  expect(answer.stderr).toContain(words);
  expect(answer).toMatchObject({ code, stdout: "" });
});

function caseOf(kilometres: number) {
  const place = { latitude: 0, longitude: 0 };
  return [0, 1, 2].map(() => ({ input: { from: place, to: place }, output: { kilometres } }));
}

const failingTest = `import { assert, test } from "action-collective/test";
import action from "./action.ts";
const place = { latitude: 0, longitude: 0 };
test("wrong", async () => assert((await action({ from: place, to: place })).kilometres > 1, "never true"));
`;

test.each([
  [["show", "nothing-like-this"], 3, "collective search"],
  [["run", "multiplyMatrices", "--input", '{"a":1}'], 1, "collective show"],
  [["run", "multiplyMatrices", "--input", "{"], 2, "JSON"],
  [["search", "x", "--limti", "3"], 2, "--limit"],
  [["serach", "x"], 2, "search"],
])("%j ends with %i and a way out", async (args, code, words) => {
  const answer = await run(...args);
  expect(answer.stderr).toContain(words);
  expect(answer).toMatchObject({ code, stdout: "" });
});

test("a peer that is not running, and one that already is, say so", async () => {
  const nobody = await collective(["status"], { COLLECTIVE_HOME: join(folder.path, "nobody") });
  expect(nobody).toMatchObject({ code: 5, stdout: "" });
  expect(nobody.stderr).toContain("collective start");
  const twice = await collective(["start", "--port", "0", "--api-port", "0"], { COLLECTIVE_HOME: peer.home });
  expect(twice).toMatchObject({ code: 1, stdout: "" });
  expect(twice.stderr).toContain("already");
});

test("a taken port is named", async () => {
  const port = new URL(peer.started.api[0] ?? "").port;
  const env = { COLLECTIVE_HOME: join(folder.path, "second"), COLLECTIVE_REACH: "loopback" };
  const api = await collective(["start", "--port", "0", "--api-port", port], env);
  expect(api).toMatchObject({ code: 1, stdout: "" });
  expect(api.stderr).toContain(port);
  const listening = /tcp\/(\d+)/.exec(peer.started.addresses[0] ?? "")?.[1] ?? "";
  const network = await collective(["start", "--port", listening, "--api-port", "0"], env);
  expect(network).toMatchObject({ code: 1, stdout: "" });
  expect(network.stderr).toContain(listening);
});

test("stop ends the peer, its exit code is 0, and nothing of it is left", async () => {
  await using other = await PeerProcess.start();
  expect((await collective(["stop"], { COLLECTIVE_HOME: other.home })).code).toBe(0);
  await until(() => !other.running, { what: "the peer to end" });
  expect(other.child.exitCode).toBe(0);
  expect((await collective(["status"], { COLLECTIVE_HOME: other.home })).code).toBe(5);
});
