import { expect, test } from "vitest";
import { SandboxBusyError, SandboxStoppedError } from "../../../node/src/sandbox/errors.ts";
import { MOST_WAITING } from "../../../node/src/sandbox/limits.ts";
import { type Slot, Slots } from "../../../node/src/sandbox/slots.ts";
import type { Priority } from "../../../node/src/sandbox/types.ts";

/** Takes places and notes in which order they were given. */
function noting(slots: Slots) {
  const given: string[] = [];
  const take = async (name: string, priority: Priority, processes = 1): Promise<Slot> => {
    const slot = await slots.take(processes, undefined, priority);
    given.push(name);
    return slot;
  };
  return { given, take };
}

/** Lets everything that was granted be noted. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what is more urgent is served first, and each priority in the order it came", async () => {
  const slots = new Slots(2);
  const { given, take } = noting(slots);
  const first = await take("first", "background", 2);
  // Each holds its places for a turn and gives them back.
  const passing = async (name: string, priority: Priority) => {
    const slot = await take(name, priority, 2);
    await turn();
    slot[Symbol.dispose]();
  };
  const all = [
    passing("background 1", "background"),
    passing("asked 1", "asked"),
    passing("asked 2", "asked"),
    passing("background 2", "background"),
  ];
  expect(slots.waiting).toBe(4);
  first[Symbol.dispose]();
  await Promise.all(all);
  expect(given).toEqual(["first", "asked 1", "asked 2", "background 1", "background 2"]);
});

test("a run finds a place although background work holds them all, and only one does", async () => {
  const slots = new Slots(2);
  const { given, take } = noting(slots);
  await take("background", "background", 2);
  await take("run", "run");
  void take("second run", "run").catch(() => {});
  void take("asked", "asked").catch(() => {});
  await turn();
  expect(given).toEqual(["background", "run"]);
  slots.close();
});

test("the user's runs go before those of agents, and both before tests", async () => {
  const slots = new Slots(2);
  const { given, take } = noting(slots);
  const held = [await take("held", "agent's run", 2), await take("spare", "agent's run")];
  const passing = async (name: string, priority: Priority) => {
    const slot = await take(name, priority, 3);
    await turn();
    slot[Symbol.dispose]();
  };
  const all = [
    passing("asked", "asked"),
    passing("agent", "agent's run"),
    passing("other agent", "agent's run"),
    passing("user", "run"),
  ];
  for (const slot of held) slot[Symbol.dispose]();
  await Promise.all(all);
  expect(given).toEqual(["held", "spare", "user", "agent", "other agent", "asked"]);
});

test("nobody overtakes one who needs two places", async () => {
  const slots = new Slots(2);
  const { given, take } = noting(slots);
  const one = await take("one", "asked");
  void take("two", "asked", 2).catch(() => {});
  void take("small", "background").catch(() => {});
  await turn();
  expect(given).toEqual(["one"]);
  one[Symbol.dispose]();
  await turn();
  expect(given).toEqual(["one", "two"]);
  slots.close();
});

test("each priority has its own bound, and a typed refusal beyond it", async () => {
  const slots = new Slots(2);
  await slots.take(2, undefined, "background");
  const waiting = Array.from({ length: MOST_WAITING }, () => slots.take(2, undefined, "background"));
  const refused = Promise.allSettled(waiting);
  await expect(slots.take(1, undefined, "background")).rejects.toThrow(SandboxBusyError);
  const asked = expect(slots.take(1, undefined, "asked")).rejects.toThrow(SandboxStoppedError);
  expect(await slots.take(1, undefined, "run")).toMatchObject({ processes: 1 });
  slots.close();
  await asked;
  for (const one of await refused) expect(one).toMatchObject({ reason: expect.any(SandboxStoppedError) });
});

test("one who gives up leaves the queue, and the next is served", async () => {
  const slots = new Slots(2);
  const { given, take } = noting(slots);
  const one = await take("one", "asked");
  const abort = new AbortController();
  const two = expect(slots.take(2, abort.signal)).rejects.toThrow("enough");
  const small = take("small", "asked");
  abort.abort(new Error("enough"));
  await two;
  (await small)[Symbol.dispose]();
  one[Symbol.dispose]();
  expect(given).toEqual(["one", "small"]);
  expect(slots.waiting).toBe(0);
});
