import { signRecord } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import {
  bundleOf,
  NETWORK,
  peerOf,
  publicationOf,
  recordOf,
  signerOf,
  verdictBodyOf,
} from "../../helpers/records.ts";

const bundle = bundleOf();

function setUp() {
  const catalogue = new Catalogue(":memory:");
  for (const author of [1, 2]) catalogue.records.put(publicationOf(bundle, author), 1);
  catalogue.records.put(recordOf("verdict", bundle, 1, verdictBodyOf("pass")), 1);
  return { catalogue, testimony: new Testimony(catalogue.records, NETWORK) };
}

test("a withdrawn publication no longer counts, others' do, and publishing again does (SPEC §4.8)", () => {
  const { catalogue, testimony } = setUp();
  expect(testimony.publishers(bundle.id)).toEqual([peerOf(1), peerOf(2)]);
  catalogue.records.put(recordOf("withdrawal", bundle, 1, { upTo: 1, reason: "wrong" }), 2);
  expect(testimony.publishers(bundle.id)).toEqual([peerOf(2)]);
  catalogue.records.put(publicationOf(bundle, 1, 2), 3);
  expect(new Set(testimony.publishers(bundle.id))).toEqual(new Set([peerOf(1), peerOf(2)]));
});

test("what a compromised key signed since then does not count (SPEC §4.9)", () => {
  const { catalogue, testimony } = setUp();
  const { publicKey } = signerOf(1);
  const body = { compromisedSince: 1000 };
  const draft = {
    kind: "succession",
    subject: publicKey,
    revision: Number.MAX_SAFE_INTEGER - 1000,
    created: 5000,
    body,
  } as const;
  catalogue.records.put(signRecord(draft, signerOf(1), NETWORK), 2);
  expect(testimony.publishers(bundle.id)).toEqual([peerOf(2)]);
  expect(testimony.verdicts(bundle.id)).toEqual([]);
});

test("likely holders are the publishers, then those whose test passed, never oneself", () => {
  const { catalogue, testimony } = setUp();
  catalogue.records.put(recordOf("verdict", bundle, 3, verdictBodyOf("pass")), 1);
  catalogue.records.put(recordOf("verdict", bundle, 4, verdictBodyOf("fail")), 1);
  expect(testimony.likelyHolders(bundle.id, peerOf(2), 9)).toEqual([peerOf(1), peerOf(3)]);
});
