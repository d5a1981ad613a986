import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../helpers/temporary.ts";

const run = promisify(execFile);
const source = (path: string) =>
  JSON.stringify(new URL(`../../../../node/src/${path}`, import.meta.url).href);

/** A process that uses up its file handles and then reads a block that it has. */
const script = (folder: string) => `
import { openSync } from "node:fs";
import { openStores } from ${source("network/stores.ts")};
import { Blocks } from ${source("network/blocks/blocks.ts")};
import { storageError } from ${source("storage-errors.ts")};
import { ContentUnavailableError } from ${source("bundles/errors.ts")};
const { blockstore } = await openStores(${JSON.stringify(folder)});
const blocks = new Blocks({ blockstore, helia: { blockstore }, log: () => {} });
const cid = await blocks.put(Buffer.from("here"), "raw");

try { for (;;) openSync("/dev/null"); } catch {}
const failure = await blocks.getLocal(cid).catch((error) => error);
console.log(storageError(new ContentUnavailableError("it", { cause: failure }))?.code ?? String(failure));
process.exit(0);
`;

test("without file handles a block counts as unreadable, not as one that is not there", async ({ skip }) => {
  if (process.platform === "win32") return skip("limits of a process are set by a POSIX shell");
  await using folder = await temporaryFolder();
  const file = join(folder.path, "read.ts");
  await writeFile(file, script(folder.path));
  const { stdout } = await run("sh", ["-c", 'ulimit -n 64; exec "$0" "$1"', process.execPath, file], {
    timeout: 60_000,
  });
  expect(stdout.trim()).toBe("no-file-handles");
});
