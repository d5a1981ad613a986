/** Writes protocol/vectors: `node --conditions=source test/protocol/vectors/make.ts`. The tests compare byte for byte. */
import { mkdirSync, writeFileSync } from "node:fs";
import { vectorFiles } from "./files.ts";

const folder = new URL("../../../protocol/vectors/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(vectorFiles())) {
  writeFileSync(new URL(name, folder), text);
  console.log(`${name}: ${text.length} bytes`);
}
