import type { Bundle, Json } from "@action-collective/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../node/src/sandbox/limits.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";
import type { Grants, StartOptions } from "../../../node/src/sandbox/types.ts";
import { WorkerSchemaChecker } from "../../../node/src/schemas/schema-checker.ts";
import { runUsing } from "../../../node/src/uses/run-using.ts";
import { until } from "../../helpers/until.ts";
import { DOUBLE, FOURFOLD, usesOf, using } from "./using.ts";

/** Short of the real ones, which take longer to reach. */
const LIMITS = { calls: 200, relayedBytes: 4 * 2 ** 20 };

let sandbox: Sandbox;
const schemas = new WorkerSchemaChecker();
beforeAll(async () => {
  sandbox = await Sandbox.open({ processes: 2, limits: LIMITS });
});
afterAll(() => Promise.all([sandbox.stop(), schemas.stop()]));
afterEach(() => expect(sandbox.alive).toBe(0));

interface Run {
  readonly all?: readonly Bundle[];
  readonly input?: Json;
  readonly grants?: Grants;
  readonly limits?: StartOptions["limits"];
  readonly signal?: AbortSignal;
}

/** Runs an action that calls others. */
function run(bundle: Bundle, { all = [DOUBLE], input = null, grants, limits, signal }: Run = {}) {
  const { code, manifest } = bundle;
  return runUsing(
    { sandbox, schemas },
    {
      ...{ source: { code, language: manifest.language }, input, uses: usesOf(bundle, all) },
      options: {
        grants: grants ?? { net: [], secrets: {} },
        ...(limits === undefined ? {} : { limits }),
        ...(signal === undefined ? {} : { signal }),
      },
    },
  );
}

/** An action that uses `all`; `ID0`, `ID1` … in its body stand for their ids. */
function caller(body: string, all: readonly Bundle[] = [DOUBLE], name = "caller"): Bundle {
  const code = `export default async (input, { call, secrets }) => { ${body} };`;
  const linked = code.replace(/\bID(\d)\b/g, (_, at: string) => `"${all[Number(at)]?.id}"`);
  return using(name, linked, { uses: all.map(({ id }) => id) });
}

/** What `call` rejects with, one after the other. */
const refusals = (calls: readonly string[]) =>
  caller(`const all = [];
    for (const one of [${calls.map((one) => `() => ${one}`).join(", ")}])
      all.push(await one().then((output) => ({ output }), ({ name, message }) => ({ name, message: message.slice(0, 200) })));
    return all;`);

describe("an action that calls another", () => {
  test("gets its output, and so does one that is called itself; each process answers many calls", async () => {
    expect(await run(FOURFOLD, { input: 3 })).toMatchObject({ status: "returned", output: 12 });
    const twice = caller(
      "return await Promise.all([1, 2, 3].flatMap((x) => [call(ID0, x), call(ID1, x)]));",
      [FOURFOLD, DOUBLE],
    );
    expect(await run(twice, { all: [DOUBLE, FOURFOLD] })).toMatchObject({ output: [4, 2, 8, 4, 12, 6] });
  });

  test("is told what went wrong, and may go on", async () => {
    const outcome = await run(refusals([`call(ID0, 13)`, `call(ID0, "x")`, `call(ID0, 4)`]));
    expect(outcome).toMatchObject({
      output: [
        { name: "RangeError", message: "unlucky" },
        { name: "InputInvalidError", message: expect.stringContaining("the schema of double") },
        { output: 8 },
      ],
    });
  });

  test("whose errors it does not catch throws them", async () => {
    expect(await run(caller("return await call(ID0, 13);"))).toMatchObject({
      ...{ status: "threw", name: "RangeError", message: "unlucky" },
    });
  });

  test("gets no output that breaks the schema of what it called", async () => {
    const liar = using("liar", `export default () => "three";`, { output: { type: "number" } });
    expect(await run(caller("return await call(ID0, 1);", [liar]), { all: [liar] })).toMatchObject({
      ...{ status: "threw", name: "OutputInvalidError", message: expect.stringContaining("liar") },
    });
  });

  test("is over when the calls that it made are, awaited or not", async () => {
    const slow = using(
      "slow",
      `export default async () => { await new Promise((done) => setTimeout(done, 50)); console.log("done"); return 1; };`,
    );
    const careless = caller(`call(ID0, 1); call("none", 1).catch(() => {}); return "mine";`, [slow]);
    const outcome = await run(careless, { all: [slow] });
    expect(outcome).toMatchObject({ status: "returned", output: "mine" });
    expect(outcome.logs).toContain("slow: done");
  });

  test("shares what it was granted only as far as the other asks for it", async () => {
    const asking = using("asking", "export default (_, { secrets }) => secrets;", {
      permissions: { secrets: ["TOKEN"] },
    });
    const curious = using("curious", "export default (_, { secrets }) => secrets;");
    const all = [asking, curious];
    const grants = { net: [], secrets: { TOKEN: "t0ken", KEY: "k3y" } };
    const both = caller("return [secrets, await call(ID0, 1), await call(ID1, 1)];", all);
    expect(await run(both, { all, grants })).toMatchObject({
      output: [{ TOKEN: "t0ken", KEY: "k3y" }, { TOKEN: "t0ken" }, {}],
    });
  });

  test("waits for no place but its own: many at once end, however few there are", async () => {
    const runs = Array.from({ length: 8 }, (_, at) => run(FOURFOLD, { input: at }));
    expect((await Promise.all(runs)).map((one) => one.status === "returned" && one.output)).toEqual(
      runs.map((_, at) => 4 * at),
    );
  });
});

describe("an action cannot call", () => {
  test("what it does not name, whatever it gives for an id", async () => {
    const ids = [`"${FOURFOLD.id}"`, `"__proto__"`, `"constructor"`, `""`, `"x".repeat(5_000_000)`];
    const others = ["undefined", "null", "7", "{ toString: () => ID0 }", "[ID0]", "Symbol()"];
    const outcome = await run(refusals([...ids, ...others].map((id) => `call(${id}, 1)`)), {
      all: [DOUBLE, FOURFOLD],
    });
    expect(outcome).toMatchObject({ status: "returned" });
    const answers =
      outcome.status === "returned" ? (outcome.output as { name: string; message: string }[]) : [];
    expect(answers.map(({ name }) => name)).toEqual([
      ...ids.map(() => "UndeclaredUseError"),
      ...others.map(() => "TypeError"),
    ]);
    expect(answers[0]?.message).toBe(`"${FOURFOLD.id}" is not among the actions that it uses`);
  });

  test("what only the action that it calls names", async () => {
    const outcome = await run(caller(`return await call("${DOUBLE.id}", 1);`, [FOURFOLD]), {
      all: [DOUBLE, FOURFOLD],
    });
    expect(outcome).toMatchObject({ status: "threw", name: "UndeclaredUseError" });
  });

  test("anything with what is no JSON, or too much of it", async () => {
    const outcome = await run(
      refusals([
        "call(ID0)",
        "call(ID0, () => 1)",
        "call(ID0, NaN)",
        `call(ID0, "x".repeat(2_000_000))`,
        "call(ID0, Array(100).fill().reduce((inner) => [inner], 1))",
        "call(ID0, { get a() { throw new SyntaxError('mine'); } })",
        "call(ID0, 4)",
      ]),
    );
    expect(outcome).toMatchObject({
      output: [
        ...Array(3).fill({ name: "NotJsonError" }),
        { name: "TooLargeError" },
        { name: "TooLargeError" },
        { name: "SyntaxError", message: "mine" },
        { output: 8 },
      ],
    });
  });

  test("anything at all where it names nothing", async () => {
    const source = {
      code: `export default (_, { call }) => call("${DOUBLE.id}", 1);`,
      language: "javascript",
    };
    expect(await sandbox.runOnce({ ...source, language: "javascript" }, null)).toMatchObject({
      ...{ status: "threw", name: "UndeclaredUseError" },
    });
  });
});

describe("a flood of calls", () => {
  test("ends the action that makes it", async () => {
    expect(DEFAULT_LIMITS.calls).toBe(1_000);
    const flooding = caller("for (;;) { call(ID0, 1); await null; }");
    expect(await run(flooding)).toMatchObject({
      ...{ status: "limit", limit: "calls", message: "made more than 200 calls" },
    });
  });

  test("of actions that are not named ends it too", async () => {
    const flooding = caller(`for (;;) await call("none", 1).catch(() => {});`);
    expect(await run(flooding)).toMatchObject({ status: "limit", limit: "calls" });
  });

  test("of bytes ends it", async () => {
    const any = using("any", "export default (x) => x.length;");
    const flooding = caller(`const much = "x".repeat(1_000_000); for (;;) await call(ID0, much);`, [any]);
    expect(await run(flooding, { all: [any] })).toMatchObject({
      ...{ status: "limit", limit: "calls", message: expect.stringContaining("bytes") },
    });
  });

  test("is counted over all that it sets off", async () => {
    const many = (of: Bundle, name: string) =>
      caller("for (let at = 0; at < 20; at++) await call(ID0, 1); return 1;", [of], name);
    const twenty = many(DOUBLE, "twenty");
    const hundreds = many(twenty, "hundreds");
    expect(await run(hundreds, { all: [DOUBLE, twenty] })).toMatchObject({
      ...{ status: "limit", limit: "calls", message: "made more than 200 calls of other actions" },
    });
  });
});

describe("an action that is called and", () => {
  test("never answers is ended with the time of the one that called it", async () => {
    const hanging = using("hanging", "export default () => new Promise(() => setInterval(() => {}, 1000));");
    const waiting = caller("return await call(ID0, 1);", [hanging]);
    const outcome = await run(waiting, { all: [hanging], limits: { wallMs: 1_000 } });
    expect(outcome).toMatchObject({ status: "limit", limit: "wall" });
  });

  test("waits for what cannot come is told so at once", async () => {
    const stuck = using("stuck", "export default () => new Promise(() => {});");
    expect(await run(caller("return await call(ID0, 1);", [stuck]), { all: [stuck] })).toMatchObject({
      ...{ status: "threw", name: "NeverSettlesError" },
    });
  });

  test("crashes, loops or answers too much is stopped for the rest of the run, and nothing else is", async () => {
    const bad = {
      loops: "for (;;);",
      huge: `return "x".repeat(3_000_000);`,
      loud: `for (;;) console.log("x".repeat(10_000));`,
    };
    const all = Object.entries(bad).map(([name, body]) => using(name, `export default () => { ${body} };`));
    const outcome = await run(
      caller(
        `const all = [];
        for (const id of [ID0, ID1, ID2, ID0]) all.push(await call(id, 1).catch(({ name, message }) => [name, message]));
        return [...all, await call(ID3, 4)];`,
        [...all, DOUBLE],
      ),
      { all: [...all, DOUBLE], limits: { cpuSeconds: 0.5 } },
    );
    expect(outcome).toMatchObject({
      status: "returned",
      output: [
        ["UsedActionStoppedError", "loops was stopped: used more than 0.5 s of CPU time"],
        ["UsedActionStoppedError", "huge was stopped: more than 1048576 bytes of JSON"],
        ["UsedActionStoppedError", expect.stringContaining("logs")],
        ["UsedActionStoppedError", "loops was stopped: used more than 0.5 s of CPU time"],
        8,
      ],
    });
  });
});

test("one that was ended with the action that called it answers others all the same", async () => {
  const slow = using("slow", "export default (x) => new Promise((done) => setTimeout(done, x, x));");
  const dying = caller(
    `call(ID0, 60_000).catch(() => {}); await new Promise((done) => setTimeout(done, 100)); for (;;) console.log("x".repeat(50_000));`,
    [slow],
    "dying",
  );
  const both = caller("return [await call(ID0, 1).catch(({ name }) => name), await call(ID1, 1)];", [
    dying,
    slow,
  ]);
  expect(await run(both, { all: [slow, dying] })).toMatchObject({
    ...{ status: "returned", output: ["UsedActionStoppedError", 1] },
  });
});

test("all processes of a run together use no more memory than twice what one may", async () => {
  const hog = (name: string) =>
    using(
      name,
      "const kept = []; export default (mb) => { kept.push(new Uint8Array(mb * 2 ** 20).fill(1)); return mb; };",
    );
  const hogs = ["one", "two", "three", "four"].map(hog);
  const greedy = caller(
    `const all = [];
    for (const id of [ID0, ID1, ID2, ID3]) all.push(await call(id, 90).catch(({ message }) => message));
    // Until whoever watches the processes has looked at them.
    for (let i = 0; i < 100 && !all.some((one) => typeof one === "string"); i++) {
      await new Promise((done) => setTimeout(done, 20));
      for (const id of [ID0, ID1, ID2, ID3]) all.push(await call(id, 0).catch(({ message }) => message));
    }
    return all;`,
    hogs,
  );
  const outcome = await run(greedy, { all: hogs, limits: { memoryMb: 100 } });
  const answers = outcome.status === "returned" ? (outcome.output as unknown[]) : [];
  expect(answers.filter((one) => String(one).includes("all together used more than 200 MB"))).not.toEqual([]);
});

test("a realm that the action has tampered with answers no other than itself", async () => {
  const tampering = caller(`
    Object.prototype.error = { name: "Mine", message: "mine" }; Object.prototype.then = undefined;
    Promise.prototype.then = function () { throw new Error("mine"); };
    globalThis.Promise = Map; JSON.parse = () => ({}); Uint8Array.prototype.indexOf = () => -1;
    try { await call(ID0, 1); } catch { }
    return "survived";`);
  const outcome = await run(tampering);
  expect(["returned", "threw", "died", "limit"]).toContain(outcome.status);
  expect(({} as { error?: unknown }).error).toBeUndefined();
});

test("giving up a run ends every process of it", async () => {
  const hanging = using("hanging", "export default () => new Promise(() => setInterval(() => {}, 1000));");
  const middle = caller("return await call(ID0, 1);", [hanging], "middle");
  const abort = new AbortController();
  const running = run(caller("return await call(ID0, 1);", [middle]), {
    ...{ all: [hanging, middle], signal: abort.signal },
  });
  await until(() => sandbox.alive === 3, { what: "three processes" });
  abort.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  expect(sandbox.alive).toBe(0);
});
