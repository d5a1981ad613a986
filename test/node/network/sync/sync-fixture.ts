import {
  decodeSyncAnswer,
  decodeSyncRequest,
  type SyncAnswer,
  type SyncRequest,
} from "@action-collective/protocol";
import { DeclinedItems } from "../../../../node/src/network/sync/sync-declined.ts";
import { type PullLimits, type PullOutcome, SyncPull } from "../../../../node/src/network/sync/sync-pull.ts";
import { SyncResponder } from "../../../../node/src/network/sync/sync-responder.ts";
import { runPull } from "../../../../node/src/network/sync/sync-session.ts";
import { TestCatalogue } from "../fixture.ts";

export type Exchange = (request: Uint8Array) => Promise<Uint8Array>;

interface Session {
  readonly exchange: Exchange;
  readonly reader?: TestCatalogue;
  readonly declined?: DeclinedItems;
  readonly limits?: Partial<PullLimits>;
  readonly clock?: { now: number };
}

/** One session without any network in between. */
export async function pull(session: Session): Promise<PullOutcome & { reader: TestCatalogue }> {
  const {
    exchange,
    reader = new TestCatalogue(),
    declined = new DeclinedItems(),
    limits = {},
    clock = { now: 0 },
  } = session;
  const { set, itemOf } = reader.records;
  const machine = new SyncPull({ set, declined, itemOf, now: () => clock.now, limits });
  const receive = (records: readonly Uint8Array[]) => reader.receive(records);
  const outcome = await runPull(machine, { exchange, receive, breathe: () => undefined });
  return { ...outcome, reader };
}

/** An honest neighbour. `asked`: what it was asked, in order. */
export function against(catalogue: TestCatalogue, asked: SyncRequest[] = [], clock = { now: 0 }): Exchange {
  const responder = new SyncResponder({
    records: catalogue.records,
    now: () => clock.now,
    told: () => undefined,
  });
  return async (frame) => {
    const request = decodeSyncRequest(frame);
    asked.push(request);
    return responder.answer("reader", request);
  };
}

/** A neighbour whose answers somebody has a hand in. */
export function tampered(
  catalogue: TestCatalogue,
  change: (answer: SyncAnswer, request: SyncRequest) => SyncAnswer,
  encode: (answer: SyncAnswer) => Uint8Array,
): Exchange {
  const honest = against(catalogue);
  return async (frame) => encode(change(decodeSyncAnswer(await honest(frame)), decodeSyncRequest(frame)));
}

export function catalogueOf(texts: Iterable<string>): TestCatalogue {
  const catalogue = new TestCatalogue();
  for (const text of texts) catalogue.add(text);
  return catalogue;
}

export function texts(count: number, name = "record", size = 12): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`.padEnd(size, "."));
}
