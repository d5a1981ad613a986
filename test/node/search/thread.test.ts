import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { SearchIndex } from "../../../node/src/search/search-index.ts";
import { HashEmbedder } from "../../helpers/hash-embedder.ts";
import { hits } from "../../helpers/search-hits.ts";
import { until } from "../../helpers/until.ts";
import { ACTIONS, makeDocument, seeded, useHomes } from "./helpers.ts";

const home = useHomes();

/** The threads that are started while `work` runs. */
async function threadsOf<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; threads: Worker[] }> {
  const threads: Worker[] = [];
  const note = (worker: Worker) => threads.push(worker);
  process.on("worker", note);
  const result = await work().finally(() => process.off("worker", note));
  return { result, threads };
}

test("a thread that ends is started again, said so, and nothing is lost; searches wait for it", async () => {
  const at = home();
  const { result: index, threads } = await threadsOf(() => at.open({ useHnsw: "never" }));
  for (const action of ACTIONS) index.add(action);
  await index.settled();
  await threads[0]?.terminate();
  index.add(makeDocument("late", { name: "lateArrival" }));
  const found = await hits(index, "late arrival", 1);
  expect(found[0]?.id).toBe("late");
  await index.settled();
  expect(index.stats()).toMatchObject({ documents: 5, vectors: 5 });
  expect((await hits(index, "multiply matrices", 1))[0]?.parts).toMatchObject({ keyword: 1 });
  expect(at.messages.filter((message) => /search thread ended/.test(message))).toHaveLength(1);
});

test("what is under way when the thread ends is told so, and can be asked again", async () => {
  const at = home();
  const { result: index, threads } = await threadsOf(() => at.open({ useHnsw: "never" }));
  for (const action of ACTIONS) index.add(action);
  await index.settled();
  const asked = Promise.allSettled(Array.from({ length: 50 }, () => index.similar(["csv", "slug"], 0.9)));
  await threads[0]?.terminate();
  const outcomes = await asked;
  for (const outcome of outcomes)
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "search-thread" });
  expect(await index.similar(["csv", "slug"], 0.99)).toEqual([]);
});

test("a database in memory is refused by name", async () => {
  const database = new DatabaseSync(":memory:");
  const opening = SearchIndex.open({
    database,
    indexFile: join(home().directory, "vectors.index"),
    log: console,
    embedder: new HashEmbedder(),
  });
  await expect(opening).rejects.toMatchObject({ code: "search-needs-file" });
  database.close();
});

test("a catalogue that the thread cannot read is said at once, and nothing is left behind", async () => {
  const at = home();
  await (await at.open()).stop();
  rmSync(join(at.directory, "catalogue.db"));
  const listeners = process.listenerCount("exit");
  await expect(at.open()).rejects.toMatchObject({ code: "search-thread" });
  expect(process.listenerCount("exit")).toBe(listeners);
});

test("a question among many ids is never answered by half of them", async () => {
  const at = home();
  const { result: index, threads } = await threadsOf(() => at.open({ useHnsw: "never" }));
  at.database.exec("BEGIN");
  const ids = Array.from({ length: 9_000 }, (_, n) => `d${n}`);
  for (const id of ids) index.add(makeDocument(id, { name: `thing ${id}` }));
  at.database.exec("COMMIT");
  const { candidates, exhausted } = await index.find("thing d8999", { count: 5_000, only: ids.slice(4_500) });
  expect(candidates).toHaveLength(4_500);
  expect(exhausted).toBe(true);
  const asked = index.find("thing", { count: 10, only: ids });
  await threads[0]?.terminate();
  const [outcome] = await Promise.allSettled([asked]);
  if (outcome.status === "fulfilled") expect(outcome.value.candidates.length).toBeGreaterThanOrEqual(10);
  else expect(outcome.reason).toMatchObject({ code: "search-thread" });
});

const CHILD = join(import.meta.dirname, "busy-index.ts");

test.each(["exit", "throw"])(
  "leaving the process in the middle of building the graph is clean: %s",
  async (how) => {
    const at = home();
    const child = fork(CHILD, [at.directory, how], { execArgv: ["--conditions=source"], stdio: "ignore" });
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    expect({ code, signal }).toEqual({ code: how === "exit" ? 0 : 1, signal: null });
  },
);

test("after kill -9 in the middle of everything, all that was committed is found", async () => {
  const at = home();
  const child = fork(CHILD, [at.directory, "wait"], {
    execArgv: ["--conditions=source"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const [committed] = (await once(child, "message")) as [number];
  child.kill("SIGKILL");
  await once(child, "exit");
  const index = await at.open({ graphFrom: 1 });
  await index.settled();
  expect(index.stats()).toMatchObject({ documents: committed, vectors: committed, backlog: 0 });
  for (const number of [0, committed - 1]) {
    const [hit] = await hits(index, `number${number}`, 1);
    expect(hit?.id).toBe(`d${number}`);
  }
});

test("while documents come and go, every answer is what was committed at its time", async () => {
  const at = home();
  const index = await at.open({ graphFrom: 1 });
  const random = seeded(5);
  const present = new Set<string>();
  for (let round = 0; round < 120; round++) {
    const id = `d${Math.floor(random() * 40)}`;
    const rolledBack = random() < 0.25;
    at.database.exec("BEGIN");
    const add = random() < 0.6;
    if (add) index.add(makeDocument(id, { name: `common ${id}`, description: `round ${round}` }));
    else index.remove(id);
    at.database.exec(rolledBack ? "ROLLBACK" : "COMMIT");
    if (!rolledBack && add) present.add(id);
    else if (!rolledBack) present.delete(id);
    const { candidates, exhausted } = await index.find("common", { count: 100 });
    expect(
      candidates
        .filter(({ keyword }) => keyword > 0)
        .map((found) => found.id)
        .sort(),
    ).toEqual([...present].sort());
    expect(exhausted).toBe(true);
  }
  await index.settled();
  expect(index.stats()).toMatchObject({ documents: present.size, vectors: present.size });
});

test("many changes make a compact index, which answers the same", async () => {
  const at = home();
  const index = await at.open({ graphFrom: 1 });
  const write = (round: number) => {
    at.database.exec("BEGIN");
    for (let n = 0; n < 1_500; n++)
      index.add(makeDocument(`d${n}`, { name: `thing${n % 50} round${round} number${n}` }));
    at.database.exec("COMMIT");
  };
  for (let round = 0; round < 3; round++) {
    write(round);
    await index.settled();
  }
  const found = await hits(index, "number7 thing7 round2", 1);
  expect(found[0]).toMatchObject({ id: "d7", parts: { keyword: 1 } });
  const { candidates } = await index.find("round1", { count: 10 });
  expect(candidates.every(({ keyword }) => keyword === 0)).toBe(true);
  await index.stop();
  const again = await at.open({ graphFrom: 1 });
  await again.settled();
  expect(again.stats()).toMatchObject({ documents: 1_500, vectors: 1_500, backlog: 0 });
  expect((await hits(again, "number7 thing7 round2", 1))[0]).toEqual(found[0]);
});

test("the event loop stays free while documents are indexed and searched", async () => {
  const at = home();
  const index = await at.open({
    embedder: { id: "none/1", dimensions: 8, embed: async (texts) => texts.map(() => new Float32Array(8)) },
  });
  const cpu = () => process.threadCpuUsage().user / 1_000;
  const long: number[] = [];
  let last = cpu();
  let stopped = false;
  const look = () => {
    const now = cpu();
    if (now - last > 20) long.push(now - last);
    last = now;
    if (!stopped) setImmediate(look);
  };
  look();
  for (let from = 0; from < 5_000; from += 50) {
    at.database.exec("BEGIN");
    for (let n = from; n < from + 50; n++)
      index.add(
        makeDocument(`d${n}`, { name: `thing number${n}`, description: "of many words ".repeat(20) }),
      );
    at.database.exec("COMMIT");
    await until(() => true, { what: "a turn", everyMs: 0 });
    if (from % 1_000 === 0) await hits(index, "thing of many words", 10);
  }
  await hits(index, "thing of many words", 10);
  stopped = true;
  // A turn in which garbage is collected can be as long; six searches and a hundred rounds of indexing would be many.
  expect(long.length).toBeLessThan(4);
});
