import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addingAction } from "../../helpers/adding-action.ts";
import { COLLECTIVE, PeerProcess } from "../../helpers/processes.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { collective } from "./cli-run.ts";

const PATIENCE_MS = 120_000;
const CONSTANT = ["find_action", "get_action", "run_action", "rate_action", "publish_action"];
const ERAS = ["legacy", { pin: "2026-07-28" }] as const;

interface Server {
  readonly command: string;
  readonly args: readonly string[];
}

const serverOf = (home: string): Server => ({
  command: process.execPath,
  args: [COLLECTIVE, "--home", home, "mcp"],
});

async function connected({ command, args }: Server, mode: (typeof ERAS)[number], cwd?: string) {
  const client = new Client({ name: "host", version: "1.0.0" }, { versionNegotiation: { mode } });
  const transport = new StdioClientTransport({
    ...{ command, args: [...args], stderr: "pipe" },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await client.connect(transport);
  return Object.assign(client, { stderr: () => stderr, [Symbol.asyncDispose]: () => client.close() });
}

async function call(client: Client, name: string, input: Record<string, unknown>) {
  const { content, isError } = await client.callTool({ name, arguments: input });
  const [first] = content;
  if (first?.type !== "text") throw new Error(`not a text: ${first?.type}`);
  return { failed: isError === true, value: JSON.parse(first.text) };
}

const namesOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

describe("collective mcp", { timeout: PATIENCE_MS }, () => {
  let peer: PeerProcess;
  let five: string;

  beforeAll(async () => {
    peer = await PeerProcess.start();
    five = (await peer.client.publish(addingAction(5))).id;
  }, PATIENCE_MS);
  afterAll(() => peer[Symbol.asyncDispose]());

  const mcp = (...argv: string[]) => collective(["--home", peer.home, "mcp", ...argv]);

  it.each(ERAS)("serves the collective's tools and what the user pins meanwhile (%s)", async (era) => {
    await using client = await connected(serverOf(peer.home), era);
    expect(await namesOf(client)).toEqual(CONSTANT);
    const found = await call(client, "find_action", { need: "adds 5 to a number" });
    expect(found.value.content).toMatchObject([{ id: five }]);
    const ran = await call(client, "run_action", { action: five, input: { x: 37 } });
    expect(ran).toMatchObject({ failed: false, value: { content: 42 } });
    const pinned = await mcp("pin", "addN5");
    expect(pinned).toMatchObject({ code: 0, stderr: "Agents get it as the tool addN5.\n" });
    expect(pinned.stdout).toContain(five.slice(0, 15));
    expect(await namesOf(client)).toEqual([...CONSTANT, "addN5"]);
    expect((await call(client, "addN5", { x: 1 })).value.content).toBe(6);
    expect((await call(client, "addN5", { y: 1 })).failed).toBe(true);
    expect((await mcp("unpin", "addN5")).code).toBe(0);
    expect(await namesOf(client)).toEqual(CONSTANT);
    await expect(client.callTool({ name: "addN5", arguments: {} })).rejects.toMatchObject({ code: -32602 });
    expect(client.stderr()).toBe("");
  });

  it("says nothing but the protocol on stdout, and ends with stdin", async () => {
    const { command, args } = serverOf(peer.home);
    const child = spawn(command, [...args], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = once(child, "exit");
    const said = text(child.stdout);
    const params = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "raw", version: "1" },
    };
    child.stdin.write(
      `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\nnot JSON\n`,
    );
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list" })}\n`);
    await once(child.stdout, "data");
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    const lines = (await said).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
    expect(lines[0]).toContain('"protocolVersion":"2025-11-25"');
  });

  it("ends when nobody reads its stdout any more", async () => {
    const { command, args } = serverOf(peer.home);
    const child = spawn(command, [...args], { stdio: ["pipe", "pipe", "ignore"] });
    child.stdin.on("error", () => undefined);
    const ended = once(child, "exit");
    child.stdout.destroy();
    const ask = `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" })}\n`;
    const hasEnded = () => {
      child.stdin.write(ask);
      return child.exitCode !== null;
    };
    await until(hasEnded, { what: "it to end", everyMs: 100 });
    expect(await ended).toEqual([0, null]);
  });

  it("answers also where no peer runs, and says so", async () => {
    await using folder = await temporaryFolder();
    await using client = await connected(serverOf(folder.path), ERAS[0]);
    expect(await namesOf(client)).toEqual(CONSTANT);
    const answer = await call(client, "find_action", { need: "adds 5 to a number" });
    expect(answer).toMatchObject({ failed: true, value: { failed: "peer-unreachable" } });
    expect(client.stderr()).toContain(`No peer runs at ${folder.path}`);
  });

  it("keeps what was pinned through a kill, and refuses what nobody pinned", async () => {
    expect((await mcp("pin", five)).code).toBe(0);
    expect((await mcp("pin", five)).stderr).toContain("It was pinned already.");
    await peer.kill();
    const { home } = peer;
    await using again = await PeerProcess.start({ home });
    const listed = await mcp("list", "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject({
      tools: [{ id: five, tool: "addN5", standing: "passed" }],
    });
    expect((await mcp("unpin", "addN6")).code).toBe(3);
    expect((await mcp("pin", "nothing-of-this-name")).code).toBe(3);
    await again.client.changePolicy({ add: { blockedActions: [five] } });
    expect((await mcp("list")).stdout).toContain("not offered");
    await again.client.changePolicy({ remove: { blockedActions: [five] } });

    // What `install` writes starts from anywhere, and reaches this peer.
    await using folder = await temporaryFolder();
    const env = { COLLECTIVE_HOME: home, HOME: folder.path };
    expect((await collective(["mcp", "install", "cursor", "--user"], { env })).code).toBe(0);
    const { mcpServers } = JSON.parse(await readFile(join(folder.path, ".cursor/mcp.json"), "utf8"));
    await using client = await connected(mcpServers.collective, ERAS[1], "/");
    expect(await namesOf(client)).toEqual([...CONSTANT, "addN5"]);
  });
});
