import { type ActionId, RecordSet, type SignedRecord, signRecord } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { bundleOf, NETWORK, signerOf, verdictBodyOf } from "../../helpers/records.ts";

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

const sorted = (lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line)).sort();

test("SQL finds the records that count by the protocol's own rule (SPEC §4.11)", () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 40, size: "max" }), (records) => {
      const catalogue = new Catalogue(":memory:");
      const set = new RecordSet();
      for (const record of records) {
        catalogue.records.put(record, 1);
        set.add(record);
      }
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
      catalogue.close();
    }),
    { numRuns: 80 },
  );
});

function opinions(records: readonly SignedRecord[], id: ActionId) {
  return records.flatMap((one) =>
    one.kind === "verdict" && one.subject === id ? [{ author: one.author, outcome: one.body.outcome }] : [],
  );
}
