import { ApiError, type ExecuteResult, type Json, Task } from "action-collective";
import { expect, test } from "vitest";
import type { TaskPeer } from "../../../sdk/src/execute/shell.ts";
import { countVowels } from "./drafts.ts";

/** A model and a peer that do anything at all, by a seed: what is tried is what the task makes of it. */
function chance(seed: number) {
  let state = seed;
  const below = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  return { below, pick: <Value>(...values: readonly Value[]) => values[below(values.length)] as Value };
}
type Chance = ReturnType<typeof chance>;

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

function anyAnswer({ below, pick }: Chance): object {
  const called = () => ({
    id: pick("same", "same", `c${below(1000)}`, "", undefined),
    function: {
      name: pick("need_action", "use_action", "none_fits", "write_action", "rm -rf", ""),
      arguments: pick<unknown>(
        JSON.stringify({ need: `add ${below(5)}` }),
        JSON.stringify({ action: `a${below(4)}`, input: { x: below(9) } }),
        JSON.stringify({ action: "a1" }),
        JSON.stringify(countVowels(`n${below(9)}`)),
        { action: "a1", input: '{"x":1}' },
        "{broken",
        null,
      ),
    },
  });
  const tool_calls = Array.from({ length: pick(0, 1, 1, 1, 2, 3) }, called);
  const content = pick<string | null>("", null, "Well.", "Well.");
  return { choices: [{ message: { content, tool_calls }, finish_reason: "stop" }], usage: null };
}

function anyPeer({ below, pick }: Chance): TaskPeer {
  const action = (n: number) => ({
    id: `bafyreiaction${n}`,
    name: `action${n}`,
    summary: "Adds.",
    standing: "passed",
    permissions: pick({}, { net: ["a.example"] }),
    input: { type: "object" } as Json,
    output: {},
    publishers: [],
  });
  const peer = {
    find: async () => ({
      cards: Array.from({ length: below(4) }, (_, n) => action(n)),
      weak: below(2) === 0,
    }),
    show: async (id: string) => ({ ...action(0), id }),
    run: async (id: string) => {
      const code = pick(undefined, undefined, "action-threw", "input-invalid", "approval-needed");
      if (code !== undefined) throw new ApiError(422, { error: { code, message: "no", remedy: "none" } });
      return { id, name: "action", output: { x: 1 }, granted: pick({}, { net: ["a.example"] }) };
    },
    prove: async ({ name }: { name: string }) => ({
      id: `bafyrei${name}`,
      name,
      similar: [],
      verification: {
        ...{ outcome: pick("pass", "fail"), reason: "failed" },
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
  for (let seed = 1; seed <= 400; seed++) {
    const random = chance(seed);
    const sent: Sent[] = [];
    const create = (body: Sent) => {
      sent.push(body);
      return anyAnswer(random);
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
          publish: random.pick("ask", "always"),
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
