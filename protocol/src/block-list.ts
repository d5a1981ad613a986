import { encodeCanonical } from "./canonical.ts";
import { signedBytesOfAnyNetwork } from "./network-names.ts";

/** A peer or an action that a block list names. */
export interface BlockListEntry {
  readonly id: string;
  /** For people; "" where nothing is said. */
  readonly reason: string;
}

/** What a block list says (SPEC §8.4), without the signatures. */
export interface BlockListContent {
  readonly format: 1;
  /** For people: whose list it is, and of what. */
  readonly name: string;
  /** Moments such as `2026-11-21T00:00:00Z`. */
  readonly issued: string;
  readonly expires: string;
  readonly entries: {
    readonly peers: readonly BlockListEntry[];
    readonly actions: readonly BlockListEntry[];
  };
}

/**
 * What a signature of a block list covers: its content alone, in canonical form, so that indentation and the order of
 * keys in the file do not matter. Keys and content ids are the same in every network, and so is the signature.
 * @throws {NotCanonicalError}
 */
export function blockListBytes({ format, name, issued, expires, entries }: BlockListContent): Uint8Array {
  const listed = (all: readonly BlockListEntry[]) => all.map(({ id, reason }) => ({ id, reason }));
  const { peers, actions } = entries;
  const value = {
    format,
    name,
    issued,
    expires,
    entries: { peers: listed(peers), actions: listed(actions) },
  };
  return signedBytesOfAnyNetwork("block-list", encodeCanonical(value));
}
