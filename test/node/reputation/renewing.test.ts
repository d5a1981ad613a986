import { signRecord } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import {
  bundleOf,
  NETWORK,
  peerOf,
  publicationOf,
  recordOf,
  signerOf,
  verdictBodyOf,
} from "../../helpers/records.ts";
import { accuses, action, NOW, peer, succeeds, trusts, verdict } from "./made-up-facts.ts";

const SELF = peer(0);
const FRIEND = peer(1);
const stranger = (i: number) => peer(10_000 + i);

/** Time in which the first view took 5 s to compute; afterwards it stands still, unless told. */
function timer() {
  let elapsed = 0;
  let looks = 0;
  return {
    elapsed: () => {
      looks += 1;
      // Looked at when the model is made, and before and after each view.
      if (looks === 3) elapsed += 5_000;
      return elapsed;
    },
    wait: (ms: number) => {
      elapsed += ms;
    },
  };
}

function slow() {
  const { elapsed, wait } = timer();
  const model = new ReputationModel(SELF, elapsed);
  model.statement(FRIEND, 2);
  expect(model.trust(FRIEND).share).toBe(1);
  return { model, wait };
}

test("what others say of others waits while computing takes too much time, and counts afterwards", () => {
  const { model, wait } = slow();
  for (let i = 0; i < 100; i++) {
    model.record(trusts(FRIEND, stranger(i), 2));
    expect(model.trust(stranger(i)).share).toBe(0);
  }
  expect(model.isBehind).toBe(true);
  wait(30_000);
  expect(model.trust(stranger(1)).share).toBe(0);
  wait(30_000);
  for (let i = 0; i < 100; i++) expect(model.trust(stranger(i)).share).toBeGreaterThan(0);
  expect(model.isBehind).toBe(false);
  model.record(trusts(FRIEND, stranger(100), 2));
  expect(model.trust(stranger(100)).share).toBeGreaterThan(0);
});

test("strangers who name successors wait, too", () => {
  const { model, wait } = slow();
  model.record(succeeds(stranger(1), stranger(2)));
  expect(model.successor(stranger(1))).toBeUndefined();
  wait(60_000);
  expect(model.successor(stranger(1))).toBe(stranger(2));
});

test("a crowd that speaks on one action is not heard all anew with each that joins it", () => {
  const { model, wait } = slow();
  const known = (which: number) => model.score(action(which), NOW).verdicts.fail;
  for (let i = 0; i < 2_000; i++) model.record(verdict(stranger(i), action(1), "fail"));
  expect(known(1)).toBe(2_000);
  model.record(verdict(stranger(2_000), action(1), "fail"));
  model.record(verdict(stranger(2_000), action(2), "fail"));
  expect([known(1), known(2)]).toEqual([2_000, 1]);
  expect(model.isBehind).toBe(true);
  wait(60_000);
  expect(known(1)).toBe(2_001);
  model.record(verdict(stranger(2_001), action(1), "fail"));
  expect(known(1)).toBe(2_002);
});

test("meanwhile verdicts count at once, and so do the user's word and proofs against somebody", () => {
  const { model } = slow();
  model.record(trusts(FRIEND, stranger(1), 2));
  const before = model.score(action(1), NOW).value;
  model.record(verdict(FRIEND, action(1), "pass"));
  expect(model.isBehind).toBe(true);
  const praised = model.score(action(1), NOW).value;
  expect(praised).toBeGreaterThan(before);
  model.record(accuses(stranger(1), FRIEND));
  expect(model.isBehind).toBe(true);
  expect(model.rater(FRIEND).value).toBe(0);
  model.statement(peer(2), 2);
  expect(model.trust(peer(2)).share).toBeGreaterThan(0);
});

test("the same word on somebody, said again, changes nothing that must be computed", () => {
  const { model, wait } = slow();
  model.record(trusts(FRIEND, peer(2), 2));
  model.record(succeeds(peer(3), peer(4)));
  wait(60_000);
  expect(model.trust(peer(2)).share).toBeGreaterThan(0);
  model.record(trusts(FRIEND, peer(2), 2, { revision: 2 }));
  model.record(succeeds(peer(3), peer(4), { revision: 2 }));
  expect(model.isBehind).toBe(false);
  model.record(trusts(FRIEND, peer(2), 1, { revision: 3 }));
  expect(model.isBehind).toBe(true);
});

test("a score that leaves out what was said last is not kept: it is right as soon as it may be", () => {
  const catalogue = new Catalogue(":memory:");
  const bundle = bundleOf();
  const [friend, praiser] = [2, 3];
  catalogue.records.put(publicationOf(bundle, 1), 1);
  catalogue.records.put(recordOf("verdict", bundle, praiser, verdictBodyOf("pass")), 1);
  catalogue.trust.put({ peer: peerOf(friend), level: 2, reason: "", since: 1, published: false });
  const { elapsed, wait } = timer();
  const reputation = new Reputation({ catalogue, self: peerOf(9), clock: () => 2_000, elapsed });
  const score = () => reputation.ofAction(bundle.id).value;
  const vouch = (about: number) => {
    const body = { level: 2, reason: "" } as const;
    const draft = {
      kind: "trust",
      subject: signerOf(about).publicKey,
      revision: 1,
      created: 1,
      body,
    } as const;
    catalogue.records.put(signRecord(draft, signerOf(friend), NETWORK), 1);
  };
  const unknown = score();
  vouch(praiser);
  expect(score()).toBe(unknown);
  wait(60_000);
  expect(score()).toBeGreaterThan(unknown);
});
