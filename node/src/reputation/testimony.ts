import { type ActionId, openRecord, type PeerId, type SignedRecord, type Verifier } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Testimony } from "./reputation.ts";

/** Raters, publishers and users of one action that are looked at; the earliest first. */
const VOICES = 256;
/** A rater's newest verdicts that decide how far it is believed. */
const VERDICTS_REMEMBERED = 500;

/** Reads for the reputation what the catalogue holds. Records were verified on their way in. */
export function testimonyOf(catalogue: Catalogue, network: string): Testimony {
  const open = (bytes: Uint8Array): SignedRecord => openRecord(bytes, TRUSTED, network);
  return {
    standing: (action) => catalogue.actions.standing(action),
    publishers: (action) => catalogue.records.authorsAbout(action, "publication", VOICES),
    verdicts: (action) => catalogue.records.about(action, "verdict", VOICES).map(open),
    feedback: (action) => catalogue.records.about(action, "feedback", VOICES).map(open),
    verdictsBy: (author) => catalogue.records.verdictsBy(author, VERDICTS_REMEMBERED).map(open),
  };
}

/** Whatever is in the catalogue passed the real verifier at intake. */
const TRUSTED: Verifier = { verify: () => true };

/** Who most likely holds an action's blocks: its publishers, then those whose test of it passed. */
export function likelyHolders(testimony: Testimony, action: ActionId, self: PeerId, most: number): PeerId[] {
  const holders = new Set<PeerId>(testimony.publishers(action));
  for (const record of testimony.verdicts(action))
    if (record.kind === "verdict" && record.body.outcome === "pass") holders.add(record.author);
  holders.delete(self);
  return [...holders].slice(0, most);
}
