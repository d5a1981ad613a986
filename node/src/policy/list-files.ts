import { rename, rm, writeFile } from "node:fs/promises";
import type { Signer } from "@action-collective/protocol";
import { formatBlockList, parseBlockList, signBlockList } from "./block-list.ts";
import { BlockListError } from "./errors.ts";
import { readListFile } from "./list-source.ts";

/** What signing made of a list's file. */
export interface SignedListFile {
  readonly name: string;
  /** Peers and actions together. */
  readonly entries: number;
  /** Peer ids of all who have signed it now. */
  readonly signers: readonly string[];
}

/** Adds a signature to a block list's file; those that do not fit its content any more go. @throws {BlockListError} */
export async function signListFile(file: string, signer: Signer): Promise<SignedListFile> {
  const list = signBlockList(parseBlockList(await readListFile(file)), signer);
  const { name, entries } = list.content;
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, formatBlockList(list), { flag: "wx", flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new BlockListError(`${file} could not be written: ${why}`, "Mend its folder's owner or mode.", {
      cause: error,
    });
  }
  return {
    name,
    entries: entries.peers.length + entries.actions.length,
    signers: list.signatures.map(({ key }) => key),
  };
}
