import { signRecord } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import type { Outcome, Report } from "../../../node/src/verification/report.ts";
import { Verification, type VerificationParts } from "../../../node/src/verification/verification.ts";
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
const SELF = 9;
const PUBLISHER = 1;

/** An action that others speak of, and a real verification that settles what its test is said to have found. */
function setUp() {
  const catalogue = new Catalogue(":memory:");
  let now = 1_000_000;
  const hear = (author: number, outcome: Outcome, revision = 1, about = bundle) => {
    now += 1;
    catalogue.records.put(recordOf("verdict", about, author, verdictBodyOf(outcome), revision), now);
  };
  const parts = { catalogue, self: peerOf(SELF), clock: () => now, changed: () => {} };
  const verification = new Verification(parts as unknown as VerificationParts);
  const answer = (outcome: Outcome) =>
    catalogue.transaction(() =>
      verification.settle(bundle.id, {
        outcome,
        reason: outcome,
        runner: { runner: "runner/1", deno: "2.9.6", layers: [] },
      } as unknown as Report),
    );
  // Of the library, so that nothing is signed; somebody publishes it all the same.
  catalogue.actions.add(bundle, "library", 1);
  catalogue.records.put(publicationOf(bundle, PUBLISHER), 1);
  const audits = () =>
    catalogue.audits
      .of(bundle.id)
      .map(({ rater, said, repeated }) => [rater, said, repeated])
      .toSorted();
  return { catalogue, hear, answer, audits };
}

test("who had spoken is audited once, in the order in which it was heard, repetition and all", () => {
  const { catalogue, hear, answer, audits } = setUp();
  hear(PUBLISHER, "pass");
  hear(SELF, "pass");
  hear(4, "pass");
  hear(3, "fail");
  hear(2, "pass");
  hear(5, "unknown");
  hear(6, "fail", 1, bundleOf({ name: "triple" }));
  expect(audits()).toEqual([]);
  answer("pass");
  const expected = [
    [peerOf(2), "pass", 1],
    [peerOf(3), "fail", 0],
    [peerOf(4), "pass", 0],
  ].toSorted();
  expect(audits()).toEqual(expected);
  expect([...catalogue.audits.all()]).toHaveLength(3);

  // Too late to earn, too late to take back; and the second answer changes nothing either.
  hear(7, "pass");
  hear(3, "pass", 2);
  hear(2, "unknown", 2);
  answer("fail");
  expect(audits()).toEqual(expected);
  expect(catalogue.actions.standing(bundle.id)).toBe("failed");
});

test("what the machine could not find out answers nothing: who speaks before the answer is in time", () => {
  const { hear, answer, audits } = setUp();
  hear(2, "pass");
  answer("unknown");
  expect(audits()).toEqual([]);
  hear(3, "pass");
  answer("pass");
  expect(audits()).toEqual(
    [
      [peerOf(2), "pass", 0],
      [peerOf(3), "pass", 1],
    ].toSorted(),
  );
});

test("a word that was changed before the answer counts as it is then, and from when it was changed", () => {
  const { hear, answer, audits } = setUp();
  hear(2, "pass");
  hear(3, "fail");
  hear(2, "fail", 2);
  answer("fail");
  expect(audits()).toEqual(
    [
      [peerOf(2), "fail", 1],
      [peerOf(3), "fail", 0],
    ].toSorted(),
  );
});

test("what a stolen key said is not held against anybody, nor for it", () => {
  const { catalogue, hear, answer, audits } = setUp();
  hear(2, "pass");
  hear(3, "pass");
  const { publicKey } = signerOf(2);
  const body = { compromisedSince: 500 };
  const revision = Number.MAX_SAFE_INTEGER - 500;
  const draft = { kind: "succession", subject: publicKey, revision, created: 2_000, body } as const;
  catalogue.records.put(signRecord(draft, signerOf(2), NETWORK), 2);
  answer("pass");
  expect(audits()).toEqual([[peerOf(3), "pass", 0]]);
});

test("an answer that is rolled back leaves no audit", () => {
  const { catalogue, hear, answer, audits } = setUp();
  hear(2, "pass");
  expect(() =>
    catalogue.transaction(() => {
      answer("pass");
      throw new Error("the disk is full");
    }),
  ).toThrow("the disk is full");
  expect(audits()).toEqual([]);
  hear(3, "fail");
  answer("pass");
  expect(audits()).toHaveLength(2);
});
