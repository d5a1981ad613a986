/**
 * How well a live model does the tasks of `tasks.ts` with the collective's help, on a peer of its own with the starter
 * library: `npm run eval -- --model NAME [--base-url URL] [--api responses] [--only TEXT] [--json FILE]`. It needs
 * OPENAI_API_KEY or a base URL, costs tokens, and never runs in CI. `--scripted` plays the tasks' own examples in place of a
 * model, to try the tasks and the table themselves; its figures say nothing of any model.
 */
import { readdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { TaskEvent } from "action-collective";
import OpenAI from "openai";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { PeerProcess } from "../helpers/processes.ts";
import { ScriptedModel } from "../helpers/scripted-model.ts";
import { until } from "../helpers/until.ts";
import { scriptOf } from "./scripted.ts";
import { type EvalTask, tasks } from "./tasks.ts";

/** A task that takes longer has failed. */
const TASK_MS = 300_000;

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    "base-url": { type: "string" },
    api: { type: "string", default: "chat" },
    only: { type: "string" },
    json: { type: "string" },
    scripted: { type: "boolean", default: false },
  },
});

interface Outcome {
  readonly solved: boolean;
  readonly steps: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly reused: number;
  readonly made: number;
  /** What was answered, or what went wrong. */
  readonly said: string;
}

/** Where the model of a task is. */
interface Access {
  readonly openai: OpenAI;
  modelFor(task: EvalTask): string;
}

const apiKey = process.env.OPENAI_API_KEY;
const baseURL = values["base-url"] ?? process.env.OPENAI_BASE_URL;
const hasModel = values.model !== undefined && (apiKey !== undefined || baseURL !== undefined);
if (!values.scripted && !hasModel) {
  process.stderr.write(
    "It needs a model: --model NAME, and OPENAI_API_KEY in the environment or --base-url URL of a compatible server, e.g.\n" +
      "  npm run eval -- --model qwen3:8b --base-url http://127.0.0.1:11434/v1\n",
  );
  process.exit(2);
}

const library = await readdir(new URL("../../library/actions", import.meta.url));
await using peer = await PeerProcess.start({
  env: { COLLECTIVE_LIBRARY: "true", COLLECTIVE_VERIFY: "false" },
});
await until(
  async () => {
    const { known } = (await peer.client.status()).actions;
    return known >= library.length;
  },
  { what: "the starter library" },
);
await using scripted = values.scripted ? await ScriptedModel.start() : undefined;
const access: Access =
  scripted === undefined
    ? {
        // Servers on the user's own machine want no key, the client wants one.
        openai: new OpenAI({ apiKey: apiKey ?? "none", baseURL: baseURL ?? null }),
        modelFor: () => values.model ?? "",
      }
    : { openai: scripted.openai(), modelFor: (task) => scripted.script(scriptOf(task)).model };

const chosen = tasks.filter(({ name }) => name.includes(values.only ?? ""));
const rows: BenchRow[] = [];
const outcomes: Outcome[] = [];
for (const task of chosen) {
  const outcome = await attempt(task, access);
  outcomes.push(outcome);
  rows.push(...rowsOf(task, outcome));
  const { solved, said } = outcome;
  process.stderr.write(
    `${solved ? "solved" : "FAILED"}  ${task.name}: ${said.slice(0, 200).replaceAll(/\s+/g, " ")}\n`,
  );
}
const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
rows.push(
  { metric: "all: solved", value: sum(({ solved }) => Number(solved)), unit: `of ${chosen.length}` },
  { metric: "all: steps", value: sum(({ steps }) => steps), unit: "turns" },
  { metric: "all: tokens", value: sum(({ tokens }) => tokens), unit: "tokens" },
  { metric: "all: seconds", value: sum(({ seconds }) => seconds), unit: "s" },
);
const who = values.scripted ? "scripted, no model" : (values.model ?? "");
await reportBench(`eval: ${who}`, rows, values.json);
process.exitCode = outcomes.every(({ solved }) => solved) ? 0 : 1;

async function attempt(task: EvalTask, { openai, modelFor }: Access): Promise<Outcome> {
  let steps = 0;
  let tokens = 0;
  const onEvent = (event: TaskEvent) => {
    if (event.type !== "turn") return;
    steps = event.step;
    tokens += event.usage.input + event.usage.output;
  };
  const begun = performance.now();
  const after = () => ({ steps, tokens, seconds: (performance.now() - begun) / 1000 });
  try {
    const { answer, used, made } = await peer.client.execute({
      openai,
      model: modelFor(task),
      api: values.api === "responses" ? "responses" : "chat",
      chatHistory: task.chatHistory,
      publish: "never",
      budget: { milliseconds: TASK_MS },
      onEvent,
    });
    const own = new Set(made.map(({ id }) => id));
    const reused = used.filter(({ id }) => !own.has(id)).length;
    const solved = task.solved.test(answer.replaceAll(/(?<=\d)[,_\u00a0\u202f](?=\d{3}(?!\d))/g, ""));
    return { ...after(), solved, reused, made: made.length, said: answer };
  } catch (error) {
    return { ...after(), solved: false, reused: 0, made: 0, said: String(error) };
  }
}

function rowsOf(
  { name, way }: EvalTask,
  { solved, steps, tokens, seconds, reused, made }: Outcome,
): BenchRow[] {
  const expected = {
    talk: { aim: "0", met: reused + made === 0 },
    reuse: { aim: "> 0", met: reused > 0 },
    make: { aim: "> 0", met: made > 0 },
  }[way];
  return [
    { metric: `${name}: solved`, value: Number(solved), unit: "0 or 1", aim: "1", met: solved },
    { metric: `${name}: steps`, value: steps, unit: "turns" },
    { metric: `${name}: tokens`, value: tokens, unit: "tokens" },
    { metric: `${name}: seconds`, value: seconds, unit: "s" },
    { metric: `${name}: reused`, value: reused, unit: "actions", ...(way === "make" ? {} : expected) },
    { metric: `${name}: made`, value: made, unit: "actions", ...(way === "reuse" ? {} : expected) },
  ];
}
