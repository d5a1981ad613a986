import { join } from "node:path";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Finder } from "../../../node/src/finding/finder.ts";
import { GATHER_BOUNDS } from "../../../node/src/finding/gather.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { documentOf } from "../../../node/src/search/document.ts";
import { MAX_COUNT, SearchIndex } from "../../../node/src/search/search-index.ts";
import { HashEmbedder } from "../../helpers/hash-embedder.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

/** A finder over the index that a peer has, with the catalogue on disk. */
async function realFinder(path: string) {
  const catalogue = new Catalogue(join(path, "catalogue.sqlite"));
  const log = { info: () => undefined, warn: () => undefined };
  const index = await SearchIndex.open({
    database: catalogue.database,
    indexFile: join(path, "vectors.index"),
    log,
    embedder: new HashEmbedder(),
  });
  const reputation = new Reputation({ catalogue, self: peerOf(0), clock: () => 1_000 });
  const finder = new Finder({ source: index, catalogue, reputation });
  return {
    finder,
    index,
    publish: (n: number, name: string, description: string, tags: string[] = []) => {
      const bundle = bundleOf({ name, description, tags, code: `export default () => ${n};\n` });
      catalogue.transaction(() => {
        catalogue.actions.add(bundle, "network", n);
        index.add(documentOf(bundle.id, bundle.manifest));
      });
      return bundle;
    },
    async [Symbol.asyncDispose]() {
      await index.stop();
      catalogue.close();
    },
  };
}

test("over the real index: filters, near-duplicates and copies on demand", async () => {
  await using folder = await temporaryFolder();
  await using peer = await realFinder(folder.path);
  const sort = peer.publish(1, "sortNumbers", "Sorts a list of numbers.", ["rare"]);
  const near = peer.publish(2, "sortNumbers", "Sorts a given list of numbers quickly.");
  for (let n = 3; n < 60; n++) peer.publish(n, `other${n}`, `Handles numbers of kind ${n}.`);
  await peer.index.settled();
  const query = "sort a list of numbers";
  const [first, second] = await peer.finder.find({ query, limit: 10 });
  expect(first).toMatchObject({ id: sort.id, similar: [near.id] });
  expect(first?.parts.cosine).toBeGreaterThan(0.5);
  expect(second?.id).not.toBe(near.id);
  const apart = await peer.finder.find({ query, limit: 2, collapse: false });
  expect(apart.map(({ id }) => id)).toEqual([sort.id, near.id]);
  const rare = await peer.finder.find({ query: "kind 17", limit: 10, filters: { tags: ["rare"] } });
  expect(rare.map(({ id }) => id)).toEqual([sort.id]);
  expect(await peer.finder.find({ query, limit: 50, filters: { seenAfter: 30 } })).toHaveLength(30);
  const found = await peer.finder.nearDuplicatesOf(near.id, near.manifest);
  expect(found.map(({ known }) => known.id)).toEqual([sort.id]);
});

test("never asks the index for more than it gives", () => {
  const page = 256;
  expect(Math.max(GATHER_BOUNDS.last, GATHER_BOUNDS.scanned + page)).toBeLessThanOrEqual(MAX_COUNT);
});
