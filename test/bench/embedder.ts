import { parseArgs } from "node:util";
import { ADD, instantiateKernel } from "../../node/src/embedders/neural/kernel.ts";
import { KernelArena } from "../../node/src/embedders/neural/kernel-memory.ts";
import { MODEL_FOLDER, readModel } from "../../node/src/embedders/neural/model-file.ts";
import { NeuralEmbedder } from "../../node/src/embedders/neural/neural-embedder.ts";
import { WordPieces } from "../../node/src/embedders/neural/word-pieces.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { median } from "./measure.ts";

/**
 * `npm run bench:embedder -- [--json FILE]`: the default embedder on one core. The bare kernel multiplies matrices of the
 * same shapes in turns with it. The best of several rounds counts, as other programs only ever slow it down; rates are
 * per second of processor time.
 */
const { values } = parseArgs({ options: { json: { type: "string" } } });

const QUERY = "find a tool that converts prices between currencies at today's rate";
const CARD =
  "convert_temperatures: converts a list of temperatures from Fahrenheit to Celsius and returns their average, rounded to two " +
  "decimals. Use it where you have readings now in one unit and need them in another, as in weather reports. values: a list of numbers, unit, digits";
const ROUNDS = 15;
const BATCH = 20;
const LOADS = 5;
const MEGABYTE = 2 ** 20;
const FLOAT = 4;

const memoryBefore = memoryMb();
const loads: number[] = [];
const embedder = await loaded();
const memoryTaken = memoryMb() - memoryBefore;
for (let i = 1; i < LOADS; i++) await loaded();

const { model, vocabulary } = await readModel(MODEL_FOLDER);
const { dimensions, feedForward, layers, positions, id } = model.header;
const pieces = new WordPieces(vocabulary);
const [queryPieces, cardPieces] = [QUERY, CARD].map((text) => pieces.idsOf(text, positions).length);
if (queryPieces === undefined || cardPieces !== 60) throw new Error(`a card of ${cardPieces} pieces`);

/** The products of a forward pass: inner × columns. */
const SHAPES = [
  [dimensions, 3 * dimensions],
  [dimensions, dimensions],
  [dimensions, feedForward],
  [feedForward, dimensions],
] as const;
const bare = bareKernel();

const query = measure({
  forward: () => embedder.embedOne(QUERY),
  products: () => bare.integers(queryPieces),
});
const document = measure({
  forward: () => embedder.embedOne(CARD),
  products: () => bare.integers(cardPieces),
  floats: () => bare.floats(cardPieces),
  pieces: () => pieces.idsOf(CARD, positions),
});

process.stdout.write(`${id}; a query of ${queryPieces} pieces, a card of ${cardPieces}\n`);
const rows: BenchRow[] = [
  atMost("query of 12 words, p50", query.forward.p50, "ms", 3),
  atLeast("cards of 60 pieces", 1000 / document.forward.cpu, "/s", 120),
  share(
    "query: products, whole forward against bare kernel",
    queryPieces,
    query.forward.cpu,
    query.products.cpu,
  ),
  share(
    "card: products, whole forward against bare kernel",
    cardPieces,
    document.forward.cpu,
    document.products.cpu,
  ),
  {
    metric: "kernel on integers, single precision beside it",
    value: gigaOperations(cardPieces, document.products.cpu),
    unit: "GFLOP/s",
    baseline: gigaOperations(cardPieces, document.floats.cpu),
  },
  {
    metric: "tokenizer, share of a card",
    value: (100 * document.pieces.cpu) / document.forward.cpu,
    unit: "%",
  },
  atMost("load, best of five", Math.min(...loads), "ms", 60),
  { metric: "memory", value: memoryTaken, unit: "MB" },
];
await reportBench("embedder", rows, values.json);

interface Timing {
  /** Milliseconds a call: the best round's median. */
  readonly p50: number;
  /** Milliseconds of processor time a call: the best round. */
  readonly cpu: number;
}

/** Does each piece of work in turns, so that what slows one slows all. */
function measure<Name extends string>(work: Readonly<Record<Name, () => unknown>>): Record<Name, Timing> {
  const names = Object.keys(work) as Name[];
  const rounds = new Map<Name, Timing[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const name of names) {
      const before = process.cpuUsage();
      const latencies = Array.from({ length: BATCH }, () => {
        const startedAt = performance.now();
        work[name]();
        return performance.now() - startedAt;
      });
      const { user, system } = process.cpuUsage(before);
      rounds.get(name)?.push({ p50: median(latencies), cpu: (user + system) / 1000 / BATCH });
    }
  const best = names.map((name) => {
    const all = rounds.get(name) ?? [];
    const least = (of: (timing: Timing) => number) => Math.min(...all.map(of));
    return [name, { p50: least(({ p50 }) => p50), cpu: least(({ cpu }) => cpu) }];
  });
  return Object.fromEntries(best) as Record<Name, Timing>;
}

/** The kernel alone, on numbers of no meaning: each product of a forward pass with weights of its own. */
function bareKernel() {
  const kernel = instantiateKernel();
  const arena = new KernelArena(kernel);
  const widest = Math.max(feedForward, 3 * dimensions);
  const integers = arena.integers(new Int16Array(positions * widest).map((_, at) => (at * 7919) % 32_768));
  const floats = arena.floats(new Float32Array(positions * widest).map((_, at) => 1 / (1 + (at % 7919))));
  const scales = arena.floats(new Float32Array(Math.max(positions, widest)).fill(1e-9));
  const out = arena.reserve(positions * widest * FLOAT);
  const products = Array.from({ length: layers }, () => SHAPES)
    .flat()
    .map(([inner, columns]) => ({
      inner,
      columns,
      weights: arena.integers(new Int16Array(inner * columns).map((_, at) => ((at * 31) % 255) - 127)),
      floatWeights: arena.floats(new Float32Array(inner * columns).map((_, at) => 1 / (1 + (at % 31)))),
    }));
  return {
    integers(rows: number): void {
      for (const { inner, columns, weights } of products)
        kernel.integerProduct(
          integers,
          scales,
          weights,
          scales,
          scales,
          out,
          columns * FLOAT,
          rows,
          inner,
          columns,
          ADD,
        );
    },
    floats(rows: number): void {
      for (const { inner, columns, floatWeights } of products)
        for (let column = 0; column < columns; column += 8)
          kernel.floatProduct(
            floats,
            inner * FLOAT,
            floatWeights + column * inner * FLOAT,
            8 * FLOAT,
            out + column * FLOAT,
            columns * FLOAT,
            rows,
            inner,
            8,
          );
    },
  };
}

/** Multiplications and additions of the layers' products, in thousand millions a second. */
function gigaOperations(rowCount: number, ms: number): number {
  const operations =
    SHAPES.reduce((sum, [inner, columns]) => sum + 2 * inner * columns, 0) * layers * rowCount;
  return operations / ms / 1e6;
}

function share(metric: string, rowCount: number, forward: number, bareMs: number): BenchRow {
  const [value, baseline] = [gigaOperations(rowCount, forward), gigaOperations(rowCount, bareMs)];
  return { metric, value, unit: "GFLOP/s", baseline, aim: "≥ half", met: value * 2 >= baseline };
}

function atMost(metric: string, value: number, unit: string, most: number): BenchRow {
  return { metric, value, unit, aim: `≤ ${most}`, met: value <= most };
}

function atLeast(metric: string, value: number, unit: string, least: number): BenchRow {
  return { metric, value, unit, aim: `≥ ${least}`, met: value >= least };
}

async function loaded(): Promise<NeuralEmbedder> {
  const startedAt = performance.now();
  const fresh = await NeuralEmbedder.load();
  loads.push(performance.now() - startedAt);
  return fresh;
}

function memoryMb(): number {
  return process.memoryUsage().rss / MEGABYTE;
}
