import {
  type ActionId,
  CollectiveError,
  decodeCanonical,
  decodeHead,
  limits,
} from "@action-collective/protocol";
import type { Outcome } from "../intake/intake.ts";
import type { Taken } from "./remote-types.ts";

export interface TakeParts {
  /** The intake: every check that a record from outside goes through. */
  readonly receive: (record: Uint8Array, from: string) => Outcome;
  readonly known: (action: ActionId) => boolean;
}

/**
 * Takes in one record of a neighbour's answer. An answer holds publications and nothing else, and whoever sends them checked
 * them before; so what the intake refuses, and any other kind of record, shows that this neighbour does not play fair.
 */
export function takeAnswer(record: Uint8Array, from: string, { receive, known }: TakeParts): Taken {
  const action = publishedAction(record);
  if (action === undefined) return { kind: "dishonest" };
  const knownBefore = known(action);
  const outcome = receive(record, from);
  if (outcome === "refused") return { kind: "dishonest" };
  return outcome === "new" && !knownBefore ? { kind: "fresh", action } : { kind: "nothing-new" };
}

/** What the record says it publishes; undefined when it is no publication. Nothing is verified here. */
function publishedAction(record: Uint8Array): ActionId | undefined {
  try {
    const parts = decodeCanonical(record, limits.recordBytes);
    const [head] = Array.isArray(parts) ? parts : [];
    if (!(head instanceof Uint8Array)) return undefined;
    const { kind, subject } = decodeHead(head);
    return kind === "publication" ? (subject as ActionId) : undefined;
  } catch (error) {
    if (error instanceof CollectiveError) return undefined;
    throw error;
  }
}
