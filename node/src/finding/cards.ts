import type { Card } from "@action-collective/protocol";
import { explanationOf } from "./explain.ts";
import type { Sieve } from "./filters.ts";
import type { NearDuplicate } from "./finder.ts";
import type { Known } from "./known-actions.ts";
import type { Hit } from "./types.ts";

const SUMMARY_CHARACTERS = 160;

/** The short form of a hit. @param explain the request's filters, for those who ask why. */
export function cardOf(hit: Hit, known: Known, explain?: Sieve): Card {
  const { score, similar } = hit;
  return {
    ...shortForm(known),
    match: score,
    similar: similar.length,
    ...(explain === undefined ? {} : { explanation: explanationOf(hit, known, explain) }),
  };
}

/** The card of an action that nobody asked about in words. */
export function cardOfKnown(known: Known): Card {
  return { ...shortForm(known), match: 0, similar: 0 };
}

/** The card of a near-duplicate: it matches as well as its vector is near. */
export function cardOfNear({ known, cosine }: NearDuplicate): Card {
  return { ...shortForm(known), match: Math.min(1, Math.max(0, cosine ?? 1)), similar: 0 };
}

function shortForm({ id, manifest, standing, score }: Known): Omit<Card, "match" | "similar"> {
  const { name, description, permissions } = manifest;
  return { id, name, summary: summaryOf(description), standing, score: score().value, permissions };
}

/** The first sentence, or as much of it as fits one line. */
export function summaryOf(description: string): string {
  const sentence = description.split(/(?<=[.!?])\s/u, 1)[0] ?? "";
  const line = sentence.replace(/\s+/gu, " ").trim();
  return line.length > SUMMARY_CHARACTERS ? `${line.slice(0, SUMMARY_CHARACTERS - 1)}…` : line;
}
