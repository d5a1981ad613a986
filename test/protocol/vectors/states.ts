import { type PeerId, peerIdOfKey, RecordSet, type SignedRecord } from "@action-collective/protocol";
import { CREATED, hex, NETWORK } from "./material.ts";
import { alice, bob, goodRecords } from "./records.ts";

/** Sets of records and what they amount to (SPEC §4.2–§4.11). The order within a set says nothing. */
const sets: Record<string, readonly string[]> = {
  nothing: [],
  "higher revision wins": ["publication", "publication, revision 2"],
  "one revision, two records": ["feedback", "feedback, same revision"],
  "a proof without what it proves": ["equivocation"],
  "withdrawn publication": ["publication", "withdrawal"],
  "published again after withdrawal": ["publication", "withdrawal", "publication, revision 2"],
  "named successor": ["publication", "succession, rotation"],
  "compromise voids what came later": ["publication", "trust", "succession, compromise"],
  "compromise voids the naming of a successor": ["succession, rotation", "succession, compromise"],
  "compromise leaves proofs standing": ["equivocation", "succession, compromise"],
};

export function stateVectors(): unknown {
  const records = goodRecords();
  const vectors = Object.entries(sets).map(([name, members]) => {
    const set = new RecordSet();
    const all = members.map((member) => records[member]).filter((record) => record !== undefined);
    for (const record of all) set.add(record);
    return { name, records: all.map(hexOf), state: stateOf(set) };
  });
  return {
    spec: "§4.2–§4.11",
    network: NETWORK,
    freshness: [
      { created: CREATED, now: CREATED - 600_000, fresh: true },
      { created: CREATED, now: CREATED - 600_001, fresh: false },
      { created: 0, now: CREATED, fresh: true },
    ],
    vectors,
  };
}

const hexOf = (record: SignedRecord): string => hex(record.bytes);

export function stateOf(set: RecordSet): unknown {
  const keys = [alice, bob].map(({ publicKey }): PeerId => peerIdOfKey(publicKey));
  return {
    live: [...set.live()].map((record) => record.id).sort(),
    keys: keys.map((peer) => {
      const { equivocated, compromisedSince = null, successor = null } = set.key(peer);
      return { peer, equivocated, compromisedSince, successor };
    }),
    fingerprint: set.fingerprint(),
  };
}
