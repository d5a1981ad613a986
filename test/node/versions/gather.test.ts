import { type ActionId, type Bundle, type PeerId, signRecord } from "@action-collective/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { versionsOf } from "../../../node/src/versions/gather.ts";
import { bundleOf, NETWORK, publicationOf, signerOf } from "../../helpers/records.ts";
import { type SpeakingPeer, speakingPeer } from "../publishing/speaking-peer.ts";

const NAME = "addBusinessDays";
let peer: SpeakingPeer;
beforeEach(() => {
  peer = speakingPeer(1);
});
afterEach(() => peer[Symbol.dispose]());

/** An action of that name, published by the peer with that number. */
function add(tag: string, by: number, created: number): Bundle {
  const bundle = bundleOf({ name: NAME, tags: [tag] });
  const { catalogue } = peer;
  catalogue.transaction(() => {
    catalogue.actions.add(bundle, "network", created);
    catalogue.records.put(publicationOf(bundle, by, { created }), created);
  });
  return bundle;
}

function versions({ id }: Bundle): { id: ActionId; relation: string }[] {
  const { catalogue } = peer;
  const parts = {
    ...{ self: peer.id as PeerId, catalogue, testimony: new Testimony(catalogue.records, NETWORK) },
    reputation: new Reputation({ catalogue, self: peer.id, clock: () => 1_000_000 }),
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

  const { publicKey } = signerOf(2);
  const draft = {
    ...{ kind: "succession", subject: publicKey, revision: 1, created: 2_500 },
    body: { successor: signerOf(3).publicKey },
  } as const;
  peer.catalogue.transaction(() =>
    peer.catalogue.records.put(signRecord(draft, signerOf(2), NETWORK), 2_500),
  );
  const third = add("three", 3, 3_000);
  expect(versions(first)[0]).toEqual({ id: third.id, relation: "successor" });
});
