import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { Sandbox, type SandboxOptions } from "../../../node/src/sandbox/sandbox.ts";
import { until } from "../../helpers/until.ts";
import { sandboxedProcesses } from "./sandboxed-processes.ts";

const ADD = { code: "export default ({ a, b }: any) => a + b;", language: "typescript" } as const;
const INPUT = { a: 1, b: 2 };

let sandbox: Sandbox;
afterEach(() => sandbox.stop());

/** A sandbox whose pool has been filled. */
async function open(size: number, options: SandboxOptions = {}): Promise<Sandbox> {
  sandbox = await Sandbox.open({ ...options, pool: { size, ...options.pool } });
  await full(size);
  return sandbox;
}

/** Idle, and through shell and walls: Deno itself is there. */
const full = (size: number) =>
  until(() => sandbox.prestarted === size && sandboxedProcesses(process.pid).length === size, {
    what: `${size} idle processes`,
  });

test("a run takes a process that was started before, and the pool fills up again", async () => {
  await open(2);
  const before = sandboxedProcesses(process.pid);
  expect(before).toHaveLength(2);
  expect(await sandbox.runOnce(ADD, INPUT)).toMatchObject({ status: "returned", output: 3 });
  await full(2);
  const after = sandboxedProcesses(process.pid);
  expect(after).toHaveLength(2);
  // One is new, because the other was used up.
  expect(after.filter((pid) => before.includes(pid))).toHaveLength(1);
});

test("no process is used twice: what one run leaves behind, none finds", async () => {
  await open(1);
  const leaves = {
    code: "export default () => (globalThis.seen = (globalThis.seen ?? 0) + 1);",
    language: "javascript",
  } as const;
  for (let i = 0; i < 3; i++) {
    await full(1);
    expect(await sandbox.runOnce(leaves, null)).toMatchObject({ output: 1 });
  }
});

test("more runs at once than the pool holds all end well", async () => {
  await open(1, { processes: 3 });
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => sandbox.runOnce(ADD, INPUT)));
  for (const outcome of outcomes) expect(outcome).toMatchObject({ output: 3 });
});

test("only what is granted nothing, has no seed and has the pool's limits is taken from it", async () => {
  await open(1, { pool: { size: 1, limits: { memoryMb: 200 } } });
  const same = { limits: { memoryMb: 200 } };
  const others = [
    {},
    { ...same, seed: 1 },
    { ...same, grants: { net: ["example.org:443"], secrets: {} } },
    { ...same, grants: { net: [], secrets: { TOKEN: "x" } } },
    { limits: { memoryMb: 201 } },
    { limits: { memoryMb: 200, wallMs: 5_000 } },
  ];
  for (const options of others) {
    const action = await sandbox.startAction(ADD, options);
    expect(sandbox.prestarted, JSON.stringify(options)).toBe(1);
    await action.close();
  }
  const test = await sandbox.startTest({ code: "", language: "typescript" }, same);
  expect(sandbox.prestarted).toBe(1);
  await test.close();
  const action = await sandbox.startAction(ADD, same);
  expect(sandbox.prestarted).toBe(0);
  expect(await action.call(INPUT)).toMatchObject({ output: 3 });
  await action.close();
});

test("a run from the pool has the same limits and random numbers of its own", async () => {
  await open(2, { pool: { size: 2, limits: { cpuSeconds: 0.3 } } });
  const limits = { cpuSeconds: 0.3 };
  const endless = { code: "export default () => { for (;;); };", language: "javascript" } as const;
  expect(await sandbox.runOnce(endless, null, { limits })).toMatchObject({ status: "limit", limit: "cpu" });
  const random = {
    code: "export default () => [Math.random(), crypto.randomUUID()];",
    language: "javascript",
  } as const;
  await full(2);
  const [one, two] = await Promise.all([1, 2].map(() => sandbox.runOnce(random, null, { limits })));
  expect(one).toMatchObject({ status: "returned" });
  expect(JSON.stringify(one)).not.toBe(JSON.stringify(two));
});

test("one that dies while it waits is not given out", async () => {
  await open(1);
  const [pid] = sandboxedProcesses(process.pid);
  if (pid === undefined) throw new Error("no idle process");
  process.kill(pid, "SIGKILL");
  await until(() => sandbox.prestarted === 0, { what: "its leaving the pool" });
  expect(await sandbox.runOnce(ADD, INPUT)).toMatchObject({ output: 3 });
  await full(1);
});

test("one that nobody needed for long is replaced", async () => {
  const time = { now: 0 };
  await open(1, { now: () => time.now, pool: { size: 1, oldestMs: 100 } });
  const [first] = sandboxedProcesses(process.pid);
  time.now = 50;
  expect(sandboxedProcesses(process.pid)).toEqual([first]);
  time.now = 101;
  await until(() => sandbox.prestarted === 1 && !sandboxedProcesses(process.pid).includes(first ?? 0), {
    what: "another process in its place",
  });
  await full(1);
});

test("a pool of none starts none, and none are left after a stop", async () => {
  sandbox = await Sandbox.open();
  expect(await sandbox.runOnce(ADD, INPUT)).toMatchObject({ output: 3 });
  expect(sandbox.prestarted).toBe(0);
  await sandbox.stop();
  await open(3);
  const pids = sandboxedProcesses(process.pid);
  expect(pids).toHaveLength(3);
  await sandbox.stop();
  expect(sandbox.prestarted).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
