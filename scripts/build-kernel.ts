import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/**
 * `npm run kernel`: compiles node/kernel to WebAssembly and writes node/src/embedders/neural/kernel-bytes.ts.
 * Binaryen's lowest level: V8 optimises the code anyway, and higher levels write every constant out where it is used.
 */
const FLAGS = ["--runtime", "stub", "--enable", "simd", "--noAssert", "--optimizeLevel", "1"];
const FOLDER = fileURLToPath(new URL("../node/kernel/", import.meta.url));
const FILE = fileURLToPath(new URL("../node/src/embedders/neural/kernel-bytes.ts", import.meta.url));
const OUTPUT = "kernel.wasm";

/** @returns the compiled module */
export async function compileKernel(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["index.ts", "--baseDir", FOLDER, "--outFile", OUTPUT, ...FLAGS], {
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
 * The ${binary.length} bytes of the WebAssembly module that \`npm run kernel\` compiles from node/kernel.
 * A test compiles it again and compares.
 */
export const KERNEL_BYTES = \`
${lines.join("\n")}
\`;
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await compileKernel();
  writeFileSync(FILE, moduleText(binary));
  process.stdout.write(`${binary.length} bytes written to ${FILE}\n`);
}
