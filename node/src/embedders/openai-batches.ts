/** Every compatible server takes this many texts at once; most of the time of a request is its way there and back. */
export const MOST_TEXTS = 64;
/** Together at most some 100,000 tokens: a third of what OpenAI allows a request. */
export const MOST_CHARACTERS = 100_000;
/** Models take 8,192 tokens, servers of one's own often 512 and cut the rest themselves. Cards are shorter. */
export const MOST_TEXT_CHARACTERS = 8_000;

/** The texts in order, in as few requests as the bounds allow. No text may be longer than a request. */
export function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length === MOST_TEXTS || characters + text.length > MOST_CHARACTERS) {
      batches.push(batch);
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
