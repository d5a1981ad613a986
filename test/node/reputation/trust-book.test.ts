import { createVerifier, type SignedRecord, signRecord } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Intake } from "../../../node/src/intake/intake.ts";
import { Announcer } from "../../../node/src/publishing/announcer.ts";
import { TrustBook } from "../../../node/src/reputation/trust-book.ts";
import { NETWORK, peerOf, signerOf } from "../../helpers/records.ts";

const SELF = 9;
const NOW = 1_000_000;
const [self, friend, stranger] = [peerOf(SELF), peerOf(2), peerOf(3)];

/** A trust book over a real catalogue, intake and announcer; what is gossiped is caught. */
function setUp(most?: number) {
  const catalogue = new Catalogue(":memory:");
  const time = { now: NOW };
  const gossiped: Uint8Array[] = [];
  const common = { catalogue, network: NETWORK, clock: () => time.now, log: () => undefined };
  let book: TrustBook | undefined;
  const intake = new Intake({
    ...common,
    verifier: createVerifier(),
    stored: (record: SignedRecord, via) => {
      if (record.kind === "trust" && via !== "own") book?.recover(record);
    },
    equivocated: () => undefined,
  });
  const announcer = new Announcer({
    ...common,
    ...{ self, signer: signerOf(SELF), intake },
    gossip: async (bytes) => {
      gossiped.push(bytes);
      return { recipients: 1 };
    },
  });
  book = new TrustBook({ catalogue, announcer, self, clock: () => time.now }, most);
  /** The levels that records of this key say of a peer, as others read them. */
  const published = (peer = friend) =>
    catalogue.records
      .after(0, 1_000)
      .flatMap(({ kind, author, subject, level }) =>
        kind === "trust" && author === self && subject === peer ? [level] : [],
      );
  return { book, catalogue, intake, time, gossiped, published };
}

test("what is not published stays here", async () => {
  const { book, gossiped, published, time } = setUp();
  const said = await book.say({ peer: friend, level: 2, reason: "works\nnext\tdoor\u202e " });
  expect(said).toEqual({ peer: friend, level: 2, reason: "works next door?", since: NOW, published: false });
  time.now += 1;
  await book.say({ peer: stranger, level: -1 });
  expect(book.of(friend)).toEqual(said);
  expect(book.list().map(({ peer, level }) => [peer, level])).toEqual([
    [stranger, -1],
    [friend, 2],
  ]);
  expect(published()).toEqual([]);
  expect(gossiped).toEqual([]);
});

test("what is published is signed and gossiped, and taken back there when it becomes local", async () => {
  const { book, gossiped, published, intake } = setUp();
  expect(await book.say({ peer: friend, level: 1, publish: true })).toMatchObject({ published: true });
  expect(published()).toEqual([1]);
  expect(gossiped).toHaveLength(1);
  // Anybody's intake takes it.
  const [bytes] = gossiped;
  if (bytes === undefined) throw new Error("nothing was gossiped");
  expect(setUp().intake.receive(bytes, "x", "gossip")).toBe("new");
  expect(intake.receive(bytes, "x", "gossip")).toBe("known");

  expect(await book.say({ peer: friend, level: 2 })).toMatchObject({ level: 2, published: false });
  expect(published()).toEqual([0]);
  expect(book.of(friend)).toMatchObject({ level: 2, published: false });
  expect(gossiped).toHaveLength(2);

  await book.say({ peer: friend, level: -1 });
  expect(gossiped).toHaveLength(2);
});

test("level 0 removes a statement, published or not", async () => {
  const { book, gossiped, published } = setUp();
  await book.say({ peer: friend, level: 2, publish: true });
  await book.say({ peer: stranger, level: 2 });
  expect(await book.say({ peer: friend, level: 0, publish: true })).toMatchObject({ published: false });
  await book.say({ peer: stranger, level: 0, publish: true });
  expect(book.list()).toEqual([]);
  expect(book.of(friend)).toBeUndefined();
  expect(published()).toEqual([0]);
  expect(published(stranger)).toEqual([]);
  expect(gossiped).toHaveLength(2);
});

test("oneself, and what is no peer, are refused by name, and nothing is stored", async () => {
  const { book, gossiped } = setUp();
  const actionId = "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
  for (const peer of [self, "", "12D3KooW", actionId, ` ${friend}`, `${friend}1`, "\u202e".repeat(200)])
    await expect(book.say({ peer, level: 1, publish: true }), peer).rejects.toMatchObject({
      code: "bad-request",
    });
  expect(book.list()).toEqual([]);
  expect(gossiped).toEqual([]);
});

test("a full book says so, and still lets statements be changed and removed", async () => {
  const { book, published } = setUp(2);
  await book.say({ peer: peerOf(4), level: 1 });
  await book.say({ peer: peerOf(5), level: 1 });
  await expect(book.say({ peer: friend, level: 1, publish: true })).rejects.toMatchObject({
    code: "limit-exceeded",
  });
  expect(published()).toEqual([]);
  await book.say({ peer: peerOf(4), level: -2 });
  await book.say({ peer: peerOf(5), level: 0 });
  await book.say({ peer: friend, level: 1, publish: true });
  expect(new Set(book.list().map(({ peer, level }) => `${peer} ${level}`))).toEqual(
    new Set([`${peerOf(4)} -2`, `${friend} 1`]),
  );
});

test("a statement for which there is no register left is not stored here either", async () => {
  const { book, catalogue } = setUp();
  catalogue.database.prepare("INSERT INTO authors (author, records) VALUES (?, 10000)").run(self);
  await expect(book.say({ peer: friend, level: 1, publish: true })).rejects.toMatchObject({
    code: "limit-exceeded",
  });
  expect(book.list()).toEqual([]);
});

test("after the catalogue was lost, what was published comes back from the network; what is newer here stays", async () => {
  const before = setUp();
  await before.book.say({ peer: friend, level: 2, reason: "known", publish: true });
  await before.book.say({ peer: stranger, level: -2, publish: true });
  const after = setUp();
  after.time.now += 5;
  await after.book.say({ peer: stranger, level: 1 });
  for (const bytes of before.gossiped) expect(after.intake.receive(bytes, "x", "sync")).toBe("new");
  expect(after.book.of(friend)).toEqual({
    ...{ peer: friend, level: 2, reason: "known", since: NOW, published: true },
  });
  expect(after.book.of(stranger)).toMatchObject({ level: 1, published: false });
  // Somebody else's statement is not this user's.
  const body = { level: 2, reason: "" };
  const draft = { kind: "trust", subject: signerOf(4).publicKey, revision: 1, created: NOW, body } as const;
  expect(after.intake.receive(signRecord(draft, signerOf(2), NETWORK).bytes, "x", "sync")).toBe("new");
  expect(after.book.of(peerOf(4))).toBeUndefined();
});
