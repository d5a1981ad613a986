import type { Json } from "action-collective";
import {
  type ActionContext,
  type ActionSpecs,
  Agent,
  type Message,
  type Node,
  placeOf,
  Space,
} from "action-collective/agents";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AuditTrail } from "../../../sdk/src/agents/audit.ts";
import { Exchange, type Opened } from "../../../sdk/src/agents/exchange.ts";
import { IDLE_STREAM_MS } from "../../../sdk/src/agents/limits.ts";
import { makeMessage } from "../../../sdk/src/agents/message.ts";
import { Threads } from "../../../sdk/src/agents/thread.ts";
import { all, failing } from "../../helpers/answers.ts";

class Echo extends Agent {
  chat(text: Json): Json {
    return text;
  }

  async *query(_: Json, { signal }: ActionContext): AsyncGenerator<number> {
    for (let number = 0; !signal.aborted; number++) yield number;
  }
}

const stray: unknown[] = [];
const note = (error: unknown) => void stray.push(error);

beforeEach(() => {
  stray.length = 0;
  process.on("unhandledRejection", note).on("uncaughtExceptionMonitor", note);
});

afterEach(() => {
  process.off("unhandledRejection", note).off("uncaughtExceptionMonitor", note);
});

/** Rejections that nobody handles are known after the next turn. */
const settled = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test("an exchange that ends at any moment leaves nothing behind, and nothing unhandled", async () => {
  await using space = new Space();
  await space.add(new Echo("echo"));
  for (const name of ["chat", "query"])
    for (let moment = 0; moment < 40; moment++)
      for (const end of ["abort", "return"]) {
        const stop = new AbortController();
        const stream = space.place.stream("echo", name, "x", { signal: stop.signal })[Symbol.asyncIterator]();
        const read = (async () => {
          while ((await stream.next()).done !== true);
        })();
        const over = read.catch(() => undefined);
        for (let tick = 0; tick < moment; tick++) await null;
        if (end === "abort") stop.abort(new Error("enough"));
        else await stream.return?.();
        await over;
      }
  await vi.waitFor(() => expect(space.stats().exchanges).toBe(0));
  await settled();
  expect(stray).toEqual([]);
});

test("members come and go at any moment of an exchange, and nothing of it is left", async () => {
  await using space = new Space();
  const asker = new Echo("asker");
  await space.add(asker);
  for (let moment = 0; moment < 30; moment++) {
    await space.add(new Echo("brief"));
    const asked = failing(all(asker.place.stream("brief", moment % 2 === 0 ? "query" : "chat", "x")));
    const sent = asker.place.send("brief", "query", null).receipt;
    for (let tick = 0; tick < moment; tick++) await null;
    await space.remove("brief");
    expect(["agent-left", "no failure", "no-such-agent"]).toContain(await asked);
    expect((await sent).status).toBe("delivered");
  }
  await vi.waitFor(() => expect(space.stats()).toEqual({ members: 1, exchanges: 0, listeners: 0 }));
  await settled();
  expect(stray).toEqual([]);
});

test("what listeners throw, at once or later, is a problem that is told, and harms nobody", async () => {
  const problems: unknown[] = [];
  const problem = (text: string) => () => {
    throw new Error(text);
  };
  const late = (text: string) => async () => {
    await null;
    throw new Error(text);
  };
  await using space = new Space({
    onAudit: problem("audit"),
    onProblem: (error) => void problems.push((error as Error).message),
  });
  class Guarded extends Echo {
    static override readonly actions: ActionSpecs = { chat: { access: "requested" } };
    override requestPermission(): boolean {
      return true;
    }
  }
  const echo = new Echo("echo");
  await space.add(echo);
  echo.place.onPresence(problem("presence"));
  echo.place.onPresence(late("late presence"));
  space.board.onQuestion(problem("question"));
  space.board.onQuestion(late("late question"));
  await space.add(new Guarded("guarded"));
  expect(await space.place.request("guarded", "chat", "hello")).toBe("hello");
  await vi.waitFor(() =>
    expect(new Set(problems)).toEqual(
      new Set(["presence", "late presence", "question", "late question", "audit"]),
    ),
  );
  await settled();
  expect([stray, space.stats().exchanges]).toEqual([[], 0]);
});

test("a rule that cannot be judged denies, and one that is misspelt is no rule", async () => {
  await using space = new Space();
  class Guarded extends Echo {
    static override readonly actions: ActionSpecs = {
      chat: { rules: [{ when: (async () => true) as never, access: "denied" }] },
    };
  }
  await space.add(new Guarded("guarded"));
  expect(await failing(space.place.request("guarded", "chat", "hello"))).toBe("access-denied");
  const wrong = [
    { role: ["owner"], access: "permitted" },
    { roles: ["owner"], access: "yes" },
    { roles: ["owner"] },
  ];
  for (const rule of wrong) {
    const Misspelt = class extends Echo {
      static override readonly actions = { chat: { rules: [rule] } } as unknown as ActionSpecs;
    };
    expect(await failing(space.add(new Misspelt()))).toBe("invalid-actions");
  }
  const Misspelt = class extends Echo {
    static override readonly actions = { chat: { acess: "denied" } } as unknown as ActionSpecs;
  };
  expect(await failing(space.add(new Misspelt()))).toBe("invalid-actions");
});

test("one may always write to oneself, whatever talkTo says", async () => {
  await using space = new Space();
  const echo = new Echo("echo");
  const place = await space.add(echo, { privileges: { talkTo: [] } });
  await space.add(new Echo("other"));
  expect(await place.request("echo", "chat", "note")).toBe("note");
  expect(await failing(place.request("other", "chat", "note"))).toBe("may-not-talk");
});

test("a space that closes does not wait for a node that never finishes joining", async () => {
  const space = new Space();
  const entering = failing(
    space.add(
      new (class extends Echo {
        joined(): Promise<void> {
          return new Promise(() => {});
        }
      })("slow"),
    ),
  );
  await space.close();
  expect(await entering).toBe("agent-left");
});

test("content is what was checked: getters, toJSON and __proto__ change nothing", async () => {
  await using space = new Space();
  await space.add(new Echo("echo"));
  const { place } = space;
  const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);
  const sly = Object.defineProperty({}, "toJSON", { value: () => deep(1_000) });
  expect(await failing(place.request("echo", "chat", sly as Json))).toBe("message-invalid");
  let reads = 0;
  const turning = Object.defineProperty({}, "part", {
    enumerable: true,
    get: () => (reads++ === 0 ? 1 : deep(1_000)),
  });
  expect(await failing(place.request("echo", "chat", turning as Json))).toBe("message-invalid");
  const polluted = JSON.parse(
    '{"__proto__": {"forwarded": 1, "admin": true}, "constructor": {"prototype": 1}}',
  );
  const answer = (await place.request("echo", "chat", polluted)) as { admin?: unknown };
  expect(answer.admin).toBeUndefined();
  expect(Object.getPrototypeOf(answer)).toBe(Object.prototype);
  const [message] = await all(place.stream("echo", "chat", 1, { metadata: polluted }));
  expect((message as Message & { admin?: unknown }).admin).toBeUndefined();
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});

test("a message of another space, or one that another received, becomes one's own words", async () => {
  await using one = new Space();
  await using other = new Space();
  await one.add(new Echo("echo"));
  const [stolen] = await all(one.place.stream("echo", "chat", "secret"));
  const thief: Node = {
    id: "thief",
    async *receive(): AsyncGenerator<Message> {
      yield stolen as Message;
      yield { ...(stolen as Message), from: "board", metadata: { forwarded: { from: "board", id: "1" } } };
    },
  };
  await other.add(thief);
  const answers = await all(other.place.stream("thief", "chat", "x"));
  expect(answers.map(({ from, metadata }) => [from, metadata?.forwarded])).toEqual([
    ["thief", undefined],
    ["thief", undefined],
  ]);
  expect(await failing(all(placeOf(thief).pass(stolen as Message, "thief")))).toBe("not-received");
});

test("what was delivered and is never read is not kept open for ever", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const outcomes: string[] = [];
    const opened = {
      node: { receive: () => (async function* () {})() },
      closed: ({ status }: { status: string }) => void outcomes.push(status),
      signals: [],
    };
    const exchange = new Exchange(() => opened as unknown as Opened, {
      timeoutMs: 10,
      timedOut: () => new Error("late"),
    });
    exchange.begin();
    vi.advanceTimersByTime(IDLE_STREAM_MS - 1);
    expect(outcomes).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([outcomes, vi.getTimerCount()]).toEqual([["cancelled"], 0]);
    expect(await failing(exchange.next())).toBe("stream-idle");
  } finally {
    vi.useRealTimers();
  }
});

test("what grows has its bound: links, listeners, threads, the audit trail", async () => {
  await using space = new Space();
  const echo = new Echo("echo");
  await space.add(echo);
  for (let number = 0; number < 1_024; number++) echo.link(new Echo(`n${number}`));
  expect(() => echo.link(new Echo("more"))).toThrow("1024 links");
  for (let number = 0; number < 64; number++) echo.place.onPresence(() => undefined);
  expect(() => echo.place.onPresence(() => undefined)).toThrow("64 listeners");
  const threads = new Threads();
  const audit = new AuditTrail(undefined, () => undefined);
  const fields = { from: "a", to: "b", intent: "chat", timestamp: 1 };
  for (let number = 0; number < 4_100; number++) {
    threads.remember(makeMessage({ ...fields, id: `m${number}`, content: number }));
    audit.record({ at: number, id: "m", from: "a", to: "b", intent: "chat", decision: "permitted", by: "x" });
  }
  expect([threads.size, audit.entries().length, audit.entries()[0]?.at]).toEqual([4_096, 4_096, 4]);
});

test("of answers that nobody waits for, and of members asked at once, there are only so many", async () => {
  class Patient extends Echo {
    told = 0;
    answered(): void {
      this.told += 1;
    }
    do(): Promise<string> {
      return new Promise(() => {});
    }
  }
  await using space = new Space();
  const asker = new Patient("asker");
  await space.add(asker);
  await space.add(new Echo("endless"));
  asker.place.send("endless", "query", null);
  await vi.waitFor(() => expect([asker.told, space.stats().exchanges]).toEqual([1_000, 0]), 20_000);
  for (let number = 0; number < 70; number++) await space.add(new Patient(`p${number}`));
  const stop = new AbortController();
  const asked = failing(all(space.place.broadcast("do", null, { signal: stop.signal })));
  await vi.waitFor(() => expect(space.stats().exchanges).toBe(64));
  await settled();
  expect(space.stats().exchanges).toBe(64);
  stop.abort(Object.assign(new Error("enough"), { code: "enough" }));
  expect(await asked).toBe("enough");
  await vi.waitFor(() => expect(space.stats().exchanges).toBe(0));
});
