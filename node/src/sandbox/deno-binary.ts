import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SandboxUnavailableError } from "./errors.ts";

export interface DenoBinary {
  readonly path: string;
  readonly version: string;
}

/**
 * Finds the Deno executable inside its platform package. Never `deno/bin.cjs`: that is a wrapper, and the child it
 * starts survives when the wrapper is killed.
 * @throws {SandboxUnavailableError}
 */
export function findDeno(): DenoBinary {
  const require = createRequire(import.meta.url);
  try {
    const denoPackage = require.resolve("deno/package.json");
    const fromDeno = createRequire(denoPackage);
    const platformPackage = fromDeno.resolve(`@deno/${platformName()}/package.json`);
    const path = join(dirname(platformPackage), process.platform === "win32" ? "deno.exe" : "deno");
    if (!existsSync(path)) throw new Error(`${path} is missing`);
    const { version } = JSON.parse(readFileSync(denoPackage, "utf8")) as { version: string };
    return { path, version };
  } catch (cause) {
    throw new SandboxUnavailableError(
      `Deno for ${platformName()} is not installed: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** As the npm package of Deno names its platforms. */
function platformName(): string {
  return process.platform === "linux" ? `linux-${process.arch}-glibc` : `${process.platform}-${process.arch}`;
}
