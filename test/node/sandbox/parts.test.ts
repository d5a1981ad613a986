import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judgeExit } from "../../../node/src/sandbox/ending.ts";
import { SandboxBusyError, SandboxStoppedError } from "../../../node/src/sandbox/errors.ts";
import { MOST_WAITING } from "../../../node/src/sandbox/limits.ts";
import { LineSplitter, TooMuchOutput } from "../../../node/src/sandbox/line-splitter.ts";
import { parseCpuSeconds, parseResidentMb, usageOfTree } from "../../../node/src/sandbox/process-usage.ts";
import { Slots } from "../../../node/src/sandbox/slots.ts";

describe("LineSplitter", () => {
  const open = () => new LineSplitter({ token: "@t ", mostFrameBytes: 50, mostNoiseBytes: 100 });
  const bytes = (text: string) => Buffer.from(text);

  it("tells frames from noise, however the bytes arrive", () => {
    const text = '\n@t {"a":1}\nnoise é\n@x {"a":2}\nhalf';
    const whole = open().push(bytes(text));
    const splitter = open();
    const single = [...bytes(text)].flatMap((byte) => splitter.push(Buffer.of(byte)));
    expect(single).toEqual(whole);
    expect(whole).toEqual([
      { kind: "frame", json: '{"a":1}' },
      { kind: "noise", text: "noise é" },
      { kind: "noise", text: '@x {"a":2}' },
    ]);
    expect(splitter.end()).toEqual([{ kind: "noise", text: "half" }]);
  });

  it("stops at a frame that is too long, and not for a long one", () => {
    expect(open().push(bytes(`@t ${"x".repeat(47)}\n`))).toHaveLength(1);
    const tooLong = () => open().push(bytes(`@t ${"x".repeat(48)}`));
    expect(tooLong).toThrow(expect.objectContaining({ of: "frame" }));
  });

  it("stops at too much noise, in one line or in many", () => {
    expect(() => open().push(bytes("x".repeat(101)))).toThrow(expect.objectContaining({ of: "noise" }));
    expect(() => open().push(bytes("xxxx\n".repeat(30)))).toThrow(TooMuchOutput);
    expect(open().push(bytes("xxxx\n".repeat(25)))).toHaveLength(25);
  });
});

describe("Slots", () => {
  it("never lets more live than there are places, and serves in order", async () => {
    const slots = new Slots(3);
    const order: string[] = [];
    const take = (name: string, count: number) =>
      slots.take(count).then((slot) => {
        order.push(name);
        return slot;
      });
    const first = await take("a", 2);
    const second = take("b", 2);
    const third = take("c", 1);
    await Promise.resolve();
    expect(order).toEqual(["a"]);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await Promise.all([second, third]);
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("lets a waiter leave, and those behind it go on", async () => {
    const slots = new Slots(2);
    const one = await slots.take(1);
    const abort = new AbortController();
    const big = slots.take(2, abort.signal);
    const small = slots.take(1);
    abort.abort(new Error("enough"));
    await expect(big).rejects.toThrow("enough");
    await expect(small).resolves.toMatchObject({ processes: 1 });
    one[Symbol.dispose]();
  });

  it("refuses more waiters than it may hold, and everybody once closed", async () => {
    const slots = new Slots(2);
    await slots.take(2);
    const waiting = Array.from({ length: MOST_WAITING }, () => slots.take(1));
    await expect(slots.take(1)).rejects.toThrow(SandboxBusyError);
    slots.close();
    for (const one of waiting) await expect(one).rejects.toThrow(SandboxStoppedError);
    await expect(slots.take(1)).rejects.toThrow(SandboxStoppedError);
  });
});

describe("how a process ended", () => {
  const exit = { code: null, signal: null, ready: true, lastWords: "", cpuSeconds: 0.1, cpuLimit: 8 };

  it("is the machine's doing before our main module was up, or by a kill from outside", () => {
    expect(judgeExit({ ...exit, code: 127, ready: false })).toMatchObject({ status: "unavailable" });
    expect(judgeExit({ ...exit, signal: "SIGKILL" })).toMatchObject({ status: "unavailable" });
    expect(judgeExit({ ...exit, code: 137 })).toMatchObject({ status: "unavailable" });
  });

  it("is a limit when the kernel's CPU limit struck, or memory ran out", () => {
    expect(judgeExit({ ...exit, signal: "SIGXCPU" })).toMatchObject({ limit: "cpu" });
    expect(judgeExit({ ...exit, code: 152 })).toMatchObject({ limit: "cpu" });
    expect(judgeExit({ ...exit, signal: "SIGKILL", cpuSeconds: 7.9 })).toMatchObject({ limit: "cpu" });
    const outOfMemory = { ...exit, signal: "SIGTRAP", lastWords: "JavaScript heap out of memory" } as const;
    expect(judgeExit(outOfMemory)).toMatchObject({ limit: "memory" });
  });

  it("is the code's own doing otherwise, also with code 0", () => {
    expect(judgeExit({ ...exit, code: 0 })).toMatchObject({ status: "died" });
    expect(judgeExit({ ...exit, signal: "SIGSEGV" })).toMatchObject({ status: "died" });
  });
});

describe.runIf(process.platform === "linux")("the use of a process tree", () => {
  it("is read from /proc", () => {
    const own = usageOfTree(process.pid);
    expect(own?.residentMb).toBeGreaterThan(10);
    expect(own?.cpuSeconds).toBeGreaterThan(0);
    expect(usageOfTree(2 ** 22)).toBeUndefined();
  });

  it("survives a name with parentheses", () => {
    const stat = readFileSync("/proc/self/stat", "utf8").replace(/\(.*\)/, "(a) (b c)");
    expect(parseCpuSeconds(stat)).toBeGreaterThan(0);
    expect(parseResidentMb("State:\tZ (zombie)\n")).toBe(0);
  });
});
