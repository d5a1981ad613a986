import { CollectiveError, cleanText, type PeerId } from "@action-collective/protocol";
import { isPeerId } from "../network-lists/address.ts";

/** No peer's id, or the beginning of one that nobody known here has. */
export class UnknownPeerError extends CollectiveError {
  constructor(ref: string) {
    super(
      "not-found",
      `No peer is known here as "${cleanText(ref, 80)}"`,
      `Give its whole id (${START}…), or a beginning of at least ${LEAST_CHARACTERS} characters of one that is known here.`,
    );
  }
}

/** Several peers' ids begin so. */
export class AmbiguousPeerError extends CollectiveError {
  readonly details: readonly string[];
  constructor(ref: string, ids: readonly string[]) {
    super(
      "ambiguous",
      `"${cleanText(ref, 80)}" could be any of ${ids.length === CANDIDATES ? "many" : ids.length} peers`,
      "Type more of the id.",
    );
    this.details = ids;
  }
}

/** A peer keeps no view of itself: to show one would show a stranger. */
export class ThatIsThisPeerError extends CollectiveError {
  constructor() {
    super(
      "bad-request",
      "That is this peer itself, of which it thinks nothing: its own tests count first",
      "`collective status` shows what it holds and does; `collective peers` shows the others.",
    );
  }
}

/** Every ed25519 peer's id begins so. */
const START = "12D3KooW";
/** Four characters of its own: eleven million peers. Less is a slip of the hand. */
const LEAST_CHARACTERS = START.length + 4;
/** How many candidates an error lists. */
const CANDIDATES = 8;

/** Where peers are known from. */
export interface KnownPeers {
  /** Authors of records, at most `most`. */
  authorsByPrefix(prefix: string, most: number): readonly PeerId[];
  /** Everybody else: this peer itself, and who is connected, spoken of by the user, or suggested. */
  others(): readonly string[];
}

/**
 * The peer that is meant: whoever has that id, known or not, or the only one known here whose id begins so.
 * @throws {UnknownPeerError | AmbiguousPeerError}
 */
export function resolvePeer(known: KnownPeers, ref: string): PeerId {
  if (isPeerId(ref)) return ref as PeerId;
  if (!ref.startsWith(START) || ref.length < LEAST_CHARACTERS) throw new UnknownPeerError(ref);
  const others = known.others().filter((id) => id.startsWith(ref));
  const ids = [...new Set([...known.authorsByPrefix(ref, CANDIDATES), ...others])].slice(0, CANDIDATES);
  const [first] = ids;
  if (first === undefined) throw new UnknownPeerError(ref);
  if (ids.length > 1) throw new AmbiguousPeerError(ref, ids);
  return first as PeerId;
}
