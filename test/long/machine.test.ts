import { execFile } from "node:child_process";
import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

const run = promisify(execFile);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STOP_MS = 3_000;

const preload = (name: string) => ({
  NODE_OPTIONS: `--import=${new URL(`../helpers/${name}.ts`, import.meta.url).href}`,
});
const joining = (peer: PeerProcess) => ({ bootstrap: [peer.started.addresses[0] ?? ""] });

/** The other peer holds it, and its own search finds it. */
async function arrives(peer: PeerProcess, id: string, name: string): Promise<void> {
  await until(async () => (await peer.client.search(name, { limit: 50 })).some((card) => card.id === id), {
    what: `${name} at another peer`,
    timeoutMs: 45_000,
    everyMs: 100,
  });
}

async function stopsInTime(peer: PeerProcess): Promise<void> {
  const startedAt = performance.now();
  expect(await peer.stop()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(STOP_MS);
}

/** A small file system of its own. Making one takes Linux and root. */
async function smallDisk(megabytes: number): Promise<(AsyncDisposable & { path: string }) | undefined> {
  const folder = await temporaryFolder();
  const unmount = async () => {
    await run("umount", ["--lazy", folder.path]);
    await folder[Symbol.asyncDispose]();
  };
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder.path]);
    return { path: folder.path, [Symbol.asyncDispose]: unmount };
  } catch (error) {
    process.stderr.write(`skipped, no small disk could be mounted: ${String(error)}\n`);
    await folder[Symbol.asyncDispose]();
    return undefined;
  }
}

/** Writes until nothing more fits, down to the last byte. */
async function fill(path: string): Promise<void> {
  const file = await open(path, "a");
  try {
    for (let size = 1 << 20; size >= 1; size >>= 4)
      for (;;) {
        const written = await file
          .write(Buffer.alloc(size))
          .catch((error: NodeJS.ErrnoException) => error.code);
        if (written === "ENOSPC") break;
        if (typeof written === "string") throw new Error(`filling the disk failed: ${written}`);
      }
  } finally {
    await file.close();
  }
}

test("a full disk: callers and the log are told so, the peer lives, and catches up once there is room", {
  timeout: 150_000,
}, async ({ skip }) => {
  await using disk = await smallDisk(64);
  if (disk === undefined) return skip("no small disk could be mounted");
  const home = join(disk.path, "home");
  await mkdir(home);
  await using neighbour = await PeerProcess.start();
  await using peer = await PeerProcess.start({ home, ...joining(neighbour) });
  const first = await peer.client.publish(addingAction(1));
  const filler = join(disk.path, "filler");
  await fill(filler);

  await expect(peer.client.publish(addingAction(2))).rejects.toMatchObject({ code: "disk-full" });
  const missed = await neighbour.client.publish(addingAction(3));
  await until(() => /full/.test(peer.stderr), { what: "a line of the log that says so", timeoutMs: 30_000 });
  expect(peer.running).toBe(true);
  expect((await peer.client.search("addN1")).map(({ name }) => name)).toContain("addN1");
  expect((await peer.client.run("addN1", { x: 1 })).output).toBe(2);

  await rm(filler);
  const again = await peer.client.publish(addingAction(4));
  await arrives(neighbour, again.id, "addN4");
  await arrives(peer, missed.id, "addN3");
  await fill(filler);
  await stopsInTime(peer);
  await rm(filler);
  await using restarted = await PeerProcess.start({ home });
  for (const { id } of [first, again])
    expect(await restarted.client.show(id)).toMatchObject({
      standing: "passed",
      publishers: [restarted.started.peerId],
    });
});

test("no file handles: callers and the log are told so, the peer lives, and works again when there are some", {
  timeout: 120_000,
}, async ({ skip }) => {
  if (process.platform !== "linux") return skip("limits of a running process are changed on Linux only");
  await using neighbour = await PeerProcess.start();
  await using peer = await PeerProcess.start(joining(neighbour));
  const { client } = peer;
  await client.publish(addingAction(1));
  const pid = String(peer.child.pid);
  const inUse = new Set(await readdir(`/proc/${pid}/fd`));
  let free = 0;
  while (inUse.has(String(free))) free++;
  // Room for a caller's connection, and for nothing that a sandbox needs.
  await run("prlimit", ["--pid", pid, `--nofile=${free + 2}:`]);
  await expect(client.publish(addingAction(2))).rejects.toThrow(/EMFILE|file handles/);
  // Now for nothing at all: the first few are always in use.
  await run("prlimit", ["--pid", pid, "--nofile=8:"]);
  await until(() => peer.stderr.includes("no file handles are left"), {
    ...{ what: "a line of the log that says so", timeoutMs: 30_000 },
  });
  const missed = await neighbour.client.publish(addingAction(3));
  expect(peer.running).toBe(true);

  await run("prlimit", ["--pid", pid, "--nofile=4096:"]);
  await until(() => peer.stderr.includes("file handles again"), {
    ...{ what: "a line of the log that says that there are some", timeoutMs: 30_000 },
  });
  const again = await client.publish(addingAction(4));
  await arrives(neighbour, again.id, "addN4");
  await arrives(peer, missed.id, "addN3");
  await stopsInTime(peer);
});

test("a clock set a day ahead or back: the log says so, the peer lives, and all is well once it is right", {
  timeout: 150_000,
}, async () => {
  await using folder = await temporaryFolder();
  const clock = join(folder.path, "clock");
  await writeFile(clock, "0");
  await using neighbour = await PeerProcess.start();
  const env = { ...preload("shifting-clock"), TEST_CLOCK_FILE: clock };
  await using peer = await PeerProcess.start({ ...joining(neighbour), env });
  let number = 0;
  for (const shift of [DAY_MS, -DAY_MS]) {
    const before = peer.stderr.length;
    const words = shift > 0 ? "clock went forward by 24.0 h" : "clock was set back by 24.0 h";
    await writeFile(clock, String(shift));
    await until(() => peer.stderr.slice(before).includes(words), {
      ...{ what: "a line of the log that says so", timeoutMs: 30_000 },
    });
    const meanwhile = await peer.client.publish(addingAction(++number));
    expect((await peer.client.run(meanwhile.id, { x: 1 })).output).toBe(1 + number);
    const missed = await neighbour.client.publish(addingAction(++number));
    const wrong = peer.stderr.length;
    await writeFile(clock, "0");
    await until(() => peer.stderr.slice(wrong).includes("clock"), {
      what: "the log on the clock being right",
    });
    const again = await peer.client.publish(addingAction(++number));
    await arrives(neighbour, again.id, `addN${number}`);
    await arrives(peer, missed.id, `addN${number - 1}`);
  }
  await stopsInTime(peer);
});

test("connections that are reset again and again: nobody dies, and what was published meanwhile arrives", {
  timeout: 120_000,
}, async () => {
  await using neighbour = await PeerProcess.start();
  await using peer = await PeerProcess.start({ ...joining(neighbour), env: preload("resetting-sockets") });
  let resetting = true;
  const resets = (async () => {
    for (; resetting; await pause(100)) peer.child.kill("SIGUSR2");
  })();
  const sent = [];
  for (const n of [1, 2, 3]) {
    sent.push({ to: neighbour, ...(await peer.client.publish(addingAction(n))) });
    sent.push({ to: peer, ...(await neighbour.client.publish(addingAction(10 + n))) });
  }
  await until(() => [...peer.stderr.matchAll(/reset [1-9]/g)].length >= 5, {
    ...{ what: "five connections that were reset", timeoutMs: 60_000 },
  });
  resetting = false;
  await resets;
  for (const { to, id, name } of sent) await arrives(to, id, name);
  await stopsInTime(peer);
  await stopsInTime(neighbour);
});

test("a neighbour that hangs: publishing goes on, stopping does not wait for it, and it catches up when it wakes", {
  timeout: 120_000,
}, async () => {
  await using peer = await PeerProcess.start();
  await using hung = await PeerProcess.start(joining(peer));
  await using other = await PeerProcess.start(joining(peer));
  const first = await peer.client.publish(addingAction(1));
  await arrives(hung, first.id, "addN1");
  await arrives(other, first.id, "addN1");
  hung.child.kill("SIGSTOP");
  const second = await peer.client.publish(addingAction(2));
  await arrives(other, second.id, "addN2");
  await stopsInTime(peer);
  hung.child.kill("SIGCONT");
  await using back = await PeerProcess.start(joining(other));
  const third = await back.client.publish(addingAction(3));
  await arrives(hung, second.id, "addN2");
  await arrives(hung, third.id, "addN3");
  await stopsInTime(hung);
});
