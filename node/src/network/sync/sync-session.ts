import { decodeSyncAnswer, encodeSyncRequest } from "@action-collective/protocol";
import { SYNC_RUN } from "../limits.ts";
import type { Received } from "../options.ts";
import type { PullOutcome, SyncPull } from "./sync-pull.ts";

export interface SessionParts {
  /** Sends one request frame and waits for the answer. */
  exchange(request: Uint8Array): Promise<Uint8Array>;
  /** Takes in a run of records, at most `SYNC_RUN`; says what became of each, in order. */
  receive(records: readonly Uint8Array[]): Promise<readonly Received[]>;
  /** Called after each run: lets others have their turn, when it is time. */
  breathe(): Promise<void> | void;
}

/**
 * Drives one pull to its end. While the records of one answer are taken in, the next answer is already on its way, so that
 * the round trip costs nothing. Rejects with SyncFrameError, and with whatever the parts reject with.
 */
export async function runPull(
  pull: SyncPull,
  { exchange, receive, breathe }: SessionParts,
): Promise<PullOutcome> {
  const ask = (): Promise<Uint8Array> | undefined => {
    const request = pull.next();
    if (request === undefined) return undefined;
    const answer = exchange(encodeSyncRequest(request));
    // It is awaited below; should taking in fail before that, its own failure is nobody's concern any more.
    answer.catch(() => undefined);
    return answer;
  };
  for (let pending = ask(); pending !== undefined; ) {
    const frame = await pending;
    const records = pull.take(decodeSyncAnswer(frame), frame.length);
    pending = ask();
    for (let at = 0; at < records.length; at += SYNC_RUN) {
      const run = records.slice(at, at + SYNC_RUN);
      const outcomes = await receive(run);
      for (const [index, record] of run.entries()) pull.received(record, outcomes[index] ?? "refused");
      await breathe();
    }
  }
  return pull.outcome();
}
