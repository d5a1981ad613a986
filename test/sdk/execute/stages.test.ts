import { StageNotReadyError, Task } from "action-collective";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TaskPeer } from "../../../sdk/src/execute/shell.ts";
import { addingAction } from "../../helpers/adding-action.ts";
import { PeerProcess } from "../../helpers/processes.ts";
import { calls, ScriptedModel, type ScriptStep, text } from "../../helpers/scripted-model.ts";
import { countVowels } from "./drafts.ts";

let peer: PeerProcess;
let model: ScriptedModel;

beforeAll(async () => {
  [peer, model] = await Promise.all([PeerProcess.start(), ScriptedModel.start()]);
  await peer.client.publish(addingAction(7));
}, 60_000);
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
});

function begin(steps: readonly ScriptStep[]) {
  const script = model.script(steps);
  const chatHistory = [{ role: "user", content: "Add seven to four." }] as const;
  return { script, task: peer.client.task({ openai: model.openai(), model: script.model, chatHistory }) };
}

test("each stage can be called alone, with its state open to inspection", async () => {
  const { script, task } = begin([
    { offers: ["need_action"], says: calls(["need_action", { need: "I need an action that adds seven" }]) },
    {
      offers: ["use_action", "none_fits"],
      told: ["addN7"],
      says: calls(["use_action", { action: "a1", input: { x: 4 } }]),
    },
    { offers: [], told: ['"content":11'], says: text("Eleven.") },
  ]);
  expect(task.state).toMatchObject({ stage: "think", steps: 0, wishes: [] });
  expect(await task.think()).toMatchObject({
    stage: "search",
    wishes: [{ kind: "need", need: "I need an action that adds seven" }],
  });
  expect(await task.search()).toMatchObject({ stage: "choose", offered: [{ ref: "a1", name: "addN7" }] });
  expect(await task.choose()).toMatchObject({ stage: "run", wishes: [{ kind: "use", input: { x: 4 } }] });
  expect(await task.run()).toMatchObject({ stage: "think", runs: 1, used: [{ name: "addN7" }] });
  // The answer at once, without another look for actions.
  expect(await task.answer()).toMatchObject({ stage: "done", answer: "Eleven." });
  expect(task.result).toMatchObject({ answer: "Eleven.", steps: 3 });
  script.finish();
  await expect(task.think()).rejects.toThrow(StageNotReadyError);
});

test("stages take the caller's material in place of the model's, and the conversation says so", async () => {
  const { script, task } = begin([
    {
      offers: ["need_action", "use_action"],
      told: ['"content":{"count":2}'],
      says: ({ request }) => text(`${request.messages.filter(({ role }) => role === "tool").length} answers`),
    },
  ]);
  await task.search("an action that adds seven");
  expect(task.state.offered).toMatchObject([{ ref: "a1", name: "addN7" }]);
  await task.run("a1", { x: 1 });
  await task.prove(countVowels("vowelsAlone"));
  expect(task.state).toMatchObject({ stage: "publish", made: [{ name: "vowelsAlone", general: true }] });
  await task.publish();
  await task.run("a2", { text: "Otto" });
  expect(task.state).toMatchObject({
    steps: 0,
    runs: 2,
    used: [{ name: "addN7" }, { name: "vowelsAlone" }],
    published: [],
  });
  while (!task.done) await task.next();
  expect(task.result?.answer).toBe("4 answers");
  script.finish();
});

test("a stage without its material says what is missing, and changes nothing", async () => {
  const { task } = begin([]);
  const before = task.state;
  for (const stage of ["search", "choose", "prove", "publish", "fill", "run"] as const)
    await expect(task[stage]()).rejects.toMatchObject({ code: "stage-not-ready", stage });
  await expect(task.run("a1", {})).rejects.toThrow("called a1");
  expect(task.state).toBe(before);
  const hanging = begin([{ says: () => new Promise(() => {}) }]);
  const controller = new AbortController();
  const options = { openai: model.openai(), model: hanging.script.model, signal: controller.signal };
  const busy = peer.client.task({ ...options, chatHistory: [{ role: "user", content: "Wait." }] });
  const first = busy.think();
  await expect(busy.think()).rejects.toThrow("another stage");
  controller.abort(new Error("enough"));
  await expect(first).rejects.toThrow("enough");
});

test("a task that cannot begin says why", async () => {
  const openai = model.openai();
  const begins = (options: object) =>
    peer.client.execute({ openai, model: "any", chatHistory: [{ role: "user", content: "x" }], ...options });
  for (const [options, why] of [
    [{ chatHistory: [] }, "at least one message"],
    [{ chatHistory: [{ role: "function", content: "x" }] }, "must have the role"],
    [{ maxSteps: 0 }, "maxSteps"],
    [{ tries: 1.5 }, "tries"],
    [{ publish: "sometimes" }, "publish"],
    [{ budget: { tokens: Number.NaN } }, "budget.tokens"],
  ] as const)
    await expect(begins(options)).rejects.toMatchObject({
      code: "invalid-task",
      message: expect.stringContaining(why),
    });
});

test("peers are asked only with words that hold nothing of the user's own", async () => {
  const { client } = peer;
  const asked: [need: string, ask: boolean | undefined][] = [];
  const spied: TaskPeer = {
    find: (need, options) => {
      asked.push([need, options?.ask]);
      return client.find(need, options);
    },
    show: (ref, options) => client.show(ref, options),
    run: (ref, input, options) => client.run(ref, input, options),
    prove: (definition, options) => client.prove(definition, options),
    publish: (definition, options) => client.publish(definition, options),
  };
  const chatHistory = [
    { role: "user", content: "Add seven to the balance 48213.70 of my customer Jonas Weber." },
  ] as const;
  const begin = (ask: boolean) => new Task(spied, { openai: model.openai(), model: "any", chatHistory, ask });
  const [general, particular] = ["an action that adds seven", "an action that adds seven for Jonas Weber"];
  for (const ask of [true, false])
    for (const need of [general, particular]) {
      const state = await begin(ask).search(need);
      expect(state.offered.map(({ name }) => name)).toContain("addN7");
    }
  expect(asked).toEqual([
    [general, true],
    [particular, false],
    [general, false],
    [particular, false],
  ]);
});
