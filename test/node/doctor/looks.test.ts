import { cpSync } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { lookAtAgentHosts } from "../../../node/src/doctor/looks/agent-hosts.ts";
import { lookAtBootstrap } from "../../../node/src/doctor/looks/bootstrap.ts";
import { lookAtCatalogue } from "../../../node/src/doctor/looks/catalogue.ts";
import { lookAtDaemon } from "../../../node/src/doctor/looks/daemon.ts";
import { lookAtHomeFolder } from "../../../node/src/doctor/looks/home-folder.ts";
import { lookAtIndex } from "../../../node/src/doctor/looks/index-files.ts";
import { lookAtPorts } from "../../../node/src/doctor/looks/ports.ts";
import { WordIndex } from "../../../node/src/search/words/word-index.ts";
import { saveWords } from "../../../node/src/search/words/word-snapshot.ts";
import { resolveSettings, type SettingTexts } from "../../../node/src/settings.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const ID = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
const settings = (flags: SettingTexts) =>
  resolveSettings({ home: "/h", flags, env: {}, config: undefined, cores: 1 });

/** Changes one byte in the middle of a file. */
async function damage(path: string, at = 0.5): Promise<void> {
  const handle = await open(path, "r+");
  const { size } = await handle.stat();
  const place = Math.floor(size * at);
  const { buffer } = await handle.read(Buffer.alloc(64), 0, 64, place);
  await handle.write(
    buffer.map((byte) => byte ^ 0xff),
    0,
    64,
    place,
  );
  await handle.close();
}

describe("the look at a catalogue", () => {
  it("finds a sound one sound, and leaves no trace of having looked", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "catalogue.sqlite");
    expect(lookAtCatalogue(path)).toBeUndefined();
    new Catalogue(path).close();
    const [names, bytes] = [await readdir(folder.path), await readFile(path)];
    expect(lookAtCatalogue(path)).toMatchObject({
      catalogue: { path, state: "ok", counts: { records: 0, actions: 0 } },
      clock: { leads: [] },
    });
    expect(lookAtCatalogue(path, 1)?.catalogue.state).toBe("skipped");
    expect(await readdir(folder.path)).toEqual(names);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it("reads one in use, or left behind by a crash, log and all", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "catalogue.sqlite");
    const catalogue = new Catalogue(path);
    const insert = catalogue.database.prepare(
      "INSERT INTO records (id, author, kind, subject, revision, digest, created, received, bytes) VALUES (?, ?, 'verdict', 's', 1, x'00', ?, ?, x'00')",
    );
    for (const [author, created, received] of [
      ["a", 100, 90],
      ["b", 50, 95],
      ["a2", 300, 99],
    ] as const)
      insert.run(author, author, created, received);
    const left = join(folder.path, "left");
    await mkdir(left);
    for (const end of ["", "-wal", "-shm"]) cpSync(`${path}${end}`, join(left, `catalogue.sqlite${end}`));
    for (const place of [path, join(left, "catalogue.sqlite")]) {
      const look = lookAtCatalogue(place);
      expect(look?.catalogue).toMatchObject({ state: "ok", counts: { records: 3 } });
      expect(look?.clock.lastReceived).toBe(99);
      expect(look?.clock.leads.toSorted((a, b) => a - b)).toEqual([-45, 10, 201]);
    }
    const remains = async () =>
      await Promise.all(
        (await readdir(left)).map(async (name) => [name, (await stat(join(left, name))).mtimeMs]),
      );
    // Long ago, so that whatever is written is seen by its time.
    for (const name of await readdir(left)) await utimes(join(left, name), 1e9, 1e9);
    const before = await remains();
    expect(lookAtCatalogue(join(left, "catalogue.sqlite"))?.catalogue.state).toBe("ok");
    expect(await remains()).toEqual(before);
    catalogue.close();
  });

  it("finds damage, and what is no database at all", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "catalogue.sqlite");
    new Catalogue(path).close();
    await damage(path, 0.4);
    await damage(path, 0.6);
    expect(lookAtCatalogue(path)?.catalogue.state).toHaveProperty("damage");
    await writeFile(path, "not a database at all ".repeat(400));
    expect(lookAtCatalogue(path)?.catalogue.state).toEqual({ damage: expect.stringContaining("database") });
  });
});

it("the look at a search index finds what is damaged in it by its checksums", async () => {
  await using folder = await temporaryFolder();
  const [words, vectors] = ["vectors.index.words", "vectors.index.0123456789ab.sqlite"].map((name) =>
    join(folder.path, name),
  ) as [string, string];
  expect(await lookAtIndex(folder.path)).toEqual([]);
  await saveWords(new WordIndex(), "generation", words);
  const database = new DatabaseSync(vectors);
  database.exec("CREATE TABLE vectors (label INTEGER PRIMARY KEY, codes BLOB)");
  database.exec(
    "INSERT INTO vectors (codes) SELECT randomblob(500) FROM json_each(json_array(1,2,3,4,5,6,7,8,9))",
  );
  database.close();
  const names = await readdir(folder.path);
  expect((await lookAtIndex(folder.path)).map(({ state }) => state)).toEqual(["ok", "ok"]);
  expect(await readdir(folder.path)).toEqual(names);
  await damage(words);
  await damage(vectors, 0);
  await writeFile(join(folder.path, "vectors.index.0123456789ab.graph"), "x");
  await writeFile(
    join(folder.path, "vectors.index.0123456789ab.graph.json"),
    '{"manifest":{"format":2,"deleted":[]}}',
  );
  const states = (await lookAtIndex(folder.path)).map(({ state }) => JSON.stringify(state));
  expect(states).toHaveLength(3);
  for (const state of states)
    expect(state).toMatch(/"damage":".*(is damaged|not a database|checksum differs)/);
});

describe("the look at the network", () => {
  it("tells a free port from a taken one, and leaves both as they were", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    const flags = { reach: "loopback", apiPort: String(port), port: "0" };
    expect(await lookAtPorts(settings(flags))).toMatchObject([{ state: "any" }, { port, state: "taken" }]);
    await new Promise((done) => server.close(done));
    for (let look = 0; look < 2; look++)
      expect(await lookAtPorts(settings({ ...flags, inbound: false }))).toMatchObject([
        { state: "not-tried" },
        { setting: "apiPort", port, state: "free" },
      ]);
    const metrics = { ...flags, apiPort: "0", metricsPort: String(port) };
    expect((await lookAtPorts(settings(metrics))).at(-1)).toMatchObject({
      ...{ setting: "metricsPort", host: "127.0.0.1", port, state: "free" },
    });
    expect((await lookAtPorts(settings({ ...metrics, metricsHost: "::1" }))).at(-1)).toMatchObject({
      host: "::1",
    });
  });

  it("dials each node to join through, and tells a name that is not found from a node that is not there", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    const closed = createServer();
    await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
    const { port: none } = closed.address() as { port: number };
    await new Promise((done) => closed.close(done));
    const bootstrap = [
      `/ip4/127.0.0.1/tcp/${port}/p2p/${ID}`,
      `/dns4/localhost/tcp/${port}/p2p/${ID}`,
      `/ip4/127.0.0.1/tcp/${none}/p2p/${ID}`,
      `/dns4/nobody.invalid/tcp/4010/p2p/${ID}`,
    ];
    const found = await lookAtBootstrap(settings({ bootstrap }));
    expect(found.dialled.map(({ result }) => result)).toEqual(["reached", "reached", "refused", "no-name"]);
    const many = Array(20).fill(`/ip4/127.0.0.1/tcp/${port}/p2p/${ID}`) as string[];
    const some = await lookAtBootstrap(settings({ bootstrap: many }));
    expect(some).toMatchObject({ left: 4 });
    expect(some.dialled).toHaveLength(16);
    await new Promise((done) => server.close(done));
  });

  it("dials nobody where nobody is named, and says why", async () => {
    const found = await lookAtBootstrap(settings({ bootstrap: ["none"] }));
    expect(found).toMatchObject({ dialled: [], note: expect.stringContaining("join through nobody") });
    const refused = await lookAtBootstrap(settings({ networkList: "/nowhere/list.json" }));
    expect(refused.failure?.remedy).toEqual(expect.any(String));
  });
});

describe("the look at a daemon", () => {
  it("tells none, a damaged note, and one that has ended", async () => {
    await using folder = await temporaryFolder();
    expect(await lookAtDaemon(folder.path)).toEqual({ state: "none" });
    const note = (text: string) => writeFile(join(folder.path, "api.json"), text);
    await note("{");
    expect(await lookAtDaemon(folder.path)).toMatchObject({ state: "damaged" });
    const file = { url: "http://127.0.0.1:9", token: "t".repeat(64), version: "0.1.0" };
    // No process has so high a number.
    await note(JSON.stringify({ ...file, pid: 4_194_305 }));
    expect(await lookAtDaemon(folder.path)).toEqual({ state: "ended", pid: 4_194_305 });
    await note(JSON.stringify({ ...file, pid: process.pid }));
    expect(await lookAtDaemon(folder.path)).toMatchObject({ state: "silent", pid: process.pid });
  });
});

it("the look at a home's folder finds what no peer could work in, and makes nothing", async () => {
  await using folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  const full = at("full");
  await mkdir(full);
  await mkdir(at("empty"));
  await mkdir(at("home"));
  for (const file of [at("file"), join(full, "thesis.txt"), at("home", "key"), at("home", "other")])
    await writeFile(file, "");
  const names = await readdir(folder.path, { recursive: true });
  for (const fine of [at("empty"), at("home"), at("not", "there", "yet")])
    expect(await lookAtHomeFolder(fine)).toBeUndefined();
  expect(await lookAtHomeFolder(at("file"))).toBe("it is no folder");
  expect(await lookAtHomeFolder(at("file", "below"))).toBe(`${at("file")} is no folder`);
  expect(await lookAtHomeFolder(full)).toContain("it holds thesis.txt");
  expect(await readdir(folder.path, { recursive: true })).toEqual(names);
  // Root may write everywhere.
  if (process.getuid?.() === 0) return;
  await chmod(at("empty"), 0o500);
  for (const closed of [at("empty"), at("empty", "below")])
    expect(await lookAtHomeFolder(closed)).toContain("EACCES");
});

describe("the look at hosts of agents", () => {
  it("reads no device that somebody put in a file's place", async () => {
    await using folder = await temporaryFolder();
    await symlink("/dev/zero", join(folder.path, ".mcp.json"));
    const machine = { platform: "linux", home: join(folder.path, "nobody"), env: {} } as const;
    const found = await lookAtAgentHosts(machine, folder.path);
    expect(found.filter(({ present }) => present)).toMatchObject([{ failure: "it is no file", entries: [] }]);
  });

  it("finds our entry, whether what it starts is there, and which home it uses", async () => {
    await using folder = await temporaryFolder();
    const script = join(folder.path, "collective.js");
    await writeFile(script, "");
    const project = join(folder.path, "project");
    await mkdir(project);
    await mkdir(join(folder.path, ".cursor"));
    const servers = {
      collective: { command: process.execPath, args: [script, "--home", "/second", "mcp"] },
      gone: { command: "/old/node", args: ["/old/collective.js", "mcp"] },
      named: { command: "collective", args: ["mcp"], env: { COLLECTIVE_HOME: "/third" } },
      other: { command: "npx", args: ["some-server", "mcp"] },
      odd: 7,
    };
    await writeFile(join(folder.path, ".claude.json"), JSON.stringify({ mcpServers: servers }));
    await writeFile(join(folder.path, ".cursor/mcp.json"), "{ // mine\n}");
    const machine = { platform: "linux", home: folder.path, env: { PATH: "/nowhere" } } as const;
    const found = await lookAtAgentHosts(machine, project);
    expect(found.find(({ file }) => file.endsWith(".claude.json"))?.entries).toEqual([
      { name: "collective", missing: [], home: "/second" },
      expect.objectContaining({ name: "gone", missing: ["/old/node", "/old/collective.js"] }),
      { name: "named", missing: ["collective"], home: "/third" },
    ]);
    expect(found.filter(({ failure }) => failure !== undefined)).toMatchObject([
      { host: "cursor", failure: "it is not plain JSON" },
    ]);
    expect(found.filter(({ present }) => present)).toHaveLength(2);
  });
});
