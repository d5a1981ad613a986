import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { CollectiveError, networkNames } from "@action-collective/protocol";
import { z } from "zod";
import { isPeerId } from "./address.ts";
import { NetworkListFileError, NetworkListMalformedError } from "./errors.ts";
import { MAX_LIST_BYTES } from "./limits.ts";

/** The lists that come with the program, one file for each network, and the keys that may sign them. */
const SHIPPED = new URL("../../networks/", import.meta.url);

/** Who may sign the lists that come with the program, and any list whose user names no keys. */
export interface Maintainers {
  readonly keys: readonly string[];
  readonly threshold: number;
}

const maintainersSchema = z.strictObject({
  format: z.literal(1),
  note: z.string().optional(),
  threshold: z.number().int().min(1).max(16),
  keys: z.array(z.string().refine(isPeerId, "must be the peer id of an ed25519 key")).max(16),
});

/** @throws {NetworkListFileError | NetworkListMalformedError} */
export async function readMaintainers(folder: URL = SHIPPED): Promise<Maintainers> {
  const text = await readListFile(new URL("maintainers.json", folder));
  const parsed = maintainersSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new NetworkListMalformedError([`maintainers.json: ${parsed.error.message}`]);
  const { keys, threshold } = parsed.data;
  return { keys, threshold };
}

/**
 * The text of the list that comes with the program; undefined when this network has none.
 * @throws {MalformedError | NetworkListFileError}
 */
export async function readShippedList(network: string, folder: URL = SHIPPED): Promise<string | undefined> {
  networkNames(network);
  if (network === "maintainers") return undefined;
  try {
    return await readFile(new URL(`${network}.json`, folder), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new NetworkListFileError(`${network}.json`, error);
  }
}

/**
 * A file of the user's; never more of it than a list may have.
 * @throws {NetworkListFileError | NetworkListMalformedError}
 */
export async function readListFile(file: string | URL): Promise<string> {
  try {
    await using handle = await open(file, "r");
    const buffer = Buffer.alloc(MAX_LIST_BYTES + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > MAX_LIST_BYTES)
      throw new NetworkListMalformedError([`it is larger than ${MAX_LIST_BYTES} bytes`]);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    throw error instanceof CollectiveError ? error : new NetworkListFileError(String(file), error);
  }
}

/** Whole or not at all, and readable by everybody: a list is there to be handed out. @throws {NetworkListFileError} */
export async function writeListFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx", flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new NetworkListFileError(file, error);
  }
}

/** Never over a file that is there: it may be a list with signatures. @throws {NetworkListFileError} */
export async function createListFile(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: "wx" }).catch((error: unknown) => {
    throw new NetworkListFileError(file, error);
  });
}
