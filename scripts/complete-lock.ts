import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * `npm run lock`: after `npm install`, writes into each package-lock.json the packages of other platforms that npm left out
 * because the registry in use does not have them (mirrors often hold one platform only). Without them `npm ci` calls the
 * lock out of date, and on another platform installs no binary. Versions are exact; there is no integrity to copy.
 */
interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

const SYSTEMS = [
  "darwin",
  "linux",
  "win32",
  "android",
  "freebsd",
  "netbsd",
  "openbsd",
  "sunos",
  "aix",
  "openharmony",
];
const PROCESSORS = ["arm64", "x64", "ia32", "arm", "ppc64", "s390x", "riscv64", "loong64", "mips64el"];

/** The workspace's own, and those of what is installed beside it. */
const FOLDERS = [".", "test/judges", "test/runners", "scripts/reference/sdk"];
for (const folder of FOLDERS) complete(join(import.meta.dirname, "..", folder, "package-lock.json"), folder);

function complete(file: string, folder: string): void {
  const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, LockEntry> };
  const { packages } = lock;
  const missing = Object.values(packages).flatMap((owner) =>
    Object.entries(owner.optionalDependencies ?? {})
      .filter(([name]) => packages[`node_modules/${name}`] === undefined)
      .map(([name, version]) => ({ name, version, dev: owner.dev === true })),
  );
  let added = 0;
  for (const { name, version, dev } of missing) {
    const words = name.split(/[-/]/);
    const os = SYSTEMS.find((system) => words.includes(system));
    const cpu = PROCESSORS.find((processor) => words.includes(processor));
    if (os === undefined || cpu === undefined) continue;
    const libc =
      os !== "linux" ? undefined : words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(libc === undefined ? {} : { libc: [libc] }),
      optional: true,
      os: [os],
    };
    added += 1;
  }
  const ordered = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(ordered) }, null, 2)}\n`);
  process.stdout.write(`${added} packages of other platforms added to the lock file of ${folder}\n`);
}
