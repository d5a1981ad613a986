import { setImmediate } from "node:timers/promises";
import { SyncFrameError } from "./errors.ts";
import {
  MAX_SYNC_FRAME_BYTES,
  MAX_SYNC_PAGES_HELD,
  MAX_SYNC_SESSION_BYTES,
  MAX_SYNC_SESSION_PAGES,
  SYNC_REFUSALS_BEFORE_JUDGING,
} from "./limits.ts";
import type { Cursor, Received } from "./options.ts";
import { decodeResponse, encodeRequest, type SyncResponse } from "./sync-frames.ts";

/** Records are verified in between; past this the loop gets a breath for gossip and pings. */
const BREATH_AFTER_MS = 10;

export interface ReaderParts {
  /** Sends one request frame and waits for the answer. */
  exchange(request: Uint8Array): Promise<Uint8Array>;
  cursor: Cursor | undefined;
  save(cursor: Cursor): void;
  receive(record: Uint8Array): Promise<Received>;
  now(): number;
}

export interface SyncTally {
  received: number;
  new: number;
  /** Not acceptable yet. */
  later: number;
  refused: number;
  bytes: number;
}

export type SyncOutcome =
  /** Nothing follows at present. */
  | { kind: "done"; tally: SyncTally }
  /** The session's bounds were reached; there is more. */
  | { kind: "more"; tally: SyncTally }
  /** It holds records that are early: a later session reads on from before the first of them. */
  | { kind: "held"; tally: SyncTally }
  | { kind: "busy"; retryAfterMs: number; tally: SyncTally }
  /** Most of what it sent was refused. */
  | { kind: "useless"; tally: SyncTally };

/**
 * Reads a neighbour's log from where we stopped, page by page. From the first page on that holds an early record no cursor
 * is saved, or that record would be lost for good; what follows it is still read, within a bound, so that one record (or
 * one wrong clock) does not keep the others from us. Throws SyncFrameError.
 */
export async function readLog(parts: ReaderParts): Promise<SyncOutcome> {
  const tally: SyncTally = { received: 0, new: 0, later: 0, refused: 0, bytes: 0 };
  let cursor: Cursor = parts.cursor ?? { epoch: "", after: 0 };
  let renumbered = false;
  let held = 0;
  for (let pages = 0; pages < MAX_SYNC_SESSION_PAGES && tally.bytes < MAX_SYNC_SESSION_BYTES; pages++) {
    const frame = await parts.exchange(
      encodeRequest({ epoch: cursor.epoch, after: cursor.after, limitBytes: MAX_SYNC_FRAME_BYTES }),
    );
    tally.bytes += frame.length;
    const response = decodeResponse(frame);
    if (response.kind === "busy") return { kind: "busy", retryAfterMs: response.retryAfterMs, tally };
    if (response.epoch !== cursor.epoch) {
      if (renumbered) throw new SyncFrameError("its epoch changed twice in one session");
      renumbered = pages > 0;
    }
    cursor = advance(cursor, response);
    await receiveAll(response.records, parts, tally);
    if (tally.later > 0) held++;
    else parts.save(cursor);
    if (tally.received >= SYNC_REFUSALS_BEFORE_JUDGING && tally.refused * 2 > tally.received) {
      return { kind: "useless", tally };
    }
    if (held >= MAX_SYNC_PAGES_HELD || (held > 0 && response.done)) return { kind: "held", tally };
    if (response.done) return { kind: "done", tally };
  }
  // With a held cursor, more would read the same again at once.
  return { kind: held > 0 ? "held" : "more", tally };
}

/** A page must lead on, or the session could go round for ever. */
function advance(cursor: Cursor, page: SyncResponse & { kind: "page" }): Cursor {
  const from = page.epoch === cursor.epoch ? cursor.after : 0;
  if (page.next < from) throw new SyncFrameError(`it leads back from ${from} to ${page.next}`);
  if (page.next === from && (page.records.length > 0 || !page.done)) {
    throw new SyncFrameError(`it does not lead on from ${from}`);
  }
  return { epoch: page.epoch, after: page.next };
}

async function receiveAll(
  records: readonly Uint8Array[],
  parts: ReaderParts,
  tally: SyncTally,
): Promise<void> {
  let breath = parts.now();
  for (const record of records) {
    const received = await parts.receive(record);
    tally.received++;
    if (received === "new") tally.new++;
    else if (received === "later") tally.later++;
    else if (received === "refused") tally.refused++;
    if (parts.now() - breath > BREATH_AFTER_MS) {
      await setImmediate();
      breath = parts.now();
    }
  }
}
