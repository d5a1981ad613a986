import type { TaskState } from "action-collective";
import { expect, test } from "vitest";
import { afterTurn } from "../../../sdk/src/execute/after-turn.ts";
import { halted, reasonToStop } from "../../../sdk/src/execute/decide.ts";
import { beginning } from "../../../sdk/src/execute/state.ts";

const START = beginning([{ role: "user", content: "Do it." }]);
const OFFERED = [{ ref: "a1", id: "bafyreione", name: "one", hosts: [] }];
const BOUNDS = { maxSteps: 20 };
const usage = { input: 1, output: 2 };

function said(state: TaskState, ...calls: (readonly [name: string, given: string])[]): TaskState {
  const toolCalls = calls.map(([name, given], index) => ({
    id: `c${state.steps}_${index}`,
    name,
    arguments: given,
  }));
  return afterTurn(state, { text: "", toolCalls, usage }, { generate: true });
}
const wrote = (state: TaskState, text: string) =>
  afterTurn(state, { text, toolCalls: [], usage }, { generate: true });

test("each answer of the model leads to the stage it asks for", () => {
  const need = said(START, ["need_action", '{"need":"add"}']);
  expect(need).toMatchObject({ stage: "search", steps: 1, usage, wishes: [{ kind: "need", need: "add" }] });
  const choosing: TaskState = { ...START, stage: "choose", offered: OFFERED };
  expect(said(choosing, ["use_action", '{"action":"a1","input":{"x":1}}'])).toMatchObject({
    stage: "run",
    wishes: [{ kind: "use", action: { ref: "a1" }, input: { x: 1 } }],
  });
  // Some models write the input as a text.
  expect(said(choosing, ["use_action", '{"action":"a1","input":"{\\"x\\":1}"}']).wishes).toMatchObject([
    { input: { x: 1 } },
  ]);
  expect(said(choosing, ["none_fits", '{"why":"no"}'])).toMatchObject({ stage: "generate", wishes: [] });
  expect(said({ ...START, stage: "generate" }, ["write_action", '{"name":"x"}'])).toMatchObject({
    stage: "prove",
    wishes: [{ kind: "draft", draft: { name: "x" } }],
  });
  expect(wrote(START, " Done. ")).toMatchObject({
    stage: "answer",
    answer: "Done.",
    messages: [{}, { role: "assistant", content: "Done." }],
  });
});

test("a model that thinks better of it may ask for another action in place of those that it was offered", () => {
  for (const stage of ["choose", "fill"] as const) {
    const after = said({ ...START, stage, offered: OFFERED }, ["need_action", '{"need":"subtract"}']);
    expect(after).toMatchObject({ stage: "search", wishes: [{ kind: "need", need: "subtract" }] });
  }
  // While it writes one, it writes one.
  const generating = said({ ...START, stage: "generate" }, ["need_action", '{"need":"subtract"}']);
  expect(generating).toMatchObject({ stage: "generate", wishes: [], blunders: 1 });
});

test("where nothing may be made, none fits leads back to thinking", () => {
  const choosing: TaskState = { ...START, stage: "choose", offered: OFFERED };
  const call = { id: "c", name: "none_fits", arguments: "{}" };
  const after = afterTurn(choosing, { text: "", toolCalls: [call], usage }, { generate: false });
  expect(after.stage).toBe("think");
  expect(after.messages.at(-1)).toMatchObject({
    role: "tool",
    toolCallId: "c",
    content: expect.stringContaining("None may be made"),
  });
});

test("every call is answered exactly once, whatever the model mixes", () => {
  const choosing: TaskState = { ...START, stage: "choose", offered: OFFERED };
  const after = said(
    choosing,
    ["use_action", '{"action":"a1","input":{"x":1}}'],
    ["use_action", '{"action":"a1","input":{"x":2}}'],
    ["none_fits", '{"why":"no"}'],
    ["none_fits", '{"why":"no"}'],
    ["delete_everything", "{}"],
    ["use_action", '{"action":"a9"}'],
    ["use_action", "not json"],
  );
  expect(after.wishes.map(({ call }) => call.id)).toEqual(["c0_0", "c0_1"]);
  const answered = after.messages.flatMap((message) => (message.role === "tool" ? [message.toolCallId] : []));
  expect(answered.sort()).toEqual(["c0_2", "c0_3", "c0_4", "c0_5", "c0_6"]);
  expect(after.stage).toBe("run");
  const ended = halted(after, { reason: "runs", message: "Enough." });
  const all = ended.messages.flatMap((message) => (message.role === "tool" ? [message.toolCallId] : []));
  expect(all.sort()).toEqual(["c0_0", "c0_1", "c0_2", "c0_3", "c0_4", "c0_5", "c0_6"]);
  expect(ended.messages.at(-1)).toEqual({ role: "assistant", content: ended.answer });
});

test("the same call a third time, and unknown functions or silence three times in a row, are loops", () => {
  let state = START;
  for (const need of ["Add  two numbers", "add two numbers", "ADD two numbers "])
    state = said({ ...state, stage: "think", wishes: [] }, ["need_action", JSON.stringify({ need })]);
  expect(reasonToStop(state, BOUNDS, 0)).toEqual({
    reason: "loop",
    message: expect.stringContaining("3 times"),
  });

  let blundering = START;
  for (let n = 0; n < 3; n++) {
    expect(reasonToStop(blundering, BOUNDS, 0)).toBeUndefined();
    blundering = said(blundering, ["search_web", `{"q":${n}}`]);
  }
  expect(reasonToStop(blundering, BOUNDS, 0)?.reason).toBe("loop");

  let silent = START;
  for (let n = 0; n < 3; n++) silent = wrote(silent, " ");
  expect(reasonToStop(silent, BOUNDS, 0)?.reason).toBe("loop");

  // The order of keys makes no other call; another input does.
  const choosing: TaskState = { ...START, stage: "choose", offered: OFFERED };
  let using = choosing;
  for (const input of ['{"x":1,"y":2}', '{"y":2,"x":1}', '{"x":1,"y":3}', '{"x":1,"y":4}'])
    using = said({ ...using, stage: "choose", wishes: [] }, [
      "use_action",
      `{"action":"a1","input":${input}}`,
    ]);
  expect(reasonToStop(using, BOUNDS, 0)).toBeUndefined();
  using = said({ ...using, stage: "choose", wishes: [] }, [
    "use_action",
    '{"action":"a1","input":{"x":1,"y":2}}',
  ]);
  expect(reasonToStop(using, BOUNDS, 0)?.reason).toBe("loop");
});

test("each limit stops what it limits, and an answer that is there is given", () => {
  const at = (state: Partial<TaskState>, bounds: object = {}, elapsed = 0) =>
    reasonToStop({ ...START, ...state }, { ...BOUNDS, ...bounds }, elapsed)?.reason;
  expect(at({ steps: 19 })).toBeUndefined();
  expect(at({ steps: 20 })).toBe("steps");
  expect(at({ steps: 20, stage: "run" })).toBeUndefined();
  expect(at({ usage: { input: 60, output: 40 } }, { tokens: 100 })).toBe("tokens");
  expect(at({ stage: "run", runs: 2 }, { runs: 2 })).toBe("runs");
  expect(at({ stage: "run", runs: 1 }, { runs: 2 })).toBeUndefined();
  expect(at({}, { milliseconds: 50 }, 50)).toBe("milliseconds");
  expect(
    at({ stage: "answer", answer: "Done.", steps: 20 }, { tokens: 0, milliseconds: 0 }, 50),
  ).toBeUndefined();
});

test("text in place of a draft is asked for once more, then taken as the answer", () => {
  const generating: TaskState = { ...START, stage: "generate" };
  const once = wrote(generating, "```ts\n…```");
  expect(once).toMatchObject({ stage: "generate", blunders: 1 });
  expect(once.messages.at(-1)).toMatchObject({ role: "user" });
  expect(wrote(once, "It cannot be done.")).toMatchObject({ stage: "answer", answer: "It cannot be done." });
});
