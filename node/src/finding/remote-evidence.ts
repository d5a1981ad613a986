import { limits } from "@action-collective/protocol";
import { contentWords } from "../search/tokenise.ts";
import type { SearchDocument } from "../search/types.ts";
import { stem } from "../search/words/porter.ts";
import { coverageOf, type Evidence } from "./remote-strength.ts";

/** What a hit shows by itself: see `strengthOf`. The words are those that the keyword index sees, and so is its stemming. */
export function evidenceOf(query: string, document: SearchDocument, cosine: number | undefined): Evidence {
  const { name, description, useWhen, tags, parameters } = document;
  const text = [name, description, ...useWhen, ...tags, ...parameters].join("\n");
  // As much of the query as neighbours would be asked, so that both sides judge by the same words.
  const asked = query.slice(0, limits.askQueryBytes);
  return { coverage: coverageOf(stems(asked), new Set(stems(text))), cosine };
}

function stems(text: string): string[] {
  return contentWords(text).map(stem);
}
