import { fileURLToPath } from "node:url";
import {
  type ExecuteResult,
  ModelError,
  type Question,
  readActionFolder,
  type TaskEvent,
  type TaskOptions,
} from "action-collective";
import { beforeAll, describe, expect, test } from "vitest";
import { usePeerAndModel } from "../../helpers/peer-and-model.ts";
import { calls, type Script, type ScriptStep, text, useLast } from "../../helpers/scripted-model.ts";
import { BROKEN_VOWELS, countVowels } from "./drafts.ts";

const at = usePeerAndModel();

beforeAll(async () => {
  // A part of the starter library; all of it would be loaded beside the tests, and slow them down.
  await Promise.all(
    ["add-business-days", "date-difference", "edit-distance", "multiply-matrices", "validate-iban"].map(
      async (name) => {
        const folder = fileURLToPath(new URL(`../../../library/actions/${name}`, import.meta.url));
        await at.peer.client.publish(await readActionFolder(folder));
      },
    ),
  );
}, 60_000);

const REQUEST = "What is 5 working days after 1 March 2024?";
const NEED: ScriptStep = {
  offers: ["need_action"],
  says: calls(["need_action", { need: "I need an action that adds working days to a date" }]),
};
const CHOOSE: ScriptStep = {
  offers: ["use_action", "none_fits"],
  told: ['"action":"a1"', '"name":"addBusinessDays"', '"required":["date","days"]'],
  says: calls(["use_action", { action: "a1", input: { date: "2024-03-01", days: 5 } }]),
};
const ANSWER: ScriptStep = {
  offers: ["need_action", "use_action"],
  told: ['"date":"2024-03-08"', '"untrusted":true'],
  says: text("It is Friday, 8 March 2024.", { input: 100, output: 10 }),
};
/** Leads to an action that is to be written, since the starter library has none with such a tag. */
const NOTHING: ScriptStep = { says: calls(["need_action", { need: "I need an action that counts vowels" }]) };
const nothingFits = { filters: { tags: ["no-such-tag"] } };

/** Plays the script to its end, and checks that all of it was played. */
async function play(
  steps: readonly ScriptStep[],
  options: Partial<TaskOptions> = {},
): Promise<{ result: ExecuteResult; script: Script; events: TaskEvent[] }> {
  const script = at.model.script(steps);
  const events: TaskEvent[] = [];
  const result = await script.during(
    at.peer.client.execute({
      openai: at.model.openai(),
      model: script.model,
      chatHistory: [{ role: "user", content: REQUEST }],
      onEvent: (event) => events.push(event),
      ...options,
    }),
  );
  script.finish();
  return { result, script, events };
}

describe("what the collective has is reused", () => {
  test.each([
    ["chat", false],
    ["chat", true],
    ["responses", false],
    ["responses", true],
  ] as const)("over %s, streamed: %s", async (api, stream) => {
    const { result, events } = await play([NEED, CHOOSE, ANSWER], { api, stream });
    const id = (await at.peer.client.show("addBusinessDays")).id;
    expect(result).toMatchObject({
      answer: "It is Friday, 8 March 2024.",
      steps: 3,
      used: [{ id, name: "addBusinessDays" }],
      made: [],
      published: [],
    });
    expect(result).not.toHaveProperty("stopped");
    expect(result.messages.map(({ role }) => role).join()).toBe(
      "user,assistant,tool,assistant,tool,assistant",
    );
    expect(result.messages.at(-1)).toEqual({ role: "assistant", content: result.answer });
    expect(result.usage.input).toBeGreaterThanOrEqual(100);
    const deltas = events.flatMap((event) => (event.type === "text" ? [event.delta] : []));
    expect(deltas.join("")).toBe(stream ? result.answer : "");
    expect(events.flatMap((event) => (event.type === "stage" ? [event.stage] : [])).join()).toBe(
      "think,search,choose,run,think,answer",
    );
  });

  test("what comes out can be asked about: the messages are the next task's history", async () => {
    const { result } = await play([NEED, CHOOSE, ANSWER]);
    const chatHistory = [...result.messages, { role: "user", content: "And in one word?" } as const];
    const next = await play(
      [{ offers: ["need_action"], told: ["And in one word?"], says: text("Friday.") }],
      { chatHistory },
    );
    expect(next.result.messages).toHaveLength(8);
  });

  test("two at once on one client do not disturb each other", async () => {
    const other = { date: "2024-12-23", days: 3 };
    const [one, two] = await Promise.all([
      // No timer holds such a time.
      play([NEED, CHOOSE, ANSWER], { budget: { milliseconds: Number.POSITIVE_INFINITY } }),
      play([
        NEED,
        {
          ...CHOOSE,
          says: calls(
            ["use_action", { action: "a9" }],
            ["use_action", { action: "a1", input: other }],
            ["use_action", { action: "a1", input: { ...other, days: 4 } }],
          ),
        },
        {
          // In the order of the calls, whichever was answered first.
          told: [/has that reference[\s\S]*"date":"2024-12-26"[\s\S]*"date":"2024-12-27"/],
          says: text("Thursday and Friday."),
        },
      ]),
    ]);
    expect([one.result.answer, two.result.answer]).toEqual([
      "It is Friday, 8 March 2024.",
      "Thursday and Friday.",
    ]);
    expect([one.result.steps, two.result.steps]).toEqual([3, 3]);
  });
});

describe("what the collective has not is made", () => {
  test("broken code is mended after its test's message; the action is run, and asked about before it is published", async () => {
    const questions: Question[] = [];
    const { result, events } = await play(
      [
        NOTHING,
        {
          offers: ["write_action"],
          forced: "write_action",
          told: ['"found":0'],
          says: calls(["write_action", { ...BROKEN_VOWELS, name: "vowelsOne" }]),
        },
        {
          forced: "write_action",
          told: ['"passed":false', '"triesLeft":3', /case 5.*Otto.*expected.*2.*actual.*1/],
          says: calls(["write_action", countVowels("vowelsOne")]),
        },
        {
          offers: ["use_action", "none_fits"],
          forced: "use_action",
          told: ['"passed":true', '"action":"a1"'],
          says: calls(["use_action", { action: "a1", input: { text: "Mississippi" } }]),
        },
        { told: ['"content":{"count":4}'], says: text("Four.") },
      ],
      { ...nothingFits, approve: (question) => questions.push(question) > 0 },
    );
    const { id } = await at.peer.client.show("vowelsOne");
    expect(result).toMatchObject({
      answer: "Four.",
      used: [{ id }],
      made: [{ id, name: "vowelsOne", general: true }],
      published: [{ id, name: "vowelsOne" }],
    });
    expect(questions).toMatchObject([
      { kind: "publish", name: "vowelsOne", definition: { name: "vowelsOne" } },
    ]);
    expect((await at.peer.client.show(id)).publishers).toHaveLength(1);
    expect(events.filter(({ type }) => type === "proved")).toMatchObject([
      { passed: false },
      { passed: true, problems: [] },
    ]);
  });

  test("weak matches are offered as such; when none fits, one is written, and with nobody to ask it stays here", async () => {
    const { result } = await play([
      { says: calls(["need_action", { need: "I need an action that tunes a guitar by ear" }]) },
      {
        offers: ["use_action", "none_fits"],
        told: ['"action":"a1"', "match only weakly"],
        says: calls(["none_fits", { why: "They do other things." }]),
      },
      {
        forced: "write_action",
        told: ["call write_action"],
        says: calls(["write_action", countVowels("vowelsTwo")]),
      },
      { told: ['"passed":true'], says: useLast({ text: "Oboe" }) },
      { told: ['"content":{"count":3}'], says: text("Three.") },
    ]);
    expect(result).toMatchObject({ made: [{ name: "vowelsTwo", general: true }], published: [] });
    expect((await at.peer.client.show("vowelsTwo")).publishers).toEqual([]);
  });

  test("what holds values of the conversation comes back; if it stays so, it is used here and never published", async () => {
    const chatHistory = [
      { role: "user", content: 'Count the vowels of "Grandma Eulalia", for order ZX81-40077.' },
    ] as const;
    const particular = countVowels("vowelsThree", {
      cases: [...countVowels("").cases, { input: { text: "Grandma Eulalia" }, output: { count: 7 } }],
      code: `// order ZX81-40077\n${countVowels("").code}`,
    });
    const told = [/ZX81-40077.*make it a parameter/, /Grandma Eulalia.*made-up/];
    const { result, events } = await play(
      [
        NOTHING,
        { says: calls(["write_action", particular]) },
        {
          told: [...told, '"triesLeft":1', "last try"],
          says: calls(["write_action", { ...particular, tags: ["words"] }]),
        },
        {
          told: ['"passed":true'],
          says: calls(["use_action", { action: "a1", input: { text: "Grandma Eulalia" } }]),
        },
        { told: ['"content":{"count":7}'], says: text("Seven.") },
      ],
      { ...nothingFits, chatHistory, tries: 2, publish: "always", approve: () => true },
    );
    expect(result).toMatchObject({
      made: [{ name: "vowelsThree", general: false }],
      published: [],
      answer: "Seven.",
    });
    expect(events.some(({ type }) => type === "asked")).toBe(false);
    expect((await at.peer.client.show("vowelsThree")).publishers).toEqual([]);
  });

  test("always publishes without a question, and nothing but the action; never does not", async () => {
    const chatHistory = [
      { role: "user", content: "My secret plan: count the vowels of Timbuktu for 48213 euros." },
    ] as const;
    const steps = (name: string): ScriptStep[] => [
      NOTHING,
      { says: calls(["write_action", countVowels(name)]) },
      { says: calls(["use_action", { action: "a1", input: { text: "Timbuktu" } }]) },
      { told: ['"count":3'], says: text("Three.") },
    ];
    const { result } = await play(steps("vowelsFour"), { ...nothingFits, chatHistory, publish: "always" });
    expect(result.published).toMatchObject([{ name: "vowelsFour" }]);
    const { id } = await at.peer.client.show("vowelsFour");
    const everything = JSON.stringify([await at.peer.client.show(id), await at.peer.client.source(id)]);
    for (const own of ["Timbuktu", "48213", "secret plan"]) expect(everything).not.toContain(own);
    const never = await play(steps("vowelsFive"), {
      ...nothingFits,
      chatHistory,
      publish: "never",
      approve: () => true,
    });
    expect(never.result.published).toEqual([]);
    expect((await at.peer.client.show("vowelsFive")).publishers).toEqual([]);
  });

  test("a credential comes back too, and keeps the action here", async () => {
    const secret = "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";
    const leaking = countVowels("vowelsSecret", {
      code: `const token = "${secret}";\n${countVowels("").code}`,
    });
    const { result } = await play(
      [
        NOTHING,
        { says: calls(["write_action", leaking]) },
        {
          told: ['"passed":false', "make it a parameter"],
          says: calls(["write_action", { ...leaking, tags: [] }]),
        },
        { told: ['"passed":true'], says: calls(["use_action", { action: "a1", input: { text: "Otto" } }]) },
        { told: ['"content":{"count":2}'], says: text("Two.") },
      ],
      { ...nothingFits, tries: 2, publish: "always" },
    );
    expect(result).toMatchObject({
      made: [{ name: "vowelsSecret", general: false }],
      published: [],
      answer: "Two.",
    });
  });

  test("it may call what was found, by id", async () => {
    const { id } = await at.peer.client.show("addBusinessDays");
    const draft = {
      ...countVowels("nextWorkday"),
      description: "The first working day after a date.",
      input: {
        type: "object",
        properties: { date: { type: "string" } },
        required: ["date"],
        additionalProperties: false,
      },
      output: { type: "string" },
      code: `export default async ({ date }: { date: string }, context: any) => (await context.call("${id}", { date, days: 1 })).date;`,
      cases: [
        { input: { date: "2023-05-05" }, output: "2023-05-08" },
        { input: { date: "2023-05-08" }, output: "2023-05-09" },
        { input: { date: "2023-05-09" }, output: "2023-05-10" },
      ],
      uses: [id],
    };
    const { result } = await play([
      NEED,
      { ...CHOOSE, told: [id], says: calls(["none_fits", { why: "Too general." }]) },
      { says: calls(["write_action", draft]) },
      {
        told: ['"passed":true'],
        says: useLast({ date: "2024-03-01" }),
      },
      { told: ['"content":"2024-03-04"'], says: text("Monday.") },
    ]);
    expect(result.made).toMatchObject([{ name: "nextWorkday", general: true }]);
  });

  test("a server that forces no function is asked again without force; text in place of a draft is no draft", async () => {
    const { result } = await play(
      [
        NOTHING,
        { forced: "write_action", says: { error: { message: "tool_choice is not supported" }, status: 400 } },
        { offers: ["write_action"], forced: "nothing", says: text("Here is the code: …") },
        { told: ["Please call write_action"], says: calls(["write_action", countVowels("vowelsUnforced")]) },
        { told: ['"passed":true'], says: useLast({ text: "Otto" }) },
        { told: ['"content":{"count":2}'], says: text("Two.") },
      ],
      nothingFits,
    );
    expect(result).toMatchObject({ made: [{ name: "vowelsUnforced" }], answer: "Two." });
  });

  test("after the tries the task ends and says why; where nothing may be made, the model goes on without", async () => {
    const broken = (n: number) => calls(["write_action", { ...BROKEN_VOWELS, name: `vowelsBroken${n}` }]);
    const { result } = await play(
      [
        NOTHING,
        { says: broken(1) },
        { told: ['"triesLeft":1'], says: calls(["write_action", { name: "no code" }]) },
      ],
      { ...nothingFits, tries: 2 },
    );
    expect(result).toMatchObject({ stopped: { reason: "tries" }, made: [], used: [] });
    expect(result.answer).toContain("none of 2 drafts");
    expect(result.stopped?.problems?.join()).toContain("code");
    const without = await play(
      [
        NOTHING,
        { offers: ["need_action"], told: ["None may be made here"], says: text("I cannot count them.") },
      ],
      { ...nothingFits, generate: false },
    );
    expect(without.result).toMatchObject({ answer: "I cannot count them.", steps: 2 });
  });
});

describe("what a model does wrong", () => {
  test("bad arguments come back with the schema; a schema that was not shown is, before anything runs", async () => {
    const { result } = await play([
      NEED,
      { ...CHOOSE, says: calls(["use_action", { action: "a1", input: { date: "1 March", days: 5 } }]) },
      {
        offers: ["use_action", "none_fits"],
        told: ['"failed":"input-invalid"', '"input":{', "date"],
        says: calls(["use_action", { action: "a1" }]),
      },
      {
        offers: ["use_action", "none_fits"],
        told: ["by this schema", '"required":["date","days"]'],
        says: CHOOSE.says,
      },
      ANSWER,
    ]);
    expect(result).toMatchObject({ steps: 5, used: [{ name: "addBusinessDays" }] });
  });

  test("an unknown function is told, and again and again ends the task", async () => {
    const wrong = (n: number) => calls(["search_web", { query: `days ${n}` }]);
    const told = ["cannot be called now"];
    const mended = await play([{ says: wrong(1) }, { ...NEED, told }, CHOOSE, ANSWER]);
    expect(mended.result.steps).toBe(4);
    const { result } = await play([{ says: wrong(1) }, { told, says: wrong(2) }, { told, says: wrong(3) }]);
    expect(result).toMatchObject({ steps: 3, stopped: { reason: "loop" } });
    expect(result.messages.at(-1)).toEqual({ role: "assistant", content: result.answer });
  });

  test("the same call again and again ends the task long before its turns are over", async () => {
    const again: ScriptStep = { told: ['"date":"2024-03-08"'], says: CHOOSE.says };
    const { result } = await play([NEED, CHOOSE, again, again]);
    expect(result).toMatchObject({
      steps: 4,
      stopped: { reason: "loop" },
      used: [{ name: "addBusinessDays" }],
    });
    expect(result.answer).toContain("use_action 3 times");
    const search = { ...NOTHING, told: ["None may be made"] };
    const searching = await play([NOTHING, search, search], { ...nothingFits, generate: false });
    expect(searching.result).toMatchObject({ steps: 3, stopped: { reason: "loop" } });
  });
});

describe("limits", () => {
  test("turns, tokens and runs: the answer says what was done", async () => {
    const turns = await play([NEED, CHOOSE], { maxSteps: 2 });
    expect(turns.result).toMatchObject({
      steps: 2,
      stopped: { reason: "steps" },
      used: [{ name: "addBusinessDays" }],
    });
    expect(turns.result.answer).toContain("all its 2 turns. 1 action had returned something");
    const tokens = await play([NEED], { budget: { tokens: 1 } });
    expect(tokens.result).toMatchObject({ steps: 1, stopped: { reason: "tokens" } });
    const runs = await play([NEED, CHOOSE], { budget: { runs: 0 } });
    expect(runs.result).toMatchObject({ steps: 2, stopped: { reason: "runs" }, used: [] });
    // Every call of the model has its answer: servers refuse a history without.
    const { messages } = runs.result;
    const made = messages.flatMap((message) =>
      message.role === "assistant" ? (message.toolCalls ?? []) : [],
    );
    for (const { id } of made)
      expect(messages.filter((message) => message.role === "tool" && message.toolCallId === id)).toHaveLength(
        1,
      );
  });

  test("when the time is over, what was begun is ended", async () => {
    const script = at.model.script([{ says: () => new Promise(() => {}) }]);
    const openai = at.model.openai();
    const chatHistory = [{ role: "user", content: REQUEST }] as const;
    const result = await at.peer.client.execute({
      openai,
      model: script.model,
      chatHistory,
      budget: { milliseconds: 300 },
    });
    expect(result).toMatchObject({ steps: 0, stopped: { reason: "milliseconds" } });
  });

  test("an abort ends a turn of the model and a run of an action, with its reason", async () => {
    for (const stage of ["think", "run"] as const) {
      const controller = new AbortController();
      const steps = stage === "think" ? [NEED] : [NEED, CHOOSE];
      const playing = play(steps, {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === "stage" && event.stage === stage)
            queueMicrotask(() => controller.abort(new Error(`in ${stage}`)));
        },
      });
      await expect(playing).rejects.toThrow(`in ${stage}`);
    }
  });

  test("nobody waits for a user who does not answer", async () => {
    const controller = new AbortController();
    const steps = [NOTHING, { says: calls(["write_action", countVowels("vowelsLeft")]) }];
    const playing = play(steps, {
      ...nothingFits,
      signal: controller.signal,
      approve: () => {
        controller.abort(new Error("gone"));
        return new Promise<boolean>(() => {});
      },
    });
    await expect(playing).rejects.toThrow("gone");
  });

  test("a listener that throws is not heard", async () => {
    const { result } = await play([NEED, CHOOSE, ANSWER], {
      onEvent: (event) => {
        if (event.type === "turn") return Promise.reject(new Error("later")) as unknown as undefined;
        throw new Error("now");
      },
    });
    expect(result.steps).toBe(3);
  });
});

describe("what a model's server does wrong", () => {
  const failing = (status: number) => ({ says: { error: { message: "said so" }, status, retryAfter: 3 } });

  test.each([
    ["a filtered answer", { says: { content: "", finishReason: "content_filter" } }, "model-content-filter"],
    ["429", failing(429), "model-rate-limited"],
    ["500", failing(500), "model-unavailable"],
  ] satisfies [string, ScriptStep, string][])(
    "%s is a typed error that holds what was done",
    async (_, step, code) => {
      const failed = play([NEED, step]).catch((error: unknown) => error);
      const error = await failed;
      expect(error).toBeInstanceOf(ModelError);
      expect(error).toMatchObject({
        code,
        task: { stage: "choose", steps: 1, offered: [{ ref: "a1" }, {}, {}, {}, {}] },
      });
    },
  );

  test("a refusal, too", async () => {
    const script = at.model.script([NEED]);
    const { completions } = at.model.openai().chat;
    let asked = 0;
    const create = (body: never, options: never) => {
      asked += 1;
      const refusal = {
        choices: [{ message: { content: null, refusal: "I will not." }, finish_reason: "stop" }],
      };
      return asked === 2 ? refusal : completions.create(body, options);
    };
    const chatHistory = [{ role: "user", content: REQUEST }] as const;
    const openai = { chat: { completions: { create } } };
    await expect(at.peer.client.execute({ openai, model: script.model, chatHistory })).rejects.toMatchObject({
      code: "model-refusal",
      refusal: "I will not.",
      task: { stage: "choose", steps: 1 },
    });
  });

  test("a stream that breaks off, too; the stage can be tried again", async () => {
    const script = at.model.script([
      NEED,
      { ...CHOOSE, sent: { chunkSize: 5, truncateAfterChunks: 3, latency: 30 } },
      CHOOSE,
      ANSWER,
    ]);
    const chatHistory = [{ role: "user", content: REQUEST }] as const;
    const task = at.peer.client.task({
      openai: at.model.openai(),
      model: script.model,
      chatHistory,
      stream: true,
    });
    await task.next();
    await task.next();
    const before = task.state;
    await expect(task.next()).rejects.toMatchObject({ code: "model-cut-off", task: before });
    expect(task.state).toBe(before);
    while (!task.done) await task.next();
    expect(task.result?.answer).toBe("It is Friday, 8 March 2024.");
  });
});
