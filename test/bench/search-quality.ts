/**
 * How well the search finds, on a retrieval set: `npm run bench:search -- --data FILE [--onnx FOLDER] [--json FILE]`. nDCG@10 of keywords alone, vectors alone, and both as the finder fuses
 * them. Lines of JSON: `{ kind: "meta", name }`, `{ kind: "doc", id, name, description, params: [{ name, description }] }`
 * and `{ kind: "query", id, text, relevant: [ids], split }`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { openEmbedder } from "../../node/src/embedders/open-embedder.ts";
import { bestsOf, fuse, vectorWeight } from "../../node/src/finding/fuse.ts";
import { SearchIndex } from "../../node/src/search/search-index.ts";
import type { Candidate, SearchDocument } from "../../node/src/search/types.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";

interface RetrievalSet {
  readonly name: string;
  readonly documents: readonly SearchDocument[];
  readonly queries: readonly RetrievalQuery[];
}

interface RetrievalQuery {
  readonly text: string;
  readonly relevant: readonly string[];
  readonly split: string;
}

/** What the search is meant to reach with its default embedder. */
const AIMS: Readonly<Record<string, number>> = { bfcl: 76.5, sealtools: 90.5, tldr: 29.5 };
/** A tuned BM25F with stemming that others wrote, and all-MiniLM-L6-v2 (22 million parameters) fused with it. */
const REFERENCES: Readonly<Record<string, readonly [number, number]>> = {
  bfcl: [74.0, 78.6],
  sealtools: [90.2, 90.6],
  tldr: [26.2, 31.7],
};
const DEPTH = 10;
/** Candidates of each side: what a search for ten hits starts with. */
const CANDIDATES = 100;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    /** The folder of a sentence-transformer to use in place of the default embedder. */
    onnx: { type: "string" },
    json: { type: "string" },
  },
});
const directory = mkdtempSync(join(tmpdir(), "search-bench-"));
try {
  await quality(values.data ?? "", values.onnx);
} finally {
  rmSync(directory, { recursive: true });
}

async function quality(file: string, folder: string | undefined): Promise<void> {
  const { name, documents, queries } = readRetrievalSet(file);
  const database = new DatabaseSync(join(directory, "catalogue.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const embedder = await openEmbedder(
    folder === undefined
      ? { kind: "own" }
      : { kind: "onnx", folder: resolve(folder), pooling: "mean", queryPrefix: "", documentPrefix: "" },
    console,
  );
  const indexFile = join(directory, "vectors.index");
  // Without a graph: what is measured is the embedder and the fusion, exactly.
  const index = await SearchIndex.open({ database, indexFile, log: console, embedder, useHnsw: "never" });
  try {
    database.exec("BEGIN");
    for (const document of documents) index.add(document);
    database.exec("COMMIT");
    await index.settled();
    const scores = { keyword: [], vector: [], hybrid: [] } as Record<
      "keyword" | "vector" | "hybrid",
      number[]
    >;
    for (const { text, relevant } of queries) {
      const { candidates, terms } = await index.find(text, { count: CANDIDATES });
      scores.keyword.push(
        ndcg(
          bestBy(candidates, ({ keyword }) => keyword),
          relevant,
        ),
      );
      scores.vector.push(
        ndcg(
          bestBy(candidates, ({ cosine }) => cosine ?? 0),
          relevant,
        ),
      );
      const alpha = vectorWeight(terms);
      const fused = fuse(candidates, bestsOf(candidates), alpha).map(({ id }) => id);
      scores.hybrid.push(ndcg(fused, relevant));
    }
    const rows = rowsOf(name, queries, scores, folder === undefined);
    await reportBench(`search ${name}, ${embedder.id}`, rows, values.json);
  } finally {
    await index.stop();
    await embedder.stop();
    database.close();
  }
}

function rowsOf(
  name: string,
  queries: readonly RetrievalQuery[],
  scores: Readonly<Record<"keyword" | "vector" | "hybrid", readonly number[]>>,
  own: boolean,
): BenchRow[] {
  const [keywordReference, teacher] = REFERENCES[name] ?? [];
  const keyword = mean(scores.keyword);
  const hybrid = mean(scores.hybrid);
  const aim = own ? AIMS[name] : undefined;
  return [
    row("ndcg@10 bm25f", keyword, keywordReference),
    row("ndcg@10 vector", mean(scores.vector), keyword),
    {
      ...row("ndcg@10 hybrid", hybrid, keyword),
      ...(aim === undefined ? {} : { aim: `≥ ${aim}`, met: hybrid >= aim }),
    },
    ...(teacher === undefined ? [] : [row("ndcg@10 hybrid, against MiniLM's", hybrid, teacher)]),
    ...[...new Set(queries.map(({ split }) => split))].map((split) => {
      const of = (all: readonly number[]) => mean(all.filter((_, at) => queries[at]?.split === split));
      return row(`ndcg@10 hybrid, ${split}`, of(scores.hybrid), of(scores.keyword));
    }),
  ];
}

function readRetrievalSet(file: string): RetrievalSet {
  let name = file;
  const documents: SearchDocument[] = [];
  const queries: RetrievalQuery[] = [];
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const value = JSON.parse(line);
    if (value.kind === "meta") name = value.name;
    if (value.kind === "query") queries.push(value);
    if (value.kind !== "doc") continue;
    const parameters = (value.params ?? []).map(
      (parameter: { name: string; description?: string }) =>
        `${parameter.name}: ${parameter.description ?? ""}`,
    );
    const { id, description } = value;
    documents.push({ id, name: value.name, description, useWhen: [], parameters, tags: [] });
  }
  return { name, documents, queries };
}

function row(metric: string, value: number, baseline: number | undefined): BenchRow {
  return { metric, value, unit: "%", ...(baseline === undefined ? {} : { baseline }) };
}

function bestBy(candidates: readonly Candidate[], score: (candidate: Candidate) => number): string[] {
  return candidates
    .filter((candidate) => score(candidate) > 0)
    .sort((left, right) => score(right) - score(left) || left.number - right.number)
    .map(({ id }) => id);
}

function ndcg(ranked: readonly string[], relevant: readonly string[]): number {
  const wanted = new Set(relevant);
  const gain = (rank: number): number => 1 / Math.log2(rank + 2);
  const got = ranked.slice(0, DEPTH).reduce((sum, id, rank) => sum + (wanted.has(id) ? gain(rank) : 0), 0);
  const best = Array.from({ length: Math.min(DEPTH, wanted.size) }, (_, rank) => gain(rank));
  return (100 * got) / best.reduce((sum, value) => sum + value, 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / Math.max(1, numbers.length);
}
