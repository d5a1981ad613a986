import { splitCases } from "./tokenise.ts";
import type { SearchDocument } from "./types.ts";

/**
 * Bounds against keyword stuffing: what an honest action needs fits with room to spare (the longest of 13,000
 * descriptions in three public sets has 1,200 characters), and nobody can buy more places in the index.
 */
const MAX_NAME_CHARACTERS = 128;
const MAX_DESCRIPTION_CHARACTERS = 2_000;
const MAX_PHRASINGS = 8;
const MAX_PHRASING_CHARACTERS = 200;
const MAX_PARAMETERS = 64;
const MAX_PARAMETER_CHARACTERS = 300;
const MAX_TAGS = 16;
const MAX_TAG_CHARACTERS = 40;
/** Cases repeat themselves: a few short ones say what there is to say. */
const MAX_EXAMPLES = 4;
const MAX_EXAMPLE_CHARACTERS = 200;

/** The same document within the bounds, with its keys in a fixed order (so equal documents are equal as JSON). */
export function boundDocument(document: SearchDocument): SearchDocument {
  return {
    id: document.id,
    name: document.name.slice(0, MAX_NAME_CHARACTERS),
    description: document.description.slice(0, MAX_DESCRIPTION_CHARACTERS),
    useWhen: boundList(document.useWhen, MAX_PHRASINGS, MAX_PHRASING_CHARACTERS),
    parameters: boundList(document.parameters, MAX_PARAMETERS, MAX_PARAMETER_CHARACTERS),
    tags: boundList(document.tags, MAX_TAGS, MAX_TAG_CHARACTERS),
    examples: boundList(document.examples ?? [], MAX_EXAMPLES, MAX_EXAMPLE_CHARACTERS),
  };
}

function boundList(texts: readonly string[], count: number, characters: number): string[] {
  return texts.slice(0, count).map((text) => text.slice(0, characters));
}

/**
 * A document as the embedder reads it. The name stands twice: it is the densest text. Parameters come with their
 * descriptions, and the name in separate words, as word pieces cannot tell them apart. nDCG@10 by vector alone on BFCL /
 * Seal-Tools (800 queries each): 68.6 / 69.4; with the name as it is written 67.7 / 65.8, with the name once 67.7 / 69.1, with
 * parameters by name only 67.7 / 66.0, without them 63.1 on BFCL.
 */
export function embeddingText(document: SearchDocument): string {
  const { name, description, useWhen, parameters, tags } = document;
  const spoken = splitCases(name);
  return [spoken, spoken, description, ...useWhen, ...parameters, ...tags].join("\n");
}
