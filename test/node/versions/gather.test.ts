import type { ActionId, Bundle, PeerId } from "@action-collective/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { versionsOf } from "../../../node/src/versions/gather.ts";
import { bundleOf, NETWORK, peerOf, publicationOf } from "../../helpers/records.ts";
import { type SpeakingPeer, speakingPeer } from "../publishing/speaking-peer.ts";

const NAME = "addBusinessDays";
let peer: SpeakingPeer;
/** Of the second peer's key. */
let heir: PeerId | undefined;
beforeEach(() => {
  heir = undefined;
  peer = speakingPeer(1);
});
afterEach(() => peer[Symbol.dispose]());

/** An action of that name, published by the peer with that number. */
function add(tag: string, by: number, created: number): Bundle {
  const bundle = bundleOf({ name: NAME, tags: [tag] });
  const { catalogue } = peer;
  catalogue.transaction(() => {
    catalogue.actions.add(bundle, "network", created);
    catalogue.records.put(publicationOf(bundle, by, 1, created), created);
  });
  return bundle;
}

function versions({ id }: Bundle): { id: ActionId; relation: string }[] {
  const { catalogue } = peer;
  const reputation = new Reputation({ catalogue, self: peer.id, clock: () => 1_000_000 });
  const parts = {
    ...{ self: peer.id, catalogue, testimony: new Testimony(catalogue.records, NETWORK) },
    reputation: {
      ofAction: (one: ActionId) => reputation.ofAction(one),
      withdrawn: () => false,
      successor: (key: PeerId) => (key === peerOf(2) ? heir : undefined),
      discredited: () => undefined,
    },
    policy: { refusal: () => undefined },
  };
  const action = catalogue.actions.get(id);
  if (action === undefined) throw new Error("it was not added");
  return versionsOf(parts, action, []).map((one) => ({ id: one.id as ActionId, relation: one.relation }));
}

test("however many strangers take the name before, an author's successor is found, and what a heir publishes", () => {
  for (let i = 0; i < 300; i++) add(`flood-${i}`, 9, 10 + i);
  const first = add("one", 2, 1_000);
  const second = add("two", 2, 2_000);
  expect(versions(first)).toEqual([{ id: second.id, relation: "successor" }]);
  expect(versions(second)).toEqual([{ id: first.id, relation: "predecessor" }]);

  heir = peerOf(3);
  const third = add("three", 3, 3_000);
  expect(versions(first)[0]).toEqual({ id: third.id, relation: "successor" });
});

test("what was made here and is published by nobody yet succeeds what this peer published", () => {
  const draft = bundleOf({ name: NAME, tags: ["draft"] });
  const mine = add("mine", 1, 4_000);
  const theirs = add("theirs", 2, 4_000);
  peer.catalogue.transaction(() => peer.catalogue.actions.add(draft, "local", 5_000));
  expect(versions(mine)).toEqual([{ id: draft.id, relation: "successor" }]);
  expect(versions(theirs)).toEqual([]);
});
