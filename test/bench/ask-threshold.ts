/**
 * Where a weak answer ends: `node --conditions=source test/bench/ask-threshold.ts --data FILE [--queries N]`.
 *
 * FILE is a retrieval set as `bench/search.ts` reads it. Each question is searched twice: as it is, and with its right
 * answers left out, as if nobody here had heard of them. Asking neighbours is worth it for the second kind and for what was
 * found wrongly; for right answers it is in vain. Prints how well strength tells them apart, and for a few thresholds how
 * many of each kind would be asked about.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Catalogue } from "../../node/src/catalogue/catalogue.ts";
import { openEmbedder } from "../../node/src/embedders/open-embedder.ts";
import { bestsOf, fuse, vectorWeight } from "../../node/src/finding/fuse.ts";
import { evidenceOf } from "../../node/src/finding/remote-evidence.ts";
import { strengthOf } from "../../node/src/finding/remote-strength.ts";
import { SearchIndex } from "../../node/src/search/search-index.ts";
import type { SearchDocument } from "../../node/src/search/types.ts";

interface Doc {
  kind: "doc";
  id: string;
  name: string;
  description?: string;
  params?: { name: string; description?: string }[];
}
interface Query {
  kind: "query";
  text: string;
  relevant: string[];
}

const CANDIDATES = 100;
const THRESHOLDS = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6];

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    queries: { type: "string", default: "500" },
  },
});
if (values.data === undefined) throw new Error("--data FILE is missing");
const lines = readFileSync(values.data, "utf8").trim().split("\n");
const parsed = lines.map((line) => JSON.parse(line) as Doc | Query | { kind: "meta" });
const documents = parsed.filter((line) => line.kind === "doc").map(documentOf);
const all = parsed.filter((line) => line.kind === "query");
const step = Math.max(Math.floor(all.length / Number(values.queries)), 1);
const queries = all.filter((_, at) => at % step === 0);

const home = mkdtempSync(join(tmpdir(), "ask-bench-"));
const catalogue = new Catalogue(join(home, "catalogue.sqlite"));
const log = { info: () => undefined, warn: console.warn };
const embedder = await openEmbedder({ kind: "own" }, log);
const index = await SearchIndex.open({
  database: catalogue.database,
  indexFile: join(home, "vectors.index"),
  log,
  embedder,
});
try {
  for (const document of documents) index.add(document);
  await index.settled();
  const known = new Map(documents.map((document) => [document.id, document]));
  const kinds: Record<"right" | "wrong" | "absent", number[]> = { right: [], wrong: [], absent: [] };
  for (const { text, relevant } of queries) {
    const { candidates, terms } = await index.find(text, { count: CANDIDATES });
    const alpha = vectorWeight(terms);
    const best = (without: readonly string[]) => {
      const left = candidates.filter(({ id }) => !without.includes(id));
      const [top] = fuse(left, bestsOf(left), alpha);
      const document = top && known.get(top.id);
      if (top === undefined || document === undefined) return { id: "", strength: 0 };
      return { id: top.id, strength: strengthOf(evidenceOf(text, document, top.cosine)) };
    };
    const found = best([]);
    kinds[relevant.includes(found.id) ? "right" : "wrong"].push(found.strength);
    kinds.absent.push(best(relevant).strength);
  }
  const { right, wrong, absent } = kinds;
  console.log(
    `${values.data}: ${index.stats().embedder}, ${queries.length} questions, ${right.length} found rightly`,
  );
  console.log(
    `area under the curve: right against absent ${areaOf(right, absent)}, right against wrong ${areaOf(right, wrong)}`,
  );
  console.table(
    THRESHOLDS.map((threshold) => ({
      threshold,
      "right, asked in vain %": shareBelow(right, threshold),
      "wrong, asked %": shareBelow(wrong, threshold),
      "absent, asked %": shareBelow(absent, threshold),
    })),
  );
} finally {
  await index.stop();
  await embedder.stop();
  catalogue.close();
  rmSync(home, { recursive: true });
}

function documentOf({ id, name, description = "", params = [] }: Doc): SearchDocument {
  const parameters = params.map((parameter) => `${parameter.name} ${parameter.description ?? ""}`);
  return { id, name, description, useWhen: [], parameters, tags: [] };
}

function shareBelow(strengths: readonly number[], threshold: number): number {
  const below = strengths.filter((strength) => strength < threshold).length;
  return Math.round((100 * below) / Math.max(strengths.length, 1));
}

/** How often a strength of the first kind is above one of the second. */
function areaOf(high: readonly number[], low: readonly number[]): string {
  let above = 0;
  for (const one of high) for (const other of low) above += one > other ? 1 : one === other ? 0.5 : 0;
  return (above / Math.max(high.length * low.length, 1)).toFixed(3);
}
