import { ApiError, type ExecuteResult, type Json, Task } from "action-collective";
import { expect, test } from "vitest";
import type { TaskPeer } from "../../../sdk/src/execute/shell.ts";
import { Random } from "../../fuzz/random.ts";
import { countVowels } from "./drafts.ts";

interface Sent {
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | null;
    readonly tool_call_id?: string;
    readonly tool_calls?: readonly {
      readonly id: string;
      readonly function: { readonly arguments: string };
    }[];
  }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly tool_choice?: string | { readonly function: { readonly name: string } };
}

/** Half of the calls are what was asked for, the others anything at all. */
function anyAnswer(random: Random, { tools = [] }: Sent): object {
  const good: Record<string, unknown> = {
    need_action: { need: `add ${random.below(50)}` },
    use_action: { action: `a${random.below(4)}`, input: { x: random.below(90) } },
    none_fits: { why: "no" },
    write_action: countVowels(`n${random.below(90)}`),
  };
  const called = () => {
    const asked = tools[random.below(tools.length)]?.function.name;
    const name =
      asked !== undefined && random.below(2) === 0
        ? asked
        : random.pick(["need_action", "use_action", "none_fits", "write_action", "rm -rf", ""]);
    const written = random.pick<unknown>([good[name], good[name], { action: "a1" }, "{broken", null]);
    return {
      id: random.pick<unknown>(["same", "same", `c${random.below(1000)}`, "", undefined]),
      function: { name, arguments: random.below(2) === 0 ? written : JSON.stringify(written) },
    };
  };
  const tool_calls = Array.from({ length: random.pick([0, 1, 1, 1, 1, 2, 3]) }, called);
  const content = random.pick<string | null>(["", null, "Well.", "Well."]);
  return { choices: [{ message: { content, tool_calls }, finish_reason: "stop" }] };
}

/** A peer that finds, runs and proves with any outcome. */
function anyPeer(random: Random): TaskPeer {
  const action = (n: number) => ({
    id: `bafyreiaction${n}`,
    name: `action${n}`,
    summary: "Adds.",
    standing: "passed",
    permissions: random.pick<object>([{}, { net: ["a.example"] }]),
    input: { type: "object" } as Json,
    output: {},
    publishers: [],
  });
  const peer = {
    find: async () => ({
      cards: Array.from({ length: random.below(4) }, (_, n) => action(n)),
      weak: random.below(2) === 0,
    }),
    show: async (id: string) => ({ ...action(0), id }),
    run: async (id: string) => {
      const code = random.pick([undefined, undefined, "action-threw", "input-invalid", "approval-needed"]);
      if (code !== undefined) throw new ApiError(422, { error: { code, message: "no", remedy: "none" } });
      return {
        id,
        name: "action",
        output: { x: 1 },
        granted: random.pick<object>([{}, { net: ["a.example"] }]),
      };
    },
    prove: async ({ name }: { name: string }) => ({
      id: `bafyrei${name}`,
      name,
      similar: [],
      verification: {
        ...{ outcome: random.pick(["pass", "fail"]), reason: "failed" },
        ...{ cases: [], tests: [], findings: [], logs: [] },
      },
    }),
    publish: async () => ({}),
  };
  return peer as unknown as TaskPeer;
}

/** What any server of chat completions refuses. */
function check({ messages, tools = [], tool_choice: choice }: Sent): void {
  const ids = new Set<string>();
  const open: string[] = [];
  expect(messages.map(({ role }) => role).lastIndexOf("system")).toBe(0);
  for (const { role, content, tool_call_id: answered, tool_calls: made = [] } of messages) {
    if (role === "tool") expect(answered).toBe(open.shift());
    else expect(open).toEqual([]);
    if (made.length === 0) expect(content).toMatch(/\S/);
    for (const { id, function: called } of made) {
      expect(ids.has(id) || id === "").toBe(false);
      ids.add(id);
      open.push(id);
      expect(JSON.parse(called.arguments)).toBeTypeOf("object");
    }
  }
  expect(open).toEqual([]);
  const offered = tools.map((tool) => tool.function.name);
  if (typeof choice === "object") expect(offered).toContain(choice.function.name);
}

test("whatever a model calls and whatever comes of it, servers take every request, and every task ends", async () => {
  const ends = new Map<string, number>();
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed * 7919);
    const sent: Sent[] = [];
    const create = (body: Sent) => {
      sent.push(body);
      return anyAnswer(random, body);
    };
    const openai = { chat: { completions: { create } } };
    const chatHistory = [{ role: "user", content: "Do it." }] as const;
    const run = async (history: ExecuteResult["messages"]) => {
      const task = new Task(anyPeer(random), {
        ...{
          openai,
          model: "any",
          chatHistory: history,
          maxSteps: 12,
          tries: 2,
          publish: random.pick(["ask", "always"]),
        },
        approve: () => random.below(2) === 0,
      });
      while (!task.done) await task.next();
      return task.result as ExecuteResult;
    };
    const first = await run(chatHistory);
    const second = await run([...first.messages, ...chatHistory]);
    for (const body of sent) check(body);
    for (const { stopped, steps } of [first, second]) {
      expect(steps).toBeLessThanOrEqual(12);
      const end = stopped?.reason ?? "answered";
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
  }
  // It went everywhere that it could go.
  expect([...ends.keys()].sort()).toEqual(["answered", "loop", "steps", "tries"]);
});
