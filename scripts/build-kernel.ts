import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/** A WebAssembly module of node/kernel, and the file that holds its bytes. */
interface Kernel {
  readonly entry: string;
  readonly flags: readonly string[];
  readonly bytes: string;
}

/** `npm run kernel` compiles them. */
export const KERNELS = {
  /** Binaryen's lowest level: V8 optimises the code anyway, and higher levels write every constant out where it is used. */
  embedder: {
    entry: "index.ts",
    flags: ["--optimizeLevel", "1"],
    bytes: "node/src/embedders/neural/kernel-bytes.ts",
  },
  search: {
    entry: "code-products.ts",
    flags: ["--optimizeLevel", "3", "--importMemory"],
    bytes: "node/src/search/vectors/kernel-bytes.ts",
  },
} as const satisfies Readonly<Record<string, Kernel>>;

const FLAGS = ["--runtime", "stub", "--enable", "simd", "--noAssert"];
const ROOT = fileURLToPath(new URL("../", import.meta.url));
const OUTPUT = "kernel.wasm";

/** @returns the compiled module */
export async function compileKernel({ entry, flags }: Kernel): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const paths = [entry, "--baseDir", `${ROOT}node/kernel/`, "--outFile", OUTPUT];
  const { error, stderr } = await asc.main([...paths, ...FLAGS, ...flags], {
    writeFile: (name, contents) => {
      if (name === OUTPUT && typeof contents !== "string") binary = contents;
    },
  });
  if (error !== null || binary === undefined) throw error ?? new Error(stderr.toString());
  return binary;
}

function moduleText(entry: string, binary: Uint8Array): string {
  const lines =
    Buffer.from(binary)
      .toString("base64")
      .match(/.{1,100}/g) ?? [];
  return `/**
 * The ${binary.length} bytes of the WebAssembly module that \`npm run kernel\` compiles from node/kernel/${entry}.
 * A test compiles it again and compares.
 */
export const KERNEL_BYTES = \`
${lines.join("\n")}
\`;
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const kernel of Object.values(KERNELS)) {
    const binary = await compileKernel(kernel);
    writeFileSync(`${ROOT}${kernel.bytes}`, moduleText(kernel.entry, binary));
    process.stdout.write(`${binary.length} bytes written to ${kernel.bytes}\n`);
  }
}
