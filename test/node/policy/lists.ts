import { type BlockListContent, type PeerId, peerIdOfKey, type Signer } from "@action-collective/protocol";
import { formatBlockList, signBlockList } from "../../../node/src/policy/block-list.ts";
import { signerOf } from "../../helpers/records.ts";

/** The key that signs the lists of these tests, and one that nobody named. */
export const KEEPER = signerOf(900);
export const STRANGER = signerOf(901);
export const KEEPER_ID: PeerId = peerIdOfKey(KEEPER.publicKey);

/** When the tests' clock begins. */
export const NOON = Date.parse("2026-11-21T12:00:00Z");
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export interface ListLike {
  readonly name?: string;
  readonly issued?: number;
  readonly expires?: number;
  readonly peers?: readonly string[];
  readonly actions?: readonly string[];
  /** Undefined: nobody. */
  readonly signer?: Signer | undefined;
}

export function contentLike({
  name = "Spam watch",
  issued = NOON - DAY,
  ...like
}: ListLike = {}): BlockListContent {
  const moment = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
  const entries = (ids: readonly string[] = []) => ids.map((id) => ({ id, reason: "spam" }));
  return {
    ...{ format: 1, name, issued: moment(issued), expires: moment(like.expires ?? issued + 30 * DAY) },
    entries: { peers: entries(like.peers), actions: entries(like.actions) },
  };
}

/** A list's text. */
export function listText(like: ListLike = {}): string {
  const file = { content: contentLike(like), signatures: [] };
  return formatBlockList(like.signer === undefined ? file : signBlockList(file, like.signer));
}
