import type { ActionId, PeerId, TrustLevel } from "@action-collective/protocol";
import type { RecordFact } from "../../../node/src/reputation/facts.ts";
import type { ReputationModel } from "../../../node/src/reputation/model.ts";

export const DAY = 24 * 60 * 60 * 1000;
/** A whole number of steps after the epoch. */
export const NOW = 20_000 * DAY;

/** The model reads no key and no CID: any texts do, and they sort by their numbers. */
export const peer = (number: number): PeerId => `12D3Koo-${String(number).padStart(6, "0")}` as PeerId;
export const action = (number: number): ActionId => `bafyrei-${String(number).padStart(6, "0")}` as ActionId;

interface When {
  readonly created?: number;
  readonly received?: number;
  readonly revision?: number;
}
const said = (author: PeerId, { created = NOW, received = created, revision = 1 }: When) => ({
  author,
  created,
  received,
  revision,
});

export const publishes = (author: PeerId, subject: ActionId, when: When = {}): RecordFact => ({
  kind: "publication",
  subject,
  ...said(author, when),
});
export const verdict = (
  author: PeerId,
  subject: ActionId,
  outcome: "pass" | "fail" | "unknown",
  when: When = {},
): RecordFact => ({ kind: "verdict", subject, outcome, ...said(author, when) });
export const feedback = (
  author: PeerId,
  subject: ActionId,
  runs: number,
  succeeded: number,
  when: When = {},
  useless = 0,
): RecordFact => ({
  kind: "feedback",
  subject,
  runs,
  succeeded,
  useful: 0,
  useless,
  ...said(author, when),
});
export const trusts = (author: PeerId, subject: PeerId, level: TrustLevel, when: When = {}): RecordFact => ({
  kind: "trust",
  subject,
  level,
  ...said(author, when),
});
export const withdraws = (author: PeerId, subject: ActionId, upTo: number, when: When = {}): RecordFact => ({
  kind: "withdrawal",
  subject,
  upTo,
  ...said(author, when),
});
export const succeeds = (author: PeerId, subject: PeerId, when: When = {}): RecordFact => ({
  kind: "succession",
  subject,
  ...said(author, when),
});
export const compromised = (author: PeerId, since: number, when: When = {}): RecordFact => ({
  kind: "succession",
  subject: author,
  compromisedSince: since,
  ...said(author, { revision: Number.MAX_SAFE_INTEGER - since, ...when }),
});
export const accuses = (author: PeerId, subject: PeerId, when: When = {}): RecordFact => ({
  kind: "equivocation",
  subject,
  ...said(author, when),
});

/** This peer tested an action after a rater had spoken. */
export function proves(
  model: ReputationModel,
  subject: ActionId,
  standing: "passed" | "failed",
  words: readonly (readonly [rater: PeerId, said: "pass" | "fail", repeated?: number])[] = [],
): void {
  for (const [rater, said, repeated = 0] of words) model.audit({ rater, action: subject, said, repeated });
  model.standing({ action: subject, standing });
}
