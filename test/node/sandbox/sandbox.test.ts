import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SandboxStoppedError, ScanRefusedError } from "../../../node/src/sandbox/errors.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";

const typescript = (code: string) => ({ code, language: "typescript" }) as const;
const SLEEPS = typescript("export default () => new Promise((done) => setTimeout(done, 60_000, 1));");

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await Sandbox.open({ processes: 4 });
});
afterAll(() => sandbox.stop());

describe("a run", () => {
  it("answers with the output, and what was logged", async () => {
    const source = typescript(
      `export default async (input: { name: string }) => { console.log("hello", [1]); console.error("\\u001b[31mred"); return { greeting: "hi " + input.name, skipped: undefined }; };`,
    );
    const outcome = await sandbox.runOnce(source, { name: "Ada" });
    expect(outcome).toMatchObject({ status: "returned", output: { greeting: "hi Ada" } });
    expect(outcome.logs.sort()).toEqual(["?[31mred", "hello [ 1 ]"]);
  });

  it("hands secrets over as the second argument", async () => {
    const source = typescript("export default (_: unknown, { secrets }) => secrets.TOKEN.length;");
    const grants = { net: [], secrets: { TOKEN: "12345" } };
    expect(await sandbox.runOnce(source, null, { grants })).toMatchObject({ output: 5 });
    expect(await sandbox.runOnce(typescript("export default (_, c) => c.secrets"), null)).toMatchObject({
      output: {},
    });
  });

  it("is random, unless a seed is given", async () => {
    const source = typescript("export default () => [Math.random(), crypto.randomUUID()];");
    const outputs = async (options: { seed?: number }) => {
      const outcome = await sandbox.runOnce(source, null, options);
      return outcome.status === "returned" ? JSON.stringify(outcome.output) : outcome.status;
    };
    expect(await outputs({ seed: 1 })).toBe(await outputs({ seed: 1 }));
    expect(await outputs({ seed: 1 })).not.toBe(await outputs({ seed: 2 }));
    expect(await outputs({})).not.toBe(await outputs({}));
  });

  it("has the platform that actions need", async () => {
    const source = typescript(`export default async () => [
      Buffer.from("hi").toString("base64"), btoa("hi"), structuredClone({ a: 1 }).a, new URL("http://a/b").pathname,
      new TextDecoder().decode(new Uint8Array([104])), typeof Temporal.Now, new Intl.NumberFormat("en").format(1e4),
      [...new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array()))].length,
      await new Promise((done) => setTimeout(done, 1, "timer")), await new Promise((done) => setImmediate(done, "now")),
    ];`);
    expect(await sandbox.runOnce(source, null)).toMatchObject({
      output: ["aGk=", "aGk=", 1, "/b", "h", "object", "10,000", 32, "timer", "now"],
    });
  });

  it("refuses what the scan refuses before anything starts", async () => {
    await expect(sandbox.runOnce(typescript(`import "x"; export default 1`), null)).rejects.toThrow(
      ScanRefusedError,
    );
  });

  it("refuses an input that is too deep or too large", async () => {
    let deep: never = 1 as never;
    for (let level = 0; level < 10_000; level++) deep = [deep] as never;
    const source = typescript("export default () => 1;");
    await expect(sandbox.runOnce(source, deep)).rejects.toMatchObject({ code: "limit-exceeded" });
    await expect(sandbox.runOnce(source, "x".repeat(2_000_000))).rejects.toMatchObject({
      code: "limit-exceeded",
    });
    expect(sandbox.alive).toBe(0);
  });

  it("ends when its caller gives up", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const run = sandbox.runOnce(SLEEPS, null, { signal: abort.signal });
    await expect.poll(() => sandbox.alive).toBe(1);
    abort.abort(reason);
    await expect(run).rejects.toBe(reason);
    expect(sandbox.alive).toBe(0);
  });
});

describe("an action's process", () => {
  it("answers many calls, one after the other, each with a fresh input", async () => {
    const action = await sandbox.startAction(
      typescript(
        "let n = 0; export default (input: number[]) => { n++; input.push(n); if (n === 2) throw new Error('two'); return input; };",
      ),
    );
    const input = [0];
    const outcomes = await Promise.all([action.call(input), action.call(input), action.call(input)]);
    expect(outcomes).toMatchObject([
      { status: "returned", output: [0, 1] },
      { status: "threw", message: "two" },
      { status: "returned", output: [0, 3] },
    ]);
    await action.close();
    expect(await action.call(input)).toMatchObject({ status: "unavailable" });
  });

  it("is no longer asked once it is gone", async () => {
    const action = await sandbox.startAction(typescript("export default () => { for (;;); };"), {
      limits: { cpuSeconds: 0.3 },
    });
    const outcomes = await Promise.all([action.call(1), action.call(2)]);
    expect(outcomes).toMatchObject([
      { status: "limit", limit: "cpu" },
      { status: "limit", limit: "cpu" },
    ]);
  });
});

describe("network grants", () => {
  it("reach the granted host and port and nothing else; private ranges stay closed by default", async () => {
    const server = createServer((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const open = await Sandbox.open({ deniedNet: ["10.0.0.0/8"] });
    try {
      const fetches = typescript("export default async (url: string) => (await fetch(url)).text();");
      const grants = { net: [`127.0.0.1:${port}`], secrets: {} };
      const url = `http://127.0.0.1:${port}/`;
      expect(await open.runOnce(fetches, url, { grants })).toMatchObject({
        status: "returned",
        output: "hello",
      });
      const other = await open.runOnce(fetches, `http://127.0.0.1:${port === 9 ? 10 : 9}/`, { grants });
      expect(other).toMatchObject({ status: "threw" });
      for (const name of ["127.0.0.1", "localhost"]) {
        const wide = { net: [`${name}:${port}`, "localhost", "127.0.0.1"], secrets: {} };
        const refused = await sandbox.runOnce(fetches, `http://${name}:${port}/`, { grants: wide });
        expect(refused).toMatchObject({ status: "threw" });
      }
    } finally {
      await open.stop();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe("walls", () => {
  it("fall back to what there is", async () => {
    const bare = await Sandbox.open({ bubblewrap: null, setpriv: null });
    try {
      expect(bare.description.layers).toEqual(["deno-permissions", "rlimits"]);
      const outcome = await bare.runOnce(typescript("export default () => 1;"), null);
      expect(outcome).toMatchObject({ output: 1 });
    } finally {
      await bare.stop();
    }
  });

  it("fall back when one is there and does not work", async () => {
    const broken = await Sandbox.open({ bubblewrap: "/bin/false", setpriv: null });
    await broken.stop();
    expect(broken.description.layers).not.toContain("bubblewrap");
  });

  it("show a stranger no path of the host's", async () => {
    const source = typescript("export default () => new Error('x').stack;");
    const outcome = await sandbox.runOnce(source, null);
    expect(JSON.stringify(outcome)).toContain("/realm/");
    expect(JSON.stringify(outcome)).not.toContain(process.cwd());
  });
});

describe("stop", () => {
  it("kills what runs, refuses what waits and what comes, and leaves nothing behind", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sandbox-test-"));
    const doomed = await withTemporaryFolder(folder, () => Sandbox.open({ processes: 2 }));
    expect(readdirSync(folder)).toHaveLength(1);
    // Two places, and one more that only runs may take.
    const running = [1, 2, 3].map(() => doomed.runOnce(SLEEPS, null));
    await expect.poll(() => doomed.alive).toBe(3);
    const waiting = expect(doomed.runOnce(SLEEPS, null)).rejects.toThrow(SandboxStoppedError);
    const pids = childrenOf(process.pid);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    const startedAt = performance.now();
    await doomed.stop();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await waiting;
    for (const one of running) expect(await one).toMatchObject({ status: "unavailable" });
    await expect(doomed.runOnce(SLEEPS, null)).rejects.toThrow(SandboxStoppedError);
    expect(doomed.alive).toBe(0);
    expect(pids.filter(isSandboxed)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it("reaches processes at every moment of their start", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sandbox-test-"));
    // Shell and walls take about 10 ms; what is killed in the middle of them must not stay behind.
    for (let delay = 0; delay < 20; delay++) {
      const doomed = await withTemporaryFolder(folder, () => Sandbox.open({ processes: 3 }));
      const ended = Promise.allSettled([1, 2, 3].map(() => doomed.runOnce(SLEEPS, null)));
      await new Promise((resolve) => setTimeout(resolve, delay % 10));
      await doomed.stop();
      await ended;
    }
    await expect.poll(() => processesOf(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it("may be called twice", async () => {
    const one = await Sandbox.open();
    await one.stop();
    await one.stop();
    expect(one.alive).toBe(0);
  });
});

describe.runIf(process.platform === "linux")("a peer that is killed", () => {
  it("takes its actions with it, and the next one clears up", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sandbox-test-"));
    const module = new URL("../../../node/src/sandbox/sandbox.ts", import.meta.url);
    const peer = spawn(
      process.execPath,
      [
        "--conditions=source",
        "--input-type=module",
        "-e",
        `
        import { Sandbox } from ${JSON.stringify(module)};
        const sandbox = await Sandbox.open();
        console.log(sandbox.description.layers.join());
        await sandbox.runOnce(${JSON.stringify(SLEEPS)}, null);`,
      ],
      { env: { PATH: process.env.PATH, TMPDIR: folder }, stdio: ["ignore", "pipe", "inherit"] },
    );
    const [layers] = (await once(peer.stdout, "data")) as [Buffer];
    await expect
      .poll(() => childrenOf(peer.pid ?? 0).filter(isSandboxed).length, { timeout: 10_000 })
      .toBe(1);
    const pids = childrenOf(peer.pid ?? 0);
    peer.kill("SIGKILL");
    await once(peer, "close");
    if (layers.includes("no-new-privileges"))
      await expect.poll(() => pids.filter(isSandboxed), { timeout: 10_000 }).toEqual([]);
    for (const pid of pids.filter(isSandboxed)) process.kill(pid, "SIGKILL");
    expect(readdirSync(folder)).toHaveLength(1);
    const next = await withTemporaryFolder(folder, () => Sandbox.open());
    expect(readdirSync(folder)).toHaveLength(1);
    await next.stop();
    expect(readdirSync(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

/** Opens something while the system's temporary folder is another. */
async function withTemporaryFolder<T>(folder: string, open: () => Promise<T>): Promise<T> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    return await open();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(/^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${pid}/stat`))?.[1]) === parent);
}

/** All with this folder in their arguments, whoever's children they are by now. */
function processesOf(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/cmdline`).includes(folder))
    .map(Number);
}

/** Alive, and running our main module. */
function isSandboxed(pid: number): boolean {
  return read(`/proc/${pid}/cmdline`).includes("action-main.js");
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
