import type { AskRequest } from "@action-collective/protocol";

/** What neighbours did not know a moment ago they hardly know now; what they publish reaches us by gossip anyway. */
const REMEMBERED_MS = 5 * 60_000;
/** Questions remembered; the oldest is forgotten first. */
const MAX_QUESTIONS = 256;

/** Questions that were asked lately, so that none is put again and again. In memory only: nobody's words go to disk. */
export class AskMemory {
  readonly #asked = new Map<string, number>();

  has(question: AskRequest, now: number): boolean {
    const at = this.#asked.get(keyOf(question));
    return at !== undefined && now - at < REMEMBERED_MS;
  }

  add(question: AskRequest, now: number): void {
    const key = keyOf(question);
    this.#asked.delete(key);
    this.#asked.set(key, now);
    if (this.#asked.size > MAX_QUESTIONS) {
      const oldest = this.#asked.keys().next();
      if (!oldest.done) this.#asked.delete(oldest.value);
    }
  }
}

/** Capitals and spaces make no other question. */
function keyOf({ query, count, tags, languages, needs }: AskRequest): string {
  const words = query.normalize("NFKC").toLowerCase().trim().split(/\s+/u).join(" ");
  return JSON.stringify([words, count, tags.toSorted(), languages.toSorted(), needs.net, needs.secrets]);
}
