import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/** Compiles node/kernel/code-products.ts to WebAssembly and writes node/src/search/vectors/kernel-bytes.ts. */
const FLAGS = [
  "--runtime",
  "stub",
  "--enable",
  "simd",
  "--noAssert",
  "--optimizeLevel",
  "3",
  "--importMemory",
];
const FOLDER = fileURLToPath(new URL("../node/kernel/", import.meta.url));
const FILE = fileURLToPath(new URL("../node/src/search/vectors/kernel-bytes.ts", import.meta.url));
const OUTPUT = "kernel.wasm";

/** @returns the compiled module */
export async function compileSearchKernel(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const paths = ["code-products.ts", "--baseDir", FOLDER, "--outFile", OUTPUT];
  const { error, stderr } = await asc.main([...paths, ...FLAGS], {
    writeFile: (name, contents) => {
      if (name === OUTPUT && typeof contents !== "string") binary = contents;
    },
  });
  if (error !== null || binary === undefined) throw error ?? new Error(stderr.toString());
  return binary;
}

function moduleText(binary: Uint8Array): string {
  const lines =
    Buffer.from(binary)
      .toString("base64")
      .match(/.{1,100}/g) ?? [];
  return `/**
 * The ${binary.length} bytes of the WebAssembly module that scripts/build-search-kernel.ts compiles from
 * node/kernel/code-products.ts. A test compiles it again and compares.
 */
export const KERNEL_BYTES = \`
${lines.join("\n")}
\`;
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await compileSearchKernel();
  writeFileSync(FILE, moduleText(binary));
  process.stdout.write(`${binary.length} bytes written to ${FILE}\n`);
}
