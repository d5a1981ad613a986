/**
 * How fast the search is and what it takes: `npm run bench:search -- [--documents N]
 * [--graph | --flat] [--queries N] [--home DIRECTORY] [--json FILE]`. Documents and vectors are made up, so that any number of them can be had
 * and the embedder costs nothing: embedding has a benchmark of its own. With `--home` the index is kept, and found
 * again by the next run, which then measures what is there instead of building it. With `--graph` there is a graph at any
 * size, with `--flat` at none; without, from the size on where it pays.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { SearchIndex } from "../../node/src/search/search-index.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { hits } from "../helpers/search-hits.ts";
import { makeDocuments, makeEmbedder, makeQueries } from "./made-up-documents.ts";

/** Documents per transaction while ingesting: a gossip burst. */
const INGEST_BATCH = 50;
const HITS = 10;
/** Candidates of each side, as a search for ten hits asks for them. */
const CANDIDATES = 100;
const RECALL_QUERIES = 200;

const { values } = parseArgs({
  options: {
    documents: { type: "string", default: "20000" },
    queries: { type: "string", default: "1000" },
    home: { type: "string" },
    json: { type: "string" },
    graph: { type: "boolean", default: false },
    flat: { type: "boolean", default: false },
    bare: { type: "boolean", default: false },
  },
});

async function main(count: number, queryCount: number): Promise<void> {
  const home = values.home ?? mkdtempSync(join(tmpdir(), "search-bench-"));
  mkdirSync(home, { recursive: true });
  try {
    const rows = await measure(home, count, queryCount);
    await reportBench(`search speed, ${count} made-up documents`, rows, values.json);
  } finally {
    if (values.home === undefined) rmSync(home, { recursive: true });
  }
}

async function measure(home: string, count: number, queryCount: number): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const row = (metric: string, value: number, unit: string, aim?: { most?: number; least?: number }) => {
    const said =
      aim?.most !== undefined ? `≤ ${aim.most}` : aim?.least !== undefined ? `≥ ${aim.least}` : undefined;
    const met = value <= (aim?.most ?? value) && value >= (aim?.least ?? value);
    rows.push({ metric, value, unit, ...(said === undefined ? {} : { aim: said, met }) });
  };
  const [bare, empty] = await bareMemory();
  const file = join(home, "catalogue.db");
  if (!existsSync(`${file}.done`)) await build(home, count, row);
  const database = openDatabase(home);

  const opening = performance.now();
  const index = await openIndex(home, database);
  const queries = makeQueries(queryCount);
  const [first = ""] = queries;
  await hits(index, first, HITS);
  row("warm start to the first answer", performance.now() - opening, "ms", { most: 1_500 });
  await index.settled();
  row("warm start, everything loaded", performance.now() - opening, "ms");
  for (const query of queries.slice(0, 200)) await hits(index, query, HITS);
  const turns = new LongestTurn();
  const times = await time(queries, (query) => hits(index, query, HITS));
  row("search p50", percentile(times, 0.5), "ms", { most: 10 });
  row("search p99", percentile(times, 0.99), "ms", { most: 30 });
  const finding = await time(queries.slice(0, 300), (query) => index.find(query, { count: 400 }));
  row("find, 400 candidates a side, p50", percentile(finding, 0.5), "ms");
  const some = Array.from({ length: Math.ceil(count / 100) }, (_, at) => `document-${at * 100}`);
  const only = await time(queries.slice(0, 100), (query) =>
    index.find(query, { count: CANDIDATES, only: some }),
  );
  row("find among 1 %, p50", percentile(only, 0.5), "ms");
  row("longest block of the event loop, searching", turns.stop(), "ms", { most: 20 });
  row("recall@10 against exact search", await recall(index, queries, count), "", { least: 0.97 });
  globalThis.gc?.();
  await pause(500);
  const memory = process.memoryUsage().rss;
  row("memory of this process", memory / 2 ** 20, "MiB");
  row("memory beyond a bare process", (memory - bare) / 2 ** 20, "MiB");
  // Run as TypeScript, a thread carries the compiler that strips the types: 40 MiB that the built program does not have.
  row("memory beyond an empty index", (memory - empty) / 2 ** 20, "MiB");
  await index.stop();
  database.close();
  return rows;
}

async function build(
  home: string,
  count: number,
  row: (metric: string, value: number, unit: string, aim?: { most?: number; least?: number }) => void,
): Promise<void> {
  const database = openDatabase(home);
  const index = await openIndex(home, database);
  let making = 0;
  const turns = new LongestTurn();
  const started = performance.now();
  for (let at = 0; at < count; at += INGEST_BATCH) {
    // Making documents up is not what is measured.
    const begin = performance.now();
    const documents = makeDocuments(at, Math.min(INGEST_BATCH, count - at));
    making += performance.now() - begin;
    await nextTurn();
    database.exec("BEGIN");
    for (const document of documents) index.add(document);
    database.exec("COMMIT");
    await nextTurn();
    // A peer waits for its neighbours now and then; so the thread is not left behind by more than it can take.
    if (at % (INGEST_BATCH * 100) === 0) await index.find("nothing", { count: 1 });
  }
  await index.find("nothing", { count: 1 });
  const findable = performance.now() - started - making;
  row("findable by keyword", count / (findable / 1_000), "documents/s", { least: 3_000 });
  row("longest block of the event loop, ingesting", turns.stop(), "ms", { most: 20 });
  // Searches while vectors and graph are being made.
  const during = await time(makeQueries(200), async (query) => {
    await hits(index, query, HITS);
    await pause(20);
  });
  row("search p99 while the graph is being built", percentile(during, 0.99) - 20, "ms");
  await index.settled();
  row(
    "findable everywhere, graph complete",
    count / ((performance.now() - started - making) / 1_000),
    "documents/s",
  );
  const stopping = performance.now();
  await index.stop();
  row("stop, with saving", performance.now() - stopping, "ms");
  database.close();
  new DatabaseSync(join(home, "catalogue.db.done")).close();
}

/**
 * The longest turn of the event loop, in processor time of this thread: on a machine that does other things as well,
 * the clock would count what the scheduler gave to those.
 */
class LongestTurn {
  #longest = 0;
  #last = cpuMs();
  #immediate = setImmediate(() => this.#look());

  stop(): number {
    clearImmediate(this.#immediate);
    return this.#longest;
  }

  #look(): void {
    const now = cpuMs();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
    this.#immediate = setImmediate(() => this.#look());
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The share of the exact best ten that the graph finds; exact is what a search among all documents says. */
async function recall(index: SearchIndex, queries: readonly string[], count: number): Promise<number> {
  const all = Array.from({ length: count }, (_, at) => `document-${at}`);
  let found = 0;
  const asked = queries.slice(0, count > 200_000 ? RECALL_QUERIES / 4 : RECALL_QUERIES);
  const best = async (query: string, only?: readonly string[]) => {
    const options = { count: CANDIDATES, ...(only === undefined ? {} : { only }) };
    const { candidates } = await index.find(query, options);
    const sorted = candidates.toSorted((left, right) => (right.cosine ?? -1) - (left.cosine ?? -1));
    return sorted.slice(0, HITS).map(({ id }) => id);
  };
  for (const query of asked) {
    // Words that no document has: the candidates are the vectors' alone.
    const got = new Set(await best(`${query} `));
    found += (await best(`${query} `, all)).filter((id) => got.has(id)).length;
  }
  return found / (HITS * asked.length);
}

async function time(queries: readonly string[], ask: (query: string) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const query of queries) {
    const start = performance.now();
    await ask(query);
    times.push(performance.now() - start);
  }
  return times.sort((left, right) => left - right);
}

function openDatabase(home: string): DatabaseSync {
  const database = new DatabaseSync(join(home, "catalogue.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  return database;
}

function openIndex(home: string, database: DatabaseSync): Promise<SearchIndex> {
  const indexFile = join(home, "vectors.index");
  const engine = values.flat ? { useHnsw: "never" as const } : values.graph ? { graphFrom: 1 } : {};
  return SearchIndex.open({ database, indexFile, log: console, embedder: makeEmbedder(), ...engine });
}

/** Of a process that has loaded what this one has, before and after it opened an index with nothing in it. */
async function bareMemory(): Promise<[bare: number, empty: number]> {
  const child = fork(import.meta.filename, ["--bare"]);
  const [memory] = (await once(child, "message")) as [[number, number]];
  await once(child, "exit");
  return memory;
}

async function sendBareMemory(): Promise<void> {
  const bare = process.memoryUsage().rss;
  const home = mkdtempSync(join(tmpdir(), "search-bench-"));
  const database = openDatabase(home);
  const index = await openIndex(home, database);
  await hits(index, "nothing", HITS);
  const empty = process.memoryUsage().rss;
  await index.stop();
  database.close();
  rmSync(home, { recursive: true });
  process.send?.([bare, empty]);
  process.disconnect?.();
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

if (values.bare) await sendBareMemory();
else await main(Number(values.documents), Number(values.queries));
