import { createHash } from "node:crypto";
import { blockListBytes, limits } from "@action-collective/protocol";
import { parseBlockList, signersOf } from "./block-list.ts";
import { BlockListError } from "./errors.ts";

/** A block list that was read and believed. */
export interface AcceptedList {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly issued: number;
  readonly expires: number;
  /** Of what is signed. */
  readonly digest: string;
  /** Reasons by id. */
  readonly peers: ReadonlyMap<string, string>;
  readonly actions: ReadonlyMap<string, string>;
}

export interface AcceptOptions {
  /** Peer ids of the keys of which one must have signed it; with none, the file is the user's own word. */
  readonly keys: readonly string[];
  /** The one in force, read with the same keys. */
  readonly held: AcceptedList | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** From a list's text to what may be in force (SPEC §8.4). Pure. @throws {BlockListError} */
export function acceptList(text: string, { keys, held, now }: AcceptOptions): AcceptedList {
  const file = parseBlockList(text);
  const { name, issued, expires, entries } = file.content;
  if (keys.length > 0) assertSigned(signersOf(file), keys);
  const list: AcceptedList = {
    name,
    issued: Date.parse(issued),
    expires: Date.parse(expires),
    digest: createHash("sha256").update(blockListBytes(file.content)).digest("hex"),
    peers: new Map(entries.peers.map(({ id, reason }) => [id, reason])),
    actions: new Map(entries.actions.map(({ id, reason }) => [id, reason])),
  };
  if (list.issued > now + limits.clockSkewMs)
    throw new BlockListError(
      `The list says that it was issued at ${issued}, which is still to come`,
      "Check the clock of this machine; otherwise the list is wrong.",
    );
  // What a user writes himself needs no date that grows.
  if (keys.length > 0 && held !== undefined) assertNotOlder(list, held);
  return list;
}

function assertSigned(signers: readonly string[], keys: readonly string[]): void {
  if (signers.some((key) => keys.includes(key))) return;
  const by = signers.length === 0 ? "nobody has signed it as it is" : `it is signed by ${signers.join(", ")}`;
  throw new BlockListError(
    `The list is not signed by a key that you named for it: ${by}`,
    "Ask whoever keeps the list which key signs it, over another way than the list comes, and name that with --key.",
  );
}

function assertNotOlder(list: AcceptedList, held: AcceptedList): void {
  if (list.issued > held.issued || list.digest === held.digest) return;
  const date = (moment: number) => new Date(moment).toISOString().slice(0, 19);
  throw new BlockListError(
    list.issued === held.issued
      ? `Two lists were issued at ${date(held.issued)}; the one that came first stays`
      : `The list was issued at ${date(list.issued)}, before the one in force (${date(held.issued)}), which stays`,
    "Whoever serves it gives an old copy; whoever keeps it can issue it anew.",
  );
}
