import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import {
  type Keys,
  MOST_VERSIONS,
  relatedTo,
  type VersionFacts,
} from "../../../node/src/versions/versions.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";

const [author, heir, stranger] = [peerOf(1), peerOf(2), peerOf(3)];
const keys: Keys = {
  heir: (key) => (key === author ? heir : key),
  discredited: () => false,
};
const idOf = (n: number): ActionId => bundleOf({ tags: [`n${n}`] }).id;

function facts(
  n: number,
  by: readonly [typeof author, number][],
  more: Partial<VersionFacts> = {},
): VersionFacts {
  const said = by.map(([who, created]) => ({ author: who, created }));
  return { id: idOf(n), name: "slug", said, firstSeen: n, ...more };
}

test("the author's own words say which is newer, also where it arrived first", () => {
  const self = facts(5, [[author, 100]]);
  const others = [facts(1, [[author, 300]]), facts(9, [[author, 50]]), facts(2, [[author, 200]])];
  expect(relatedTo(self, others, [], keys)).toEqual([
    { id: idOf(1), relation: "successor" },
    { id: idOf(2), relation: "successor" },
    { id: idOf(9), relation: "predecessor" },
  ]);
});

test("a key that succeeds the author's goes on; a stranger of the same name does not", () => {
  const self = facts(1, [[author, 100]]);
  const others = [
    facts(2, [[heir, 200]]),
    facts(3, [[stranger, 300]]),
    facts(4, [[author, 400]], { name: "Slug" }),
  ];
  expect(relatedTo(self, others, [], keys)).toEqual([{ id: idOf(2), relation: "successor" }]);
  const taken = { ...keys, discredited: (key: string) => key === heir };
  expect(relatedTo(self, others, [], taken)).toEqual([]);
});

test("what a stranger publishes again under a date of theirs makes nothing newer", () => {
  const self = facts(1, [[author, 300]]);
  const older = facts(2, [
    [author, 200],
    [stranger, 999],
  ]);
  expect(relatedTo(self, [older], [], keys)).toEqual([{ id: idOf(2), relation: "predecessor" }]);
});

test("duplicates come last, each once, and all of it is bounded", () => {
  const self = facts(1, [[author, 100]]);
  const kin = facts(2, [[author, 200]]);
  expect(relatedTo(self, [kin], [kin.id, idOf(7), self.id], keys)).toEqual([
    { id: kin.id, relation: "successor" },
    { id: idOf(7), relation: "duplicate" },
  ]);
  const many = Array.from({ length: 80 }, (_, n) => facts(n + 10, [[author, 200 + n]]));
  const related = relatedTo(self, many, [], keys);
  expect(related).toHaveLength(MOST_VERSIONS);
  expect(related[0]?.id).toBe(idOf(89));
});
