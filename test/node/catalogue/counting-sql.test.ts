import {
  type ActionId,
  type PeerId,
  RecordSet,
  type SignedRecord,
  signRecord,
} from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { bundleOf, NETWORK, peerOf, signerOf, verdictBodyOf } from "../../helpers/records.ts";

const bundles = [bundleOf(), bundleOf({ name: "triple" })];
const AUTHORS = [1, 2];

/** Few values of everything, so that revisions, moments and withdrawals meet at their edges. */
const small = fc.integer({ min: 1, max: 4 });
const anyRecord: fc.Arbitrary<SignedRecord> = fc
  .record({
    kind: fc.constantFrom("publication", "verdict", "feedback", "withdrawal", "compromise"),
    author: fc.constantFrom(...AUTHORS),
    bundle: fc.constantFrom(...bundles),
    outcome: fc.constantFrom("pass" as const, "fail" as const, "unknown" as const),
    revision: small,
    created: small,
    number: small,
  })
  .map(({ kind, author, bundle, outcome, revision, created, number }) => {
    const signer = signerOf(author);
    const about = { subject: bundle.cid, revision, created };
    const sign = (draft: Parameters<typeof signRecord>[0]) => signRecord(draft, signer, NETWORK);
    switch (kind) {
      case "publication":
        return sign({ ...about, kind, body: { manifest: bundle.bytes } });
      case "verdict":
        return sign({ ...about, kind, body: verdictBodyOf(outcome) });
      case "feedback":
        return sign({ ...about, kind, body: { runs: number, succeeded: 1, useful: number, useless: 0 } });
      case "withdrawal":
        return sign({ ...about, kind, body: { upTo: number, reason: "" } });
      default:
        return sign({
          kind: "succession",
          subject: signer.publicKey,
          revision: Number.MAX_SAFE_INTEGER - number,
          created: number + created,
          body: { compromisedSince: number },
        });
    }
  });

const standings = fc.constantFrom("passed" as const, "failed" as const, "pending" as const);
const sorted = (lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line)).sort();

test("SQL finds the records that count by the protocol's own rule (SPEC §4.11), and the same agreement", () => {
  fc.assert(
    fc.property(
      fc.array(anyRecord, { maxLength: 40, size: "max" }),
      fc.tuple(standings, standings),
      (records, proved) => {
        const catalogue = new Catalogue(":memory:");
        const set = new RecordSet();
        for (const record of records) {
          catalogue.records.put(record, 1);
          set.add(record);
        }
        bundles.forEach((bundle, i) => {
          catalogue.actions.add(bundle, "network", 1);
          const standing = proved[i] ?? "pending";
          catalogue.actions.change(bundle.id, { standing, reason: "", attempts: 0, due: 0 });
        });
        const testimony = new Testimony(catalogue.records, NETWORK);
        const live = [...set.live()];
        for (const { id } of bundles) {
          expect(sorted(testimony.publishers(id))).toEqual(
            sorted(
              live.flatMap((one) => (one.kind === "publication" && one.subject === id ? [one.author] : [])),
            ),
          );
          expect(sorted(testimony.opinions(id))).toEqual(sorted(opinions(live, id)));
          expect(sorted(opinions(testimony.verdicts(id), id))).toEqual(sorted(opinions(live, id)));
          expect(sorted(testimony.experiences(id))).toEqual(
            sorted(
              live.flatMap((one) => {
                if (one.kind !== "feedback" || one.subject !== id) return [];
                const { runs, succeeded, useful, useless } = one.body;
                return [{ author: one.author, runs, succeeded, useful, useless }];
              }),
            ),
          );
        }
        const standingOf = (id: ActionId) => catalogue.actions.standing(id);
        for (const author of AUTHORS.map(peerOf))
          expect(testimony.agreement(author)).toEqual(agreement(live, author, standingOf));
        catalogue.close();
      },
    ),
    { numRuns: 80 },
  );
});

function opinions(records: readonly SignedRecord[], id: ActionId) {
  return records.flatMap((one) =>
    one.kind === "verdict" && one.subject === id ? [{ author: one.author, outcome: one.body.outcome }] : [],
  );
}

function agreement(
  records: readonly SignedRecord[],
  author: PeerId,
  standingOf: (id: ActionId) => string | undefined,
) {
  const counts = { agreements: 0, disagreements: 0 };
  for (const one of records) {
    if (one.kind !== "verdict" || one.author !== author || one.body.outcome === "unknown") continue;
    const mine = standingOf(one.subject);
    if (mine !== "passed" && mine !== "failed") continue;
    counts[(mine === "passed") === (one.body.outcome === "pass") ? "agreements" : "disagreements"] += 1;
  }
  return counts;
}

test("only a rater's newest verdicts are counted", () => {
  const catalogue = new Catalogue(":memory:");
  const signer = signerOf(1);
  bundles.forEach((bundle, i) => {
    catalogue.actions.add(bundle, "network", 1);
    catalogue.actions.change(bundle.id, { standing: "passed", reason: "", attempts: 0, due: 0 });
    const body = verdictBodyOf(i === 0 ? "fail" : "pass");
    const draft = { kind: "verdict", subject: bundle.cid, revision: 1, created: 1, body } as const;
    catalogue.records.put(signRecord(draft, signer, NETWORK), 1);
  });
  expect(catalogue.records.agreement(peerOf(1), 2)).toEqual({ agreements: 1, disagreements: 1 });
  expect(catalogue.records.agreement(peerOf(1), 1)).toEqual({ agreements: 1, disagreements: 0 });
  catalogue.close();
});
