import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { commandLine } from "./command-line.ts";
import { localApi } from "./local-api.ts";
import { sdk } from "./sdk.ts";
import { settings } from "./settings.ts";

const FOLDER = join(import.meta.dirname, "../../docs/reference");

/**
 * `npm run reference` writes what is generated from the program itself; with `-- --check` it writes nothing, and ends with 1 where a
 * document is not what it would be now.
 */
const documents = new Map([
  ["command-line.md", commandLine()],
  ["local-api.md", localApi()],
  ["settings.md", settings()],
  ...(await sdk()),
]);

if (process.argv.includes("--check")) {
  const held = await Promise.all(
    [...documents.keys()].map(async (name) => [name, await textOf(name)] as const),
  );
  const old = held.filter(([name, text]) => text !== documents.get(name)).map(([name]) => name);
  for (const name of old)
    process.stderr.write(`docs/reference/${name} is not up to date: npm run reference\n`);
  if (old.length > 0) process.exitCode = 1;
} else {
  await rm(FOLDER, { recursive: true, force: true });
  for (const [name, text] of documents) {
    await mkdir(dirname(join(FOLDER, name)), { recursive: true });
    await writeFile(join(FOLDER, name), text);
  }
}

async function textOf(name: string): Promise<string> {
  return await readFile(join(FOLDER, name), "utf8").catch(() => "");
}
