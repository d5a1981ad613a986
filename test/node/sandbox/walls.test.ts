import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_LIMITS } from "../../../node/src/sandbox/limits.ts";
import { processTree, usageOfTree } from "../../../node/src/sandbox/process-usage.ts";
import { Sandbox, type SandboxOptions } from "../../../node/src/sandbox/sandbox.ts";
import type { ActionProcess } from "../../../node/src/sandbox/types.ts";
import { Watcher } from "../../../node/src/sandbox/watcher.ts";

const SLEEPS = {
  code: `export default () => new Promise((done) => setTimeout(done, 60_000));`,
  language: "javascript",
} as const;

const WALLS: readonly { name: string; options: SandboxOptions }[] = [
  { name: "the best wall here", options: {} },
  { name: "no new privileges", options: { bubblewrap: null } },
  { name: "Deno alone", options: { bubblewrap: null, setpriv: null } },
];

describe.runIf(process.platform === "linux").each(WALLS)("behind $name", ({ options }) => {
  let sandbox: Sandbox | undefined;
  let action: ActionProcess | undefined;

  afterEach(async () => {
    await action?.close();
    await sandbox?.stop();
  });

  /** The processes of one action that sleeps: the program that was spawned, and Deno, which may be below it. */
  async function started(): Promise<number[]> {
    const before = new Set(processTree(process.pid));
    sandbox = await Sandbox.open({ ...options, processes: 2 });
    action = await sandbox.startAction(SLEEPS);
    void action.call({});
    return await vi.waitFor(() => {
      const tree = processTree(process.pid).filter((pid) => !before.has(pid));
      expect(tree.map(nameOf)).toContain("deno");
      return tree;
    });
  }

  it("the kernel's limits reach Deno itself", async () => {
    const deno = (await started()).find((pid) => nameOf(pid) === "deno");
    const limits = readFileSync(`/proc/${deno}/limits`, "utf8");
    const soft = (name: string) => new RegExp(`^${name}\\s+(\\d+)`, "m").exec(limits)?.[1];
    expect(soft("Max open files")).toBe(String(DEFAULT_LIMITS.openFiles));
    expect(soft("Max core file size")).toBe("0");
    expect(soft("Max file size")).toBe("0");
    expect(soft("Max cpu time")).toBe(String(DEFAULT_LIMITS.cpuSeconds + 1));
    expect(Number(soft("Max data size")) / 1024 ** 2).toBe(512 + 60 + DEFAULT_LIMITS.memoryMb);
  });

  it("Deno has no capabilities and gains no privileges, as the layers say", async () => {
    const deno = (await started()).find((pid) => nameOf(pid) === "deno");
    const status = readFileSync(`/proc/${deno}/status`, "utf8");
    const layers = sandbox?.description.layers ?? [];
    expect(/^NoNewPrivs:\t1$/m.test(status)).toBe(layers.includes("no-new-privileges"));
    if (layers.includes("no-capabilities")) expect(status).toMatch(/^CapEff:\t0+$/m);
  });

  it("the use of the whole tree is seen, threads included", async () => {
    const [root = 0] = await started();
    await vi.waitFor(() => expect(usageOfTree(root)?.residentMb).toBeGreaterThan(20));
    const { threads = 0 } = usageOfTree(root) ?? {};
    expect(threads).toBeGreaterThan(3);
    expect(threads).toBeLessThan(DEFAULT_LIMITS.threads);
  });

  it("all processes die when it is closed", async () => {
    const tree = await started();
    await action?.close();
    await vi.waitFor(() => expect(tree.filter(isAlive)).toEqual([]));
  });
});

describe.runIf(process.platform === "linux")("too many threads", () => {
  it("are a limit", async () => {
    const sandbox = await Sandbox.open({
      bubblewrap: null,
      processes: 2,
      limits: { threads: 16, cpuSeconds: 4 },
    });
    const code = `export default async () => { const key = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]);
      await Promise.all(Array.from({ length: 64 }, () => crypto.subtle.deriveBits({ name: "PBKDF2", salt: new Uint8Array(16), iterations: 1_000_000, hash: "SHA-256" }, key, 256))); };`;
    try {
      expect(await sandbox.runOnce({ code, language: "javascript" }, {})).toMatchObject({
        status: "limit",
        limit: "threads",
        message: "ran more than 16 threads",
      });
    } finally {
      await sandbox.stop();
    }
  });
});

describe("the watcher", () => {
  it("stops its timer with the last of what it watches", () => {
    vi.useFakeTimers();
    try {
      const watcher = new Watcher(() => ({ residentMb: 1, cpuSeconds: 0, threads: 1 }));
      const watched = { pid: 1, limits: DEFAULT_LIMITS, used: vi.fn(), exceed: vi.fn() };
      watcher.add(watched);
      vi.advanceTimersByTime(120);
      expect(watched.used).toHaveBeenCalledTimes(2);
      watcher.remove(watched);
      expect(vi.getTimerCount()).toBe(0);
      expect(watched.exceed).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it("ends the largest of a place whose processes together use more memory than twice what one may", () => {
    vi.useFakeTimers();
    const sizes: Record<number, number> = { 1: 240, 2: 250, 3: 160, 4: 300 };
    const watcher = new Watcher((pid) => ({ residentMb: sizes[pid] ?? 0, cpuSeconds: 0, threads: 1 }));
    const [shared, other] = [{}, {}];
    const watched = (pid: number, place?: object) => {
      const one = { pid, limits: DEFAULT_LIMITS, used: vi.fn(), exceed: vi.fn(), place };
      watcher.add(one);
      return one;
    };
    const [one, two, three] = [1, 2, 3].map((pid) => watched(pid, shared));
    const apart = [watched(4, other), watched(4)];
    try {
      // 180 + 190 + 100 beyond the empty runtimes.
      vi.advanceTimersByTime(60);
      expect(two?.exceed).not.toHaveBeenCalled();
      sizes[3] = 210;
      vi.advanceTimersByTime(60);
      expect(two?.exceed).toHaveBeenCalledExactlyOnceWith(
        "memory",
        expect.stringContaining("more than 512 MB"),
      );
      for (const rest of [one, three, ...apart]) expect(rest?.exceed).not.toHaveBeenCalled();
    } finally {
      for (const all of [one, two, three, ...apart]) if (all !== undefined) watcher.remove(all);
      vi.useRealTimers();
    }
  });
});

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  return nameOf(pid) !== "" && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
