import type { IncomingMessage, ServerResponse } from "node:http";
import type { SignedRecord } from "@action-collective/protocol";
import type { Outcome, Via } from "../intake/intake.ts";
import type { NetworkOptions } from "../network/options.ts";
import type { GateDecision } from "../policy/gate.ts";
import type { CallOutcome } from "../sandbox/types.ts";
import type { ReasonCode } from "../verification/report.ts";
import type { Urgency } from "../verification/verification.ts";

/** Somebody began something; called once it has ended. */
export type Ended<How> = (how: How) => void;

/** How a verification ended: the judge's code, or why there was no report. */
export type VerificationEnd = ReasonCode | "content-unavailable" | "not-finished";

/** What a search came to. */
export interface SearchEnd {
  readonly outcome: "answered" | "failed";
  readonly weak: boolean;
  /** Neighbours were asked as well. */
  readonly asked: boolean;
}

/** What a peer is given so that it is measured. */
export interface PeerMeasures {
  readonly meter: Meter;
  /** What libp2p measures. */
  readonly libp2p: NonNullable<NetworkOptions["metrics"]>;
}

/**
 * What the stations say of their work to whoever measures it: each gets the one function it needs, and none where nobody
 * measures. None of them may throw, and nothing that names an action, a peer or a person is handed over but in `request`,
 * whose path is matched with the contract's routes.
 */
export interface Meter {
  /** Of a record, or of bytes that are none. */
  readonly record: (kind: SignedRecord["kind"] | "unreadable", via: Via, outcome: Outcome) => void;
  readonly gate: (decision: GateDecision["decision"]) => void;
  /** @returns told "ok", "cancelled" or the error's code */
  readonly run: (caller: "user" | "agent") => Ended<string>;
  readonly verification: (urgency: Urgency) => Ended<VerificationEnd>;
  readonly sandboxCall: () => Ended<CallOutcome["status"] | "aborted">;
  readonly search: () => Ended<SearchEnd>;
  readonly request: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
}
