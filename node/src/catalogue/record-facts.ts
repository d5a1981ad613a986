import type { Outcome, SignedRecord } from "@action-collective/protocol";
import type { Counters } from "./types.ts";

/** What of a record's body is kept in columns of its own; null where its kind has no such thing. */
export interface RecordFacts extends Readonly<Record<keyof Counters, number | null>> {
  readonly outcome: Outcome | null;
  readonly upTo: number | null;
  readonly compromisedSince: number | null;
  readonly level: number | null;
}

const NOTHING: RecordFacts = {
  outcome: null,
  runs: null,
  succeeded: null,
  useful: null,
  useless: null,
  upTo: null,
  compromisedSince: null,
  level: null,
};

/** Pure. */
export function factsOf(record: SignedRecord): RecordFacts {
  switch (record.kind) {
    case "verdict":
      return { ...NOTHING, outcome: record.body.outcome };
    case "feedback": {
      const { runs, succeeded, useful, useless } = record.body;
      return { ...NOTHING, runs, succeeded, useful, useless };
    }
    case "trust":
      return { ...NOTHING, level: record.body.level };
    case "withdrawal":
      return { ...NOTHING, upTo: record.body.upTo };
    case "succession":
      return "compromisedSince" in record.body
        ? { ...NOTHING, compromisedSince: record.body.compromisedSince }
        : NOTHING;
    default:
      return NOTHING;
  }
}
