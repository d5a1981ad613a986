import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockListBytes, peerIdOfKey } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { acceptList } from "../../../node/src/policy/accept-list.ts";
import {
  formatBlockList,
  parseBlockList,
  signBlockList,
  signersOf,
} from "../../../node/src/policy/block-list.ts";
import { BlockListError } from "../../../node/src/policy/errors.ts";
import { MAX_BLOCK_LIST_BYTES, MAX_BLOCK_LIST_ENTRIES } from "../../../node/src/policy/limits.ts";
import { signListFile } from "../../../node/src/policy/list-files.ts";
import { bundleOf, peerOf, signerOf } from "../../helpers/records.ts";
import { contentLike, DAY, KEEPER, KEEPER_ID, listText, NOON, STRANGER } from "./lists.ts";

const ACTION = bundleOf().id;
const keys = [KEEPER_ID];

test("what is signed is read back the same, and a signature covers every field of the content", () => {
  const signed = signBlockList(
    { content: contentLike({ peers: [peerOf(1)], actions: [ACTION] }), signatures: [] },
    KEEPER,
  );
  const read = parseBlockList(formatBlockList(signed));
  expect(read).toEqual(signed);
  expect(signersOf(read)).toEqual([KEEPER_ID]);
  const { content, signatures } = signed;
  const [peer] = content.entries.peers;
  for (const changed of [
    { name: "Another" },
    { issued: "2026-01-01T00:00:00Z" },
    { expires: "2026-11-30T00:00:00Z" },
    { entries: { peers: [], actions: content.entries.actions } },
    { entries: { ...content.entries, peers: [{ id: peer?.id ?? "", reason: "other" }] } },
  ])
    expect(signersOf({ content: { ...content, ...changed }, signatures })).toEqual([]);
});

test("the bytes that are signed stand as the specification says", () => {
  const bytes = Buffer.from(blockListBytes(contentLike()));
  expect(bytes.subarray(0, 33).toString("latin1")).toBe("action-collective/block-list/1\0\0" + "\xa5");
});

test("signing drops signatures that do not fit any more, and adds to those that do", () => {
  const content = contentLike({ peers: [peerOf(1)] });
  const both = signBlockList(signBlockList({ content, signatures: [] }, KEEPER), STRANGER);
  expect(signersOf(both)).toEqual([KEEPER_ID, peerIdOfKey(STRANGER.publicKey)]);
  const edited = { content: contentLike({ peers: [peerOf(2)] }), signatures: both.signatures };
  expect(signBlockList(edited, KEEPER).signatures.map(({ key }) => key)).toEqual([KEEPER_ID]);
});

test("what is no list is refused, and what is wrong is named", () => {
  const good = JSON.parse(listText({ peers: [peerOf(1)], signer: KEEPER }));
  const wrong: [unknown, RegExp][] = [
    ["{", /not JSON/],
    [{ ...good, format: 2 }, /format/],
    [{ ...good, extra: 1 }, /extra/],
    [{ ...good, name: " " }, /name/],
    [{ ...good, name: "two\nlines" }, /line break/],
    [{ ...good, issued: "yesterday" }, /issued/],
    [{ ...good, expires: good.issued }, /expires must be later/],
    [{ ...good, expires: "2028-11-21T12:00:00Z" }, /400 days/],
    [
      { ...good, entries: { peers: [{ id: "nobody" }], actions: [] } },
      /entries\.peers\[0\] holds no such id/,
    ],
    [{ ...good, entries: { peers: [{ id: ACTION }], actions: [] } }, /no such id/],
    [
      { ...good, entries: { peers: [{ id: peerOf(1) }, { id: peerOf(1) }], actions: [] } },
      /\[1\] stands twice/,
    ],
    [{ ...good, entries: { peers: [], actions: [{ id: ACTION, reason: "\u202e" }] } }, /direction-changing/],
    [{ ...good, entries: { peers: [{ id: peerOf(1), why: "" }], actions: [] } }, /field "why"/],
    [{ ...good, entries: { peers: [null], actions: [] } }, /must be an object/],
    [{ ...good, entries: { peers: Array(MAX_BLOCK_LIST_ENTRIES + 1).fill({}), actions: [] } }, /entries/],
    [{ ...good, signatures: [...good.signatures, ...good.signatures] }, /a key stands twice/],
    [{ ...good, signatures: [{ key: KEEPER_ID, signature: "x" }] }, /base64 of 64 bytes/],
    [`"${"x".repeat(MAX_BLOCK_LIST_BYTES)}"`, /larger than/],
  ];
  for (const [value, why] of wrong) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => parseBlockList(text)).toThrow(BlockListError);
    expect(() => parseBlockList(text)).toThrow(why);
  }
});

test("a file that is no list is not quoted: it may be anything", () => {
  const key = "root:$6$secret:19000:0";
  expect(() => parseBlockList(key)).toThrow(/not JSON/);
  expect(() => parseBlockList(key)).not.toThrow(/root|secret/);
});

test("a list counts when one of the named keys signed it as it is", () => {
  const accept = (text: string, named: readonly string[] = keys) =>
    acceptList(text, { keys: named, held: undefined, now: NOON });
  const text = listText({ peers: [peerOf(1)], actions: [ACTION], signer: KEEPER });
  expect(accept(text).peers.get(peerOf(1))).toBe("spam");
  expect(accept(text).actions.get(ACTION)).toBe("spam");
  expect(() => accept(text.replace('"spam"', '"ham"'))).toThrow(/nobody has signed it as it is/);
  expect(() => accept(listText({ signer: STRANGER }))).toThrow(/not signed by a key that you named/);
  expect(() => accept(listText())).toThrow(/nobody has signed/);
  expect(accept(listText(), []).name).toBe("Spam watch");
});

test("a signed list is never replaced by an older one, nor by another of the same moment", () => {
  const open = (issued: number, peer: number, named: readonly string[] = keys) =>
    listText({ issued, peers: [peerOf(peer)], signer: named.length === 0 ? undefined : KEEPER });
  const held = acceptList(open(NOON - DAY, 1), { keys, held: undefined, now: NOON });
  const then = (text: string, named: readonly string[] = keys) =>
    acceptList(text, { keys: named, held, now: NOON });
  expect(() => then(open(NOON - 2 * DAY, 2))).toThrow(/before the one in force/);
  expect(() => then(open(NOON - DAY, 2))).toThrow(/Two lists were issued/);
  expect(then(open(NOON - DAY, 1)).digest).toBe(held.digest);
  expect(then(open(NOON, 2)).peers.has(peerOf(2))).toBe(true);
  expect(() => then(open(NOON + DAY, 2))).toThrow(/still to come/);
  // The user's own file says what he means now.
  expect(then(open(NOON - 2 * DAY, 2, []), []).peers.has(peerOf(2))).toBe(true);
});

test("a list of fifty thousand is opened in moments", { timeout: 60_000 }, () => {
  const base = peerOf(1).slice(0, -5);
  const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  const peer = (n: number) =>
    base + [0, 1, 2, 3, 4].map((place) => digits[Math.floor(n / 58 ** place) % 58]).join("");
  const peers = Array.from({ length: 24_000 }, (_, n) => peer(n));
  const content = contentLike({ peers });
  const bare = { ...content.entries, peers: content.entries.peers.map(({ id }) => ({ id, reason: "" })) };
  const signed = signBlockList({ content: { ...content, entries: bare }, signatures: [] }, KEEPER);
  const text = JSON.stringify({ ...signed.content, signatures: signed.signatures });
  expect(text.length).toBeLessThan(MAX_BLOCK_LIST_BYTES);
  const began = performance.now();
  expect(acceptList(text, { keys, held: undefined, now: NOON }).peers.size).toBe(peers.length);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test("a list's file is signed in place", async () => {
  const folder = await mkdtemp(join(tmpdir(), "collective-lists-"));
  try {
    const file = join(folder, "blocked.json");
    await writeFile(file, listText({ peers: [peerOf(1)], actions: [ACTION] }));
    expect(await signListFile(file, KEEPER)).toEqual({
      name: "Spam watch",
      entries: 2,
      signers: [KEEPER_ID],
    });
    await signListFile(file, signerOf(5));
    expect(signersOf(parseBlockList(await readFile(file, "utf8")))).toEqual([KEEPER_ID, peerOf(5)]);
    await writeFile(file, "{}");
    await expect(signListFile(file, KEEPER)).rejects.toThrow(BlockListError);
    expect(await readFile(file, "utf8")).toBe("{}");
  } finally {
    await rm(folder, { recursive: true });
  }
});
