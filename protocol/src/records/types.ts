import type { ActionId, PeerId, RecordId } from "../ids.ts";
import type { EncodedManifest } from "../manifest.ts";
import type { ActionKind, BodyOf, Kind, PeerKind } from "./bodies.ts";

interface Common {
  readonly id: RecordId;
  /** sha2-256 of the head: breaks ties between equal revisions (SPEC §4.2). */
  readonly digest: Uint8Array;
  readonly author: PeerId;
  readonly authorKey: Uint8Array;
  readonly revision: number;
  /** Milliseconds since the epoch, by the author's clock. */
  readonly created: number;
  /** The signed wire form: what is gossiped, stored and synced. */
  readonly bytes: Uint8Array;
  /** What the signature covers. A view into `bytes`. */
  readonly head: Uint8Array;
  readonly signature: Uint8Array;
}

interface AboutAction<K extends ActionKind> extends Common {
  readonly kind: K;
  readonly subject: ActionId;
  readonly body: BodyOf<K>;
}

interface AboutPeer<K extends PeerKind> extends Common {
  readonly kind: K;
  readonly subject: PeerId;
  readonly body: BodyOf<K>;
}

export interface Publication extends AboutAction<"publication"> {
  readonly action: EncodedManifest;
}
export type Verdict = AboutAction<"verdict">;
export type Feedback = AboutAction<"feedback">;
export type Withdrawal = AboutAction<"withdrawal">;
export type Trust = AboutPeer<"trust">;
export type Succession = AboutPeer<"succession">;
export type Equivocation = AboutPeer<"equivocation">;

/** Anything signed and gossiped; `kind` tells which. */
export type SignedRecord = Publication | Verdict | Feedback | Withdrawal | Trust | Succession | Equivocation;

export type RecordOf<K extends Kind> = Extract<SignedRecord, { kind: K }>;
