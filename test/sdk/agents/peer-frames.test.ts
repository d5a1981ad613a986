import { setImmediate as turn } from "node:timers/promises";
import type { AgentFrame, AgentMessage } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { FrameLine } from "../../../sdk/src/agents/peer/frame-line.ts";
import { Outgoing } from "../../../sdk/src/agents/peer/outgoing.ts";

/** A desk in memory: what is sent to it, and one answer for each call. */
class Desk {
  readonly sent: AgentFrame[][] = [];
  readonly #answers: AgentFrame[][] = [];
  #poll: ((frames: AgentFrame[]) => void) | undefined;
  inFlight = 0;
  mostInFlight = 0;

  async openDesk() {
    return { desk: "desk", peer: "peer" };
  }

  async closeDesk() {}

  answerNext(...frames: AgentFrame[]): void {
    this.#answers.push(frames);
  }

  say(...frames: AgentFrame[]): void {
    this.#poll?.(frames);
  }

  frames(
    _desk: string,
    { frames, waitMs, signal }: { frames: AgentFrame[]; waitMs: number; signal?: AbortSignal | undefined },
  ): Promise<AgentFrame[]> {
    if (waitMs > 0)
      return new Promise((resolve, reject) => {
        this.#poll = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    this.sent.push(frames);
    return turn(this.#answers.shift() ?? []).finally(() => {
      this.inFlight -= 1;
    });
  }
}

const message: AgentMessage = {
  id: "1",
  from: "ann",
  to: "ben@12D3KooWKe5EbzwbXVQXUjNgdwURWRgwNXDaYfxM2VivLcXwc3b4",
  intent: "chat",
  content: "hello",
  timestamp: 1,
};

test("frames go in their order, one call at a time, whenever they are pushed", async () => {
  const desk = new Desk();
  const pushed: string[] = [];
  let taken = 0;
  const line: FrameLine = new FrameLine(desk, "desk", async () => {
    taken += 1;
    // Some of it comes only after whoever waited for the answer was told: sooner or later.
    for (let turns = taken; turns > 0; turns--) await null;
    push("again");
  });
  const push = (name: string) => {
    pushed.push(`${name}${pushed.length}`);
    line.push({ kind: "next", exchange: pushed.at(-1) ?? "" });
  };
  const run = line.run();
  push("first");
  // What an answer leads to is pushed while the call that brought it ends, or right after.
  for (let call = 0; call < 30; call++) desk.answerNext({ kind: "end", exchange: "s1" });
  const sent = () => desk.sent.flat().map((frame) => ("exchange" in frame ? frame.exchange : ""));
  await expect.poll(() => sent().length).toBe(31);
  expect(sent()).toEqual(pushed);
  for (let number = 0; number < 200; number++) push("many");
  desk.say({ kind: "end", exchange: "s1" });
  await expect.poll(() => sent().length).toBe(232);
  expect(sent()).toEqual(pushed);
  expect(desk.sent.every((frames) => frames.length <= 64)).toBe(true);
  expect(desk.mostInFlight).toBe(1);
  line.close(new Error("closed"));
  await expect(run).rejects.toThrow("closed");
});

test("answers come when they are asked for, and a lost peer ends everything", async () => {
  const pushed: AgentFrame[] = [];
  const outgoing = new Outgoing({ push: (frame) => void pushed.push(frame), now: () => 7 });
  const answers = outgoing.ask(message);
  const first = answers.next();
  expect(pushed.map(({ kind }) => kind)).toEqual(["letter", "next"]);
  outgoing.answer({ kind: "answer", exchange: "s1", message });
  expect(await first).toEqual({ done: false, value: message });
  // Nobody asked for this one.
  outgoing.answer({ kind: "answer", exchange: "s1", message: { ...message, content: "more" } });
  const second = answers.next();
  outgoing.end({ kind: "end", exchange: "s1" });
  expect(await second).toEqual({ done: true, value: undefined });
  const hanging = outgoing.ask(message).next();
  const receipt = outgoing.post(message);
  outgoing.lost(Object.assign(new Error("gone")));
  await expect(hanging).rejects.toThrow("gone");
  expect(await receipt).toMatchObject({ status: "lost", at: 7 });
  expect(outgoing.size).toBe(0);
});

test("a message that was kept has a second receipt, and a lost one says which it is", async () => {
  const outgoing = new Outgoing({ push: () => undefined, now: () => 7 });
  const later: [string, string][] = [];
  const receipt = (exchange: string, status: "kept" | "delivered") =>
    outgoing.receipt({ kind: "receipt", exchange, receipt: { id: "1", status, at: 1 } });
  const kept = outgoing.post(message, ({ id, status }) => void later.push([id, status]));
  receipt("s1", "kept");
  expect((await kept).status).toBe("kept");
  expect(later).toEqual([]);
  receipt("s1", "delivered");
  receipt("s1", "delivered");
  expect(later).toEqual([["1", "delivered"]]);
  const lost = outgoing.post(message);
  outgoing.lost(new Error("gone"));
  expect(await lost).toMatchObject({ id: "1", status: "lost" });
});

test("no more than 512 exchanges are open, and ended ones make room", async () => {
  const outgoing = new Outgoing({ push: () => undefined, now: () => 0 });
  const open = Array.from({ length: 512 }, () => outgoing.ask(message));
  expect(() => outgoing.ask(message)).toThrow("Too much is under way");
  await open[0]?.return?.();
  expect(outgoing.ask(message)).toBeDefined();
  expect(outgoing.size).toBe(512);
});
