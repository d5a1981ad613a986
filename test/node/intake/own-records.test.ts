import { createSigner, createVerifier, peerIdOfKey } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Intake } from "../../../node/src/intake/intake.ts";
import { Announcer } from "../../../node/src/publishing/announcer.ts";
import { RegistersFullError } from "../../../node/src/publishing/errors.ts";
import { bundleOf, NETWORK, publicationOf, verdictBodyOf } from "../../helpers/records.ts";

const signer = createSigner(new Uint8Array(32).fill(9));
const NOW = 1_000_000;
const self = peerIdOfKey(signer.publicKey);

/** A peer whose catalogue counts as filled like this, by its own key and by everybody. */
function peer(own: number, everybody: number) {
  const catalogue = new Catalogue(":memory:");
  const fill = catalogue.database.prepare("INSERT INTO authors (author, records) VALUES (?, ?)");
  fill.run(self, own);
  fill.run("*", everybody);
  const time = { now: NOW };
  const common = { catalogue, network: NETWORK, clock: () => time.now, log: () => undefined };
  const intake = new Intake({
    ...common,
    verifier: createVerifier(),
    stored: () => undefined,
    equivocated: () => undefined,
  });
  const announcer = new Announcer({
    ...common,
    signer,
    self,
    intake,
    gossip: async () => ({ recipients: 0 }),
  });
  return { catalogue, intake, announcer, time };
}

const bundle = bundleOf();
const publication = { manifest: bundle.bytes };

test("a catalogue that strangers filled still takes what its own user publishes", () => {
  const { catalogue, intake, announcer } = peer(0, 500_000);
  expect(intake.receive(publicationOf(bundle, 1).bytes, "x", "sync")).toBe("limited");
  const record = announcer.store("publication", bundle.id, publication);
  expect(catalogue.records.holder(self, "publication", bundle.id)?.bytes).toEqual(record.bytes);
  expect(catalogue.actions.standing(bundle.id)).toBe("pending");
});

test("what a peer says by itself leaves room for what its user says", () => {
  const { catalogue, announcer } = peer(9_000, 9_000);
  announcer.store("verdict", bundle.id, verdictBodyOf("pass"));
  expect(announcer.has("verdict", bundle.id)).toBe(false);
  announcer.store("publication", bundle.id, publication);
  expect(announcer.has("publication", bundle.id)).toBe(true);
  expect(catalogue.records.count()).toBe(9_001);
});

test("a key that filled all its registers is told so, and nothing seems published that is not stored", () => {
  const { catalogue, announcer } = peer(10_000, 10_000);
  expect(() => announcer.store("publication", bundle.id, publication)).toThrow(RegistersFullError);
  expect(announcer.has("publication", bundle.id)).toBe(false);
  expect(catalogue.actions.get(bundle.id)).toBeUndefined();
});

test("what was published under a clock that was ahead is said anew, so that others take it, once the clock is right", () => {
  const { catalogue, announcer, time } = peer(0, 0);
  const day = 24 * 60 * 60_000;
  time.now += day;
  const ahead = announcer.store("publication", bundle.id, publication);
  expect(announcer.has("publication", bundle.id)).toBe(true);
  time.now -= day;
  expect(announcer.has("publication", bundle.id)).toBe(false);
  const again = announcer.store("publication", bundle.id, publication);
  expect(again.revision).toBe(ahead.revision + 1);
  expect(again.created).toBe(NOW);
  expect(catalogue.records.holder(self, "publication", bundle.id)?.bytes).toEqual(again.bytes);
  expect(announcer.has("publication", bundle.id)).toBe(true);
});
