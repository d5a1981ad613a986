import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { OurProcess } from "../../helpers/processes.ts";
import { until } from "../../helpers/until.ts";
import type { Finding } from "../finding.ts";
import { npm, userEnvironment } from "./npm.ts";

const run = promisify(execFile);
const JUDGE = "from its tarball";
/** What the SDK may bring into an agent's node_modules, in bytes of files. */
const SDK_MOST_BYTES = 10_000_000;

/** An agent's smallest program: a space, an action of its own, and a clear word when no peer answers. */
const SDK_PROGRAM = `import { ActionClient, defineAction } from "action-collective";
import { Agent, Space } from "action-collective/agents";

class Echo extends Agent {
  chat(text) { return text.toUpperCase(); }
}
await using space = new Space();
const place = await space.add(new Echo("echo"));
const double = defineAction({ name: "double", run: ({ n }) => n * 2 });
const failure = await new ActionClient({ home: process.argv[2] }).status().catch((error) => error.code);
console.log(JSON.stringify({ place: typeof place.id, double: typeof double, failure }));
`;

interface Place {
  readonly scratch: string;
  readonly registry: string;
}

/** Installs each package into an empty folder, as a user would, and uses it there. */
export async function works(place: Place): Promise<Finding[]> {
  return [...(await sdkWorks(place)), ...(await peerWorks(place))];
}

async function sdkWorks(place: Place): Promise<Finding[]> {
  const folder = await installed(place, "sdk", "action-collective");
  await writeFile(join(folder, "program.js"), SDK_PROGRAM);
  const { stdout } = await run(process.execPath, ["program.js", join(folder, "no-home")], {
    cwd: folder,
    env: userEnvironment(),
  });
  const { bytes, packages } = await sizeOf(join(folder, "node_modules"));
  return [
    finding("the SDK's smallest program", stdout.includes('"failure":"peer-unreachable"'), stdout),
    finding(
      `the SDK brings ${packages} packages, ${(bytes / 1e6).toFixed(1)} MB of files`,
      bytes <= SDK_MOST_BYTES,
      `it may bring ${SDK_MOST_BYTES / 1e6} MB`,
    ),
  ];
}

/** The daemon starts, proves and runs an action of the starter library, and stops; the entry point says what it takes. */
async function peerWorks(place: Place): Promise<Finding[]> {
  const folder = await installed(place, "peer", "@action-collective/node", "@action-collective/bootstrap");
  const { packages } = await sizeOf(join(folder, "node_modules"));
  const names = await readdir(join(folder, "node_modules"));
  const collective = join(folder, "node_modules/@action-collective/node/bin/collective.js");
  const env = {
    ...{ COLLECTIVE_HOME: join(folder, "home"), COLLECTIVE_REACH: "loopback", COLLECTIVE_BOOTSTRAP: "none" },
    ...{ COLLECTIVE_PORT: "0", COLLECTIVE_API_PORT: "0", COLLECTIVE_VERIFY: "false" },
  };
  const ask = async (...args: string[]) => {
    const { stdout } = await run(process.execPath, [collective, ...args], { env: userEnvironment(env) });
    return stdout;
  };
  await using daemon = new OurProcess(collective, ["start"], env);
  await daemon.printed(/starter library/i, 60_000);
  const found = await until(
    async () => {
      const text = await ask("search", "multiply two matrices", "--json");
      return text.includes("multiplyMatrices") ? text : undefined;
    },
    { what: "the library in the index" },
  );
  const ran = await ask("run", "multiplyMatrices", "--input", '{"a":[[1,2]],"b":[[3],[4]]}', "--json");
  const page = await ask("open", "--print");
  await ask("stop");
  await until(() => !daemon.running, { what: "the daemon's end" });
  const { stdout: help } = await run(
    process.execPath,
    [join(folder, "node_modules/@action-collective/bootstrap/bin/collective-bootstrap.js"), "--help"],
    { env: userEnvironment(env) },
  );
  return [
    finding("the peer finds an action", found.includes("multiplyMatrices"), found),
    finding("the peer runs it", isDeepStrictEqual(outputOf(ran), { product: [[11]] }), ran),
    finding("the peer has its dashboard", page.includes("#login="), page),
    finding("the entry point explains itself", help.includes("--announce"), help),
    finding("no react-native comes with it", !names.includes("react-native"), `${packages} packages`),
  ];
}

function outputOf(receipt: string): unknown {
  return (JSON.parse(receipt) as { output: unknown }).output;
}

async function installed({ scratch, registry }: Place, name: string, ...packages: string[]): Promise<string> {
  const folder = join(scratch, name);
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "empty", type: "module" }));
  await npm(folder, ["install", "--no-audit", "--no-fund", "--registry", registry, ...packages]);
  return folder;
}

/** Bytes of all files, and packages, in a node_modules folder. */
async function sizeOf(folder: string): Promise<{ bytes: number; packages: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  const locked = JSON.parse(await readFile(join(folder, ".package-lock.json"), "utf8")) as {
    packages: object;
  };
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), packages: Object.keys(locked.packages).length };
}

function finding(subject: string, is: boolean, note: string): Finding {
  return { judge: JUDGE, subject, outcome: is ? "passed" : "failed", note };
}
