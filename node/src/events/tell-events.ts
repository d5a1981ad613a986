import type { ActionId, PeerEvent, SignedRecord } from "@action-collective/protocol";
import type { KnownAction } from "../catalogue/types.ts";
import type { Via } from "../intake/intake.ts";
import type { EventHub } from "./event-hub.ts";

export interface TellParts {
  readonly hub: Pick<EventHub, "listened" | "publish">;
  readonly actions: { get(id: ActionId): KnownAction | undefined };
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const OUTCOMES = { passed: "pass", failed: "fail", pending: "unknown", unknown: "unknown" } as const;

/** What the stations call; nothing is looked up or put together while nobody listens. */
export function tellEvents({ hub, actions, clock }: TellParts) {
  const tell = (event: () => PeerEvent | undefined) => {
    const happened = hub.listened ? event() : undefined;
    if (happened !== undefined) hub.publish(happened);
  };
  return {
    /** A record that was new here. */
    arrived: (record: SignedRecord, via: Via) => tell(() => arrivedEvent(record, via, clock())),
    /** An action's standing may be another than before. */
    verified: (id: ActionId) =>
      tell(() => {
        const action = actions.get(id);
        return action === undefined ? undefined : verifiedEvent(action, clock());
      }),
    /** Rules, lists or trust are others than before. */
    rules: () => tell(() => ({ type: "rules", at: clock() })),
  };
}

function arrivedEvent(record: SignedRecord, via: Via, at: number): PeerEvent {
  const { kind, author, subject } = record;
  const name = record.kind === "publication" ? { name: record.action.manifest.name } : {};
  return { type: "arrived", kind, author, subject, ...name, via: via === "ask" ? "answer" : via, at };
}

function verifiedEvent({ id, manifest, standing, reason }: KnownAction, at: number): PeerEvent {
  return { type: "verified", id, name: manifest.name, outcome: OUTCOMES[standing], reason, at };
}
