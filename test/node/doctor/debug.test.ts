import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readApiFile } from "action-collective";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Check } from "../../../node/src/doctor/types.ts";
import { collective, PeerProcess } from "../../helpers/processes.ts";

const WEATHER = "w3ather-key-of-the-user";
/** Of the environment: one whose name gives it away, and one that a setting names. */
const ENGINE = "key of the engine";
const EMBEDDER = "what the embedder wants";

let peer: PeerProcess;
let file: string;
let ran: Awaited<ReturnType<typeof collective>>;
let hidden: readonly string[];

const debug = () =>
  collective(["debug", "--output", file], {
    ...{ COLLECTIVE_HOME: peer.home, COLLECTIVE_API_PORT: "0", COLLECTIVE_PORT: "0", HOME: peer.home },
    ...{ ENGINE_API_KEY: ENGINE, EMBEDDING: EMBEDDER, COLLECTIVE_EMBEDDER_KEY_ENV: "EMBEDDING" },
    ...{ COLLECTIVE_EMBEDDER: "openai", COLLECTIVE_EMBEDDER_MODEL: "m" },
    COLLECTIVE_EMBEDDER_URL: "http://127.0.0.1:9/v1",
  });

beforeAll(async () => {
  peer = await PeerProcess.start();
  file = `${peer.home}-report.json`;
  const { peerId } = peer.started;
  const token = (await readApiFile(peer.home))?.token ?? "";
  const key = (await readFile(join(peer.home, "key"), "utf8")).trim();
  const mode = { mode: 0o600 };
  await writeFile(
    join(peer.home, "secrets.json"),
    JSON.stringify({ WEATHER_KEY: { value: WEATHER, actions: [] } }),
    mode,
  );
  await writeFile(
    join(peer.home, "peer.log"),
    `2026-11-22T04:23:38.000Z warn  ${peerId} at /ip4/203.0.113.7/tcp/1 sent ${token}, acc1.${"x".repeat(50)} and ${WEATHER}\n${ENGINE}, ${EMBEDDER}\n`,
    mode,
  );
  hidden = [token, key, WEATHER, ENGINE, EMBEDDER, peerId, peer.home, "acc1.", "203.0.113.7"];
  ran = await debug();
}, 60_000);
afterAll(async () => {
  await rm(file, { force: true });
  await peer[Symbol.asyncDispose]();
});

test("a running peer is asked, and all of it is found well", async () => {
  const { diagnosis } = JSON.parse(await readFile(file, "utf8")) as { diagnosis: Check[] };
  expect(diagnosis.filter(({ status }) => status === "problem" || status === "warning")).toEqual([]);
  const said = Object.fromEntries(diagnosis.map(({ name, message }) => [name, message]));
  expect(said.daemon).toMatch(/^version \S+ answers \(process \d+/);
  expect(said.catalogue).toMatch(/^sound \(/);
  expect(said.search).toMatch(/vectors, none waiting$/);
});

test("a report holds what helps, and neither keys nor names nor addresses", async () => {
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toBe(`${file}\n`);
  expect(ran.stderr).toContain("Read the file before you give it to anybody");
  expect(ran.stderr).toMatch(/texts with credentials blotted out: \d+/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = await readFile(file, "utf8");
  for (const secret of hidden) {
    expect(secret.length).toBeGreaterThan(4);
    expect(text).not.toContain(secret);
  }
  const report = JSON.parse(text) as { log: unknown };
  expect(report).toMatchObject({
    versions: { node: process.versions.node },
    peer: { state: "answers", status: { peerId: expect.stringMatching(/^peer-\d+$/) } },
    catalogue: { state: "ok", counts: { records: expect.any(Number) } },
  });
  expect(report.log).toEqual([
    expect.stringMatching(
      /^2026-11-22T04:23:38.000Z warn {2}peer-\d+ at \/ip4\/addr-\d+\/tcp\/1 sent \[token\], \[credential\] and \[WEATHER_KEY\]$/,
    ),
    "[ENGINE_API_KEY], [EMBEDDING]",
  ]);
});

test("a report never replaces a file", async () => {
  const before = await readFile(file, "utf8");
  const again = await debug();
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("it is there already");
  expect(await readFile(file, "utf8")).toBe(before);
});
