import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalogue, Intake } from "@action-collective/node";
import { createVerifier, type SignedRecord } from "@action-collective/protocol";
import { addingAction } from "../helpers/adding-action.ts";
import { bundleOf, publicationOf, recordOf, verdictBodyOf } from "../helpers/records.ts";
import { makeDocuments } from "./made-up-documents.ts";

/** The network that the helpers' records are signed for. */
export { NETWORK } from "../helpers/records.ts";

/** Authors of made-up records: far below what one author may fill. */
const AUTHORS = 100;
/** Each record was written a millisecond after the one before. */
const FIRST_CREATED = 1_700_000_000_000;
/** One transaction for so many records: writing them one by one would take most of the bench's time. */
const BATCH = 1_000;

/**
 * Signed records as a grown network has them, always the same: for each made-up action its publication by one peer and a
 * verdict by another. What each holds differs, as descriptions do.
 */
export function* makeRecords(count: number): Generator<SignedRecord> {
  for (let at = 0; at < count; at += 2) {
    const number = at / 2;
    const [document] = makeDocuments(number, 1);
    const { description = "", useWhen = [] } = document ?? {};
    const bundle = bundleOf({ ...addingAction(number), description, useWhen: [...useWhen] });
    const author = number % AUTHORS;
    const created = FIRST_CREATED + at;
    yield publicationOf(bundle, author, 1, created);
    if (at + 1 < count)
      yield recordOf("verdict", bundle, (author + 1) % AUTHORS, verdictBodyOf("pass"), 1, created + 1);
  }
}

/** A home whose catalogue already holds records, for a process that is still to start. */
export interface PreparedHome {
  readonly path: string;
  /** Bytes of the records as they travel. */
  bytes: number;
  records: number;
}

/** Makes homes in one pass over the records: each gets those that its filter lets through, the way every record comes in. */
export async function prepareHomes(
  records: Iterable<SignedRecord>,
  filters: readonly ((at: number) => boolean)[],
): Promise<PreparedHome[]> {
  const homes = await Promise.all(filters.map(prepareHome));
  let at = 0;
  for (const batch of batches(records)) {
    for (const [index, { catalogue, intake, home }] of homes.entries())
      catalogue.transaction(() => {
        for (const [offset, record] of batch.entries()) {
          if (filters[index]?.(at + offset) !== true) continue;
          if (intake.own(record) !== "new") throw new Error("a made-up record was not new");
          home.records++;
          home.bytes += record.bytes.length;
        }
      });
    at += batch.length;
  }
  for (const { catalogue } of homes) catalogue.close();
  return homes.map(({ home }) => home);
}

async function prepareHome() {
  const path = await mkdtemp(join(tmpdir(), "collective-bench-"));
  // Says that this folder is being prepared as a home.
  await writeFile(join(path, "config.json"), "{}\n");
  const catalogue = new Catalogue(join(path, "catalogue.sqlite"));
  const intake = new Intake({
    catalogue,
    verifier: createVerifier(),
    network: "test",
    clock: Date.now,
    log: () => undefined,
    stored: () => undefined,
    equivocated: () => undefined,
  });
  const home: PreparedHome = { path, bytes: 0, records: 0 };
  return { catalogue, intake, home };
}

function* batches<Item>(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
