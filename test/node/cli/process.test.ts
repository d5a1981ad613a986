import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { writeApiFile } from "../../../node/src/api/api-file.ts";
import { COLLECTIVE } from "../../helpers/processes.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { ID, listen, TOKEN } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command in a process of its own. */
async function execute(home: string, nodeFlags: readonly string[], argv: readonly string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH, HOME: home, COLLECTIVE_HOME: home };
  try {
    return {
      code: 0,
      ...(await promisify(execFile)(process.execPath, [...nodeFlags, COLLECTIVE, ...argv], { env })),
    };
  } catch (error) {
    return error as Ended;
  }
}

const preload = (script: string) => ["--import", `data:text/javascript,${encodeURIComponent(script)}`];

describe("the collective process", () => {
  it("ends with the right code and clean streams", async () => {
    await using running = await peer();
    expect(await execute(running.home, [], ["run", "x", "--input", "[1]", "-q"])).toMatchObject({
      code: 0,
      stdout: "[\n  1\n]\n",
      stderr: "",
    });
    expect(await execute(join(running.home, "none"), [], ["status"])).toMatchObject({ code: 5, stdout: "" });
    expect(await execute(running.home, [], ["status", "--wrong"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("says in one line that an old Node will not do", async () => {
    await using folder = await temporaryFolder();
    const old = preload('Object.defineProperty(process, "versions", { value: { node: "22.12.0" } })');
    const ended = await execute(folder.path, old, ["status"]);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^collective needs Node 22\.13 or newer; this is 22\.12\.0\..*\n$/);
  });

  it("loads nothing of the peer for commands that only ask it", async () => {
    await using running = await peer();
    const spy = preload(`import { registerHooks } from "node:module";
      registerHooks({ resolve(name, context, next) {
        const found = next(name, context);
        if (/libp2p|helia|hono|hnswlib|rolldown|oxc-parser|prom-client|daemon|\\/peer\\.(j|t)s/.test(found.url)) console.error("heavy: " + found.url);
        return found;
      } });`);
    expect(await execute(running.home, spy, ["id", "--json"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("is not upset when its reader leaves", async () => {
    const cards = Array.from({ length: 50 }, (_, i) => ({
      id: ID.slice(0, 57) + String(i).padStart(2, "0"),
      name: "echo",
      summary: "x".repeat(5_000),
      standing: "passed" as const,
      score: 1,
      permissions: {},
      match: 1,
      similar: 0,
    }));
    await using running = await peer({ search: async () => ({ cards, asked: null, weak: false }) });
    const env = { PATH: process.env.PATH, COLLECTIVE_HOME: running.home };
    const child = spawn(process.execPath, [COLLECTIVE, "search", "x", "--json"], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = await once(child, "close");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("waits until a peer that it stops is gone", async () => {
    await using folder = await temporaryFolder();
    const stand = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    let told = false;
    await using server = await listen({
      handlers: {
        stop: () => {
          told = true;
          setTimeout(() => stand.kill("SIGKILL"), 200);
        },
      },
    });
    await writeApiFile(folder.path, { pid: stand.pid ?? 0, url: server.url, token: TOKEN, version: "0.1.0" });
    const ended = await execute(folder.path, [], ["stop"]);
    expect(ended).toMatchObject({ code: 0, stdout: "", stderr: "The peer has stopped.\n" });
    expect(told).toBe(true);
    expect(stand.signalCode).toBe("SIGKILL");
  });
});
