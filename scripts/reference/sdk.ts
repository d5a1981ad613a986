import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "sdk");

/** The SDK's reference as TypeDoc makes it: file name → text. Installs TypeDoc first, in a folder of its own. */
export async function sdk(): Promise<Map<string, string>> {
  install();
  const out = await mkdtemp(join(tmpdir(), "collective-reference-"));
  try {
    const typedoc = join(FOLDER, "node_modules/typedoc/bin/typedoc");
    execFileSync(
      process.execPath,
      [typedoc, "--options", "typedoc.json", "--out", out, "--logLevel", "Error"],
      {
        cwd: FOLDER,
        stdio: "inherit",
      },
    );
    const names = await readdir(out);
    return new Map(
      await Promise.all(
        names.map(async (name) => [join("sdk", name), await readFile(join(out, name), "utf8")] as const),
      ),
    );
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** TypeDoc reads TypeScript up to 6, the project is built by 7. */
function install(): void {
  if (existsSync(join(FOLDER, "node_modules", ".package-lock.json"))) return;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    env,
    stdio: "inherit",
  });
}
