import { createVerifier, decodeSyncRequest, limits } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../../node/src/catalogue/catalogue.ts";
import { Intake, syncVerdict } from "../../../../node/src/intake/intake.ts";
import { DeclinedItems } from "../../../../node/src/network/sync/sync-declined.ts";
import { type PullOutcome, SyncPull } from "../../../../node/src/network/sync/sync-pull.ts";
import { SyncResponder } from "../../../../node/src/network/sync/sync-responder.ts";
import { runPull } from "../../../../node/src/network/sync/sync-session.ts";
import { bundleOf, NETWORK, publicationOf } from "../../../helpers/records.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

class Peer {
  readonly catalogue = new Catalogue(":memory:");
  readonly intake: Intake;
  readonly #declined = new DeclinedItems();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.intake = new Intake({
      catalogue: this.catalogue,
      verifier: createVerifier(),
      network: NETWORK,
      clock,
      stored: () => undefined,
      equivocated: () => undefined,
      log: () => undefined,
    });
  }

  async readFrom(other: Peer): Promise<PullOutcome> {
    const { live } = this.catalogue.records;
    const now = this.#clock;
    const responder = new SyncResponder({
      records: other.catalogue.records.live,
      now,
      told: () => undefined,
    });
    const pull = new SyncPull({
      set: live.set,
      declined: this.#declined,
      itemOf: (record) => live.itemOf(record),
      now,
    });
    return await runPull(pull, {
      exchange: async (frame) => responder.answer("reader", decodeSyncRequest(frame)),
      receive: async (records) => this.intake.receiveRun(records, "author").map(syncVerdict),
      breathe: () => undefined,
    });
  }
}

test("what was published under a clock a day ahead is taken as soon as it is due, and costs next to nothing until then", async () => {
  let now = 1_700_000_000_000;
  const right = () => now;
  let ahead = DAY;
  const author = new Peer(() => now + ahead);
  const reader = new Peer(right);
  const written = Array.from({ length: 100 }, (_, n) =>
    publicationOf(bundleOf({ name: `action${n}` }), 1, 1, now + DAY),
  );
  for (const record of written) expect(author.intake.own(record)).toBe("new");
  author.intake.own(publicationOf(bundleOf(), 2, 1, now));
  const first = await reader.readFrom(author);
  expect(first).toMatchObject({ kind: "done", tally: { received: 101, new: 1, later: 100, refused: 0 } });

  // The author's clock is put right, and nobody says anything of those records again.
  ahead = 0;
  const due = now + DAY - limits.clockSkewMs;
  let received = 0;
  for (; now < due; now += 30_000) received += (await reader.readFrom(author)).tally.received;
  expect(reader.catalogue.records.count()).toBe(1);
  // Once in ten minutes, in case the clock that is wrong is the reader's own.
  expect(received).toBeLessThanOrEqual(100 * (DAY / (10 * MINUTE)));
  now = due + 30_000;
  await reader.readFrom(author);
  expect(reader.catalogue.records.count()).toBe(101);
});
