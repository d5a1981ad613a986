import { encodeCanonical } from "./canonical.ts";
import { signedBytes } from "./network-names.ts";

/** Somebody who runs nodes through which anybody may join. */
export interface NetworkOperator {
  readonly name: string;
  /** Multiaddrs ending in `/p2p/` and the node's peer id. */
  readonly addresses: readonly string[];
}

/** Somebody whose word on actions a network's list commends to those who know nobody yet. */
export interface SuggestedPeer {
  /** Peer id of an ed25519 key. */
  readonly peer: string;
  /** For people: who that is. */
  readonly note?: string;
}

/** What a network's list says (SPEC §8.3), without the signatures. */
export interface NetworkListContent {
  readonly format: 1;
  readonly network: string;
  /** For people. */
  readonly note?: string;
  /** Moments such as `2026-11-21T00:00:00Z`. */
  readonly issued: string;
  readonly expires: string;
  readonly operators: readonly NetworkOperator[];
  readonly publicDht: { readonly meet: boolean; readonly bootstrap?: readonly string[] };
  readonly suggests?: readonly SuggestedPeer[];
}

/**
 * What a signature of a network's list covers: its content alone, in canonical form, so that indentation and the order
 * of keys in the file do not matter.
 * @throws {MalformedError | NotCanonicalError | LimitExceededError}
 */
export function networkListBytes(content: NetworkListContent): Uint8Array {
  const { format, network, note, issued, expires, operators, publicDht, suggests } = content;
  const said = note === undefined ? {} : { note };
  const listed = operators.map(({ name, addresses }) => ({ name, addresses: [...addresses] }));
  const { meet, bootstrap } = publicDht;
  const dht = bootstrap === undefined ? { meet } : { meet, bootstrap: [...bootstrap] };
  const commended = suggests?.map(({ peer, note }) => (note === undefined ? { peer } : { peer, note }));
  const trust = commended === undefined ? {} : { suggests: commended };
  const value = { format, network, ...said, issued, expires, operators: listed, publicDht: dht, ...trust };
  return signedBytes("network-list", network, encodeCanonical(value));
}
