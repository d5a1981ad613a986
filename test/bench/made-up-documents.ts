import type { Embedder } from "../../node/src/embedders/types.ts";
import type { SearchDocument } from "../../node/src/search/types.ts";

/** Zipf–Mandelbrot: the commonest made-up word is in about a quarter of the documents, as content words are. */
const VOCABULARY = 30_000;
const RANK_OFFSET = 30;
/** Documents are about something: so many topics, each with its own words, which make a third of a text. */
const TOPICS = 2_000;
const TOPIC_WORDS = 60;
const TOPIC_SHARE = 1 / 3;

const DIMENSIONS = 256;
/** Later dimensions say less, as after a principal component analysis: the first half holds four fifths. */
const DECAY = 0.35;
/** What the graph is given of them. */
const GRAPH_DIMENSIONS = 128;

const SYLLABLES =
  "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu ra re ri ro ru".split(" ");

/** Documents `from` to `from + count`: always the same ones. */
export function makeDocuments(from: number, count: number): SearchDocument[] {
  return Array.from({ length: count }, (_, at) => makeDocument(from + at));
}

function makeDocument(number: number): SearchDocument {
  const random = seeded(number + 1);
  const topic = Math.floor(random() * TOPICS);
  const text = (length: number) => Array.from({ length }, () => word(random, topic)).join(" ");
  return {
    id: `document-${number}`,
    name: text(3),
    description: text(12),
    useWhen: [text(8), text(8)],
    parameters: [`${text(1)}: ${text(8)}`, `${text(1)}: ${text(8)}`],
    tags: [text(1)],
  };
}

/** Requests of 3 to 14 words about the same topics. */
export function makeQueries(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const random = seeded(1_000_000_007 + at);
    const topic = Math.floor(random() * TOPICS);
    return Array.from({ length: 3 + Math.floor(random() * 12) }, () => word(random, topic)).join(" ");
  });
}

function word(random: () => number, topic: number): string {
  if (random() < TOPIC_SHARE) return spell(wordOfTopic(topic, Math.floor(random() * TOPIC_WORDS)));
  const rank = RANK_OFFSET * ((VOCABULARY + RANK_OFFSET) / RANK_OFFSET) ** random() - RANK_OFFSET;
  return spell(Math.min(VOCABULARY - 1, Math.floor(rank)));
}

function wordOfTopic(topic: number, at: number): number {
  return Math.floor(seeded(topic * TOPIC_WORDS + at + 77)() * VOCABULARY);
}

function spell(rank: number): string {
  const random = seeded(rank + 123_456);
  const length = 2 + Math.floor(random() * 3);
  return Array.from({ length }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join("");
}

/** Sums of a random direction per word: nearly free, and texts about one topic are near each other. */
export function makeEmbedder(id = "made-up-256/1"): Embedder {
  const scales = Float32Array.from({ length: DIMENSIONS }, (_, at) => (at + 1) ** -DECAY);
  const embedOne = (text: string): Float32Array => {
    const sums = new Float32Array(DIMENSIONS);
    for (const one of text.split(/\W+/)) {
      let state = 0x811c9dc5;
      for (let at = 0; at < one.length; at++) state = Math.imul(state ^ one.charCodeAt(at), 0x01000193);
      for (let at = 0; at < DIMENSIONS; at++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        sums[at] = (sums[at] as number) + state * (scales[at] as number);
      }
    }
    const length = Math.sqrt(sums.reduce((total, value) => total + value * value, 0));
    return sums.map((value) => (length === 0 ? 0 : value / length));
  };
  const embed: Embedder["embed"] = async (texts) => texts.map(embedOne);
  return { id, dimensions: DIMENSIONS, graphDimensions: GRAPH_DIMENSIONS, embed };
}

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
