import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { collective, OurProcess, PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

const BOOTSTRAP = join(import.meta.dirname, "../../bootstrap/bin/collective-bootstrap.js");
const HEALTHY = join(import.meta.dirname, "../../bootstrap/bin/healthy.js");

async function bootstrap(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  await using command = new OurProcess(BOOTSTRAP, args, {});
  const [code] = (await once(command.child, "close")) as [number | null];
  return { code, stderr: command.stderr };
}

/** A running bootstrap node that is watched, as its operator would. */
class WatchedNode extends OurProcess {
  #joining = "";
  #url = "";

  static async start(home: string, args: readonly string[] = []): Promise<WatchedNode> {
    const local = ["--home", home, "--port", "0", "--reach", "loopback", "--monitor", "127.0.0.1:0"];
    const node = new WatchedNode(BOOTSTRAP, [...local, ...args], {});
    node.#url = (await node.printed(/Health: (\S+)\/health/))[1] ?? "";
    node.#joining = (await node.printed(/--bootstrap (\S+)/))[1] ?? "";
    return node;
  }

  get address(): string {
    return this.#joining;
  }

  get endpoint(): string {
    return this.#url.replace("http://", "");
  }

  async health(): Promise<{ ok: boolean; peers: number; records: number; network: string }> {
    const response = await fetch(`${this.#url}/health`);
    return {
      ...((await response.json()) as { peers: number; records: number; network: string }),
      ok: response.ok,
    };
  }

  async measure(name: string): Promise<number> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  }
}

/** A network's list of these nodes, signed with a new key of its own. */
async function signedList(folder: string, addresses: readonly string[]) {
  const file = join(folder, "list.json");
  const moment = (days: number) =>
    new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
  const list = {
    format: 1,
    network: "main",
    issued: moment(-1),
    expires: moment(30),
    operators: [{ name: "Us", addresses }],
    publicDht: { meet: false },
    signatures: [],
  };
  await writeFile(file, JSON.stringify(list));
  const home = join(folder, "maintainer");
  const key = (await collective(["network", "key", home])).stdout.trim();
  expect((await collective(["network", "sign", file, "--key", home])).stderr).toContain(key);
  return { file, key };
}

test("a bootstrap node that came after a publication hands it to a late joiner when its publisher has gone", {
  timeout: 90_000,
}, async () => {
  await using home = await temporaryFolder();
  let published = "";
  {
    await using alone = await PeerProcess.start({ home: home.path });
    published = (await alone.client.publish(addingAction(3))).id;
    expect(await alone.stop()).toBe(0);
  }
  await using nodes = await temporaryFolder();
  await using entry = await WatchedNode.start(nodes.path);
  {
    // It has nothing new to gossip: what the bootstrap node learns of it, it reads.
    await using back = await PeerProcess.start({ home: home.path, bootstrap: [entry.address] });
    await until(async () => (await entry.health()).records > 0, { what: "the publisher's records" });
    expect(await back.stop()).toBe(0);
  }
  await using late = await PeerProcess.start({ bootstrap: [entry.address] });
  const view = await until(() => late.client.show(published), { what: "the action at the late joiner" });
  expect(view).toMatchObject({ id: published, name: "addN3" });
});

test("health and metrics answer, change when a peer joins, and it stops in time", {
  timeout: 90_000,
}, async () => {
  await using home = await temporaryFolder();
  await using node = await WatchedNode.start(home.path);
  expect(await node.health()).toMatchObject({ ok: true, network: "main", peers: 0, records: 0 });
  expect(await node.measure("collective_peers_inbound")).toBe(0);
  await using peer = await PeerProcess.start({ bootstrap: [node.address] });
  expect(peer.started.joining).toMatchObject({ how: "given", nodes: 1 });
  await until(async () => (await node.health()).peers === 1, { what: "the peer in its health" });
  await peer.client.publish(addingAction(4));
  await until(async () => (await node.measure("collective_records")) > 0, {
    what: "the peer's records in its metrics",
  });
  expect(await node.measure("collective_peers_inbound")).toBe(1);
  const healthy = async () => {
    await using command = new OurProcess(HEALTHY, [node.endpoint], {});
    return ((await once(command.child, "close")) as [number | null])[0];
  };
  expect(await healthy()).toBe(0);
  const asked = performance.now();
  expect(await node.stop()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(3_000);
  expect(await healthy()).toBe(1);
});

test("a peer joins through the node that a signed list names, unless it was told to join nobody", {
  timeout: 120_000,
}, async () => {
  await using folder = await temporaryFolder();
  await using node = await WatchedNode.start(join(folder.path, "node"));
  const { file, key } = await signedList(folder.path, [node.address]);
  const env = { COLLECTIVE_NETWORK_LIST: file, COLLECTIVE_NETWORK_KEY: key };
  {
    await using off = await PeerProcess.start({ env: { ...env, COLLECTIVE_BOOTSTRAP: "none" } });
    expect(off.started.joining).toMatchObject({ how: "off", nodes: 0 });
    // Another one, started later, joins: the first had all the time that it takes.
    await using peer = await PeerProcess.start({ env: { ...env, COLLECTIVE_BOOTSTRAP: "" } });
    expect(peer.started.joining).toMatchObject({ how: "list", nodes: 1 });
    await until(async () => (await peer.client.peers()).length === 1, {
      what: "the node as the peer's neighbour",
    });
    expect(await off.client.peers()).toEqual([]);
    expect((await node.health()).peers).toBe(1);
  }
  // The list leads another operator's node to this one as well.
  await using other = await WatchedNode.start(join(folder.path, "other"), [
    "--list",
    file,
    "--list-key",
    key,
  ]);
  await until(async () => (await other.health()).peers === 1, { what: "the other operator's node" });
});

test("a list that was changed after signing is refused by name, by peers and by bootstrap nodes", {
  timeout: 60_000,
}, async () => {
  await using folder = await temporaryFolder();
  const id = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
  const { file, key } = await signedList(folder.path, [`/ip4/127.0.0.1/tcp/1/p2p/${id}`]);
  await writeFile(file, (await readFile(file, "utf8")).replace("/tcp/1/", "/tcp/2/"));
  const home = join(folder.path, "peer");
  const flags = ["--network-list", file, "--network-key", key, "--port", "0", "--api-port", "0"];
  const peer = await collective(["start", "--home", home, "--reach", "loopback", ...flags]);
  expect(peer).toMatchObject({ code: 1, stdout: "" });
  expect(peer.stderr).toContain(`The list was changed after ${key} had signed it`);
  const node = await bootstrap(["--home", home, "--reach", "loopback", "--list", file, "--list-key", key]);
  expect(node).toMatchObject({ code: 1 });
  expect(node.stderr).toContain(`The list was changed after ${key} had signed it`);
});

test("who starts without anything is told that nobody operates a network yet", {
  timeout: 60_000,
}, async () => {
  await using peer = await PeerProcess.start({ env: { COLLECTIVE_BOOTSTRAP: "" } });
  expect(peer.started.joining.how).toBe("nobody");
  const status = await collective(["--home", peer.home, "status"]);
  expect(status.stdout).toContain(
    "No public network is operated yet. Join one with --bootstrap or --network-list",
  );
});

test("it lives in a home of its own, whatever the peer's is", { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder();
  const [own, peers] = [join(folder.path, "own"), join(folder.path, "peer")];
  const env = { COLLECTIVE_HOME: peers, COLLECTIVE_BOOTSTRAP_HOME: own };
  const args = ["--port", "0", "--reach", "loopback", "--monitor", "none"];
  await using node = new OurProcess(BOOTSTRAP, args, env);
  await node.printed(/--bootstrap (\S+)/);
  expect(await readdir(folder.path)).toEqual(["own"]);
  expect(await node.stop()).toBe(0);
});

test("what it cannot read is named, with what was probably meant", { timeout: 60_000 }, async () => {
  const misspelt = await bootstrap(["--bootstarp", "x"]);
  expect(misspelt.code).toBe(2);
  expect(misspelt.stderr).toMatch(/^unknown option --bootstarp; did you mean --bootstrap\?\n.*--help.*\n$/);
  for (const [flag, value] of [
    ["--announce", "203.0.113.7:4001"],
    ["--list-key", "12D3KooW"],
  ] as const) {
    const refused = await bootstrap([flag, value, ...(flag === "--list-key" ? ["--list", "x"] : [])]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(flag) });
  }
});
