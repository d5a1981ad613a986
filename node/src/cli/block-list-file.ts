import { open } from "node:fs/promises";
import type { Signer } from "@action-collective/protocol";
import { writeListFile } from "../network-lists/list-files.ts";
import { type BlockListFile, formatBlockList, parseBlockList, signBlockList } from "../policy/block-list.ts";
import { MAX_BLOCK_LIST_BYTES } from "../policy/limits.ts";
import { UsageError } from "./report-failure.ts";

/**
 * Signs a block list and writes it back, whole or not at all.
 * @throws {UsageError} the file cannot be read, or is too large
 * @throws {BlockListError} it is no block list
 * @throws {NetworkListFileError} it cannot be written
 */
export async function signListFile(file: string, signer: Signer): Promise<BlockListFile> {
  const signed = signBlockList(parseBlockList(await readBounded(file)), signer);
  await writeListFile(file, formatBlockList(signed));
  return signed;
}

/** Never more of it than a list may have. */
async function readBounded(file: string): Promise<string> {
  let bytesRead: number;
  const buffer = Buffer.alloc(MAX_BLOCK_LIST_BYTES + 1);
  try {
    await using handle = await open(file, "r");
    ({ bytesRead } = await handle.read(buffer, 0, buffer.length, 0));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} cannot be read: ${why}`, "Check the path and who may read it.");
  }
  if (bytesRead > MAX_BLOCK_LIST_BYTES)
    throw new UsageError(
      `${file} is larger than a block list may be, ${MAX_BLOCK_LIST_BYTES} bytes`,
      "Name fewer peers and actions, or make two lists.",
    );
  return buffer.toString("utf8", 0, bytesRead);
}
