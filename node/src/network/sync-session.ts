import { decodeSyncAnswer, encodeSyncRequest } from "@action-collective/protocol";
import type { Received } from "./options.ts";
import type { PullOutcome, SyncPull } from "./sync-pull.ts";

export interface SessionParts {
  /** Sends one request frame and waits for the answer. */
  exchange(request: Uint8Array): Promise<Uint8Array>;
  receive(record: Uint8Array): Promise<Received>;
  /** Called after each record: lets others have their turn, when it is time. */
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
    for (const record of records) {
      pull.received(record, await receive(record));
      await breathe();
    }
  }
  return pull.outcome();
}
