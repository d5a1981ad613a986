import { stat, statfs } from "node:fs/promises";
import { availableParallelism, homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { API_FILE, CollectiveError } from "@action-collective/protocol";
import { KeyExposedError, readConfigText, readSeed } from "../home.ts";
import { LOG_FILE } from "../log-file.ts";
import { SECRETS_FILE } from "../policy/secrets-file.ts";
import { examineBubblewrap } from "../sandbox/walls.ts";
import { CONFIG_FILE, resolveSettings, type Settings } from "../settings.ts";
import { VERSION } from "../version.ts";
import { lookAtAgentHosts } from "./looks/agent-hosts.ts";
import { lookAtBootstrap } from "./looks/bootstrap.ts";
import { lookAtCatalogue } from "./looks/catalogue.ts";
import { newestFile, synchronised } from "./looks/clock.ts";
import { lookAtDaemon } from "./looks/daemon.ts";
import { lookAtDeno } from "./looks/deno.ts";
import { lookAtHomeFolder } from "./looks/home-folder.ts";
import { lookAtIndex } from "./looks/index-files.ts";
import { lookAtPorts } from "./looks/ports.ts";
import { lookAtParser, lookAtSandbox, type Walls } from "./looks/sandbox.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { Belonging, Findings } from "./types.ts";

/** What in a home is nobody else's to read. */
const SECRET_FILES = ["key", API_FILE, "api.sock", SECRETS_FILE, CONFIG_FILE, LOG_FILE, `${LOG_FILE}.1`];

export interface ExamineOptions extends Walls {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whose agent hosts' project files are looked at. */
  readonly folder: string;
}

/** Looks at everything that a peer needs on this machine; changes nothing, whether a peer runs or not. */
export async function examine(options: ExamineOptions): Promise<Findings> {
  const { home, env } = options;
  const watch = new Stopwatch();
  const [wall, steady] = [Date.now(), performance.now()];
  const { settings, problem } = await readSettings(home, env);
  const machine = { platform: process.platform, home: env.HOME || homedir(), env };
  const [
    sandbox,
    deno,
    bubblewrap,
    parser,
    key,
    secret,
    free,
    index,
    daemon,
    network,
    agentHosts,
    newest,
    unusable,
  ] = await Promise.all([
    watch.time("sandbox", lookAtSandbox(options)),
    watch.time("deno", lookAtDeno()),
    watch.time("bubblewrap", examineBubblewrap(env.PATH ?? "", options.bubblewrap)),
    watch.time("parser", lookAtParser()),
    keyProblem(home),
    Promise.all(SECRET_FILES.map((name) => belonging(join(home, name), "file"))),
    examineDisks(home),
    watch.time("search index", lookAtIndex(home)),
    watch.time("daemon", lookAtDaemon(home)),
    settings === undefined ? undefined : watch.time("network", lookAtNetwork(settings)),
    lookAtAgentHosts(machine, options.folder),
    newestFile(home),
    lookAtHomeFolder(home),
  ]);
  const stepMs = Date.now() - wall - (performance.now() - steady);
  // It holds up everything else, so it comes last.
  const look = await watch.time(
    "catalogue",
    Promise.resolve().then(() => lookAtCatalogue(join(home, "catalogue.sqlite"))),
  );
  const set = synchronised();
  return {
    platform: process.platform,
    node: process.versions.node,
    version: VERSION,
    ...{ sandbox, deno, parser, secret, free, index, daemon, agentHosts },
    ...(bubblewrap === undefined ? {} : { bubblewrap }),
    clock: {
      now: Date.now(),
      stepMs,
      ...(set === undefined ? {} : { synchronised: set }),
      ...(newest === undefined ? {} : { newestFile: newest }),
      ...(look?.clock ?? { leads: [] }),
    },
    home: await belonging(home, "folder"),
    ...(unusable === undefined ? {} : { unusable }),
    ...(key === undefined ? {} : { key }),
    ...(problem === undefined ? {} : { settings: problem }),
    ...(look === undefined ? {} : { catalogue: look.catalogue }),
    ports: network?.ports ?? [],
    ...(network === undefined ? {} : { bootstrap: network.bootstrap }),
    timings: watch.timings,
  };
}

/** As `collective start` without flags would have them. */
export async function readSettings(
  home: string,
  env: ExamineOptions["env"],
): Promise<{ settings?: Settings; problem?: Findings["settings"] }> {
  try {
    const config = await readConfigText(home, CONFIG_FILE);
    return { settings: resolveSettings({ home, flags: {}, env, config, cores: availableParallelism() }) };
  } catch (error) {
    if (!(error instanceof CollectiveError)) throw error;
    return { problem: { message: error.message, remedy: error.remedy } };
  }
}

async function lookAtNetwork(settings: Settings) {
  const [ports, bootstrap] = await Promise.all([lookAtPorts(settings), lookAtBootstrap(settings)]);
  return { ports, bootstrap };
}

/** Undefined where there is no key yet, and where only its permissions are wrong. */
async function keyProblem(home: string): Promise<Findings["key"]> {
  if ((await belonging(join(home, "key"), "file")).mode === undefined) return undefined;
  try {
    await readSeed(home);
    return undefined;
  } catch (error) {
    if (!(error instanceof CollectiveError)) throw error;
    return error instanceof KeyExposedError ? undefined : { message: error.message, remedy: error.remedy };
  }
}

async function belonging(path: string, kind: Belonging["kind"]): Promise<Belonging> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? { path, kind } : { path, kind, mode: found.mode };
}

async function examineDisks(home: string): Promise<Findings["free"]> {
  const [ofHome, temporary] = await Promise.all([freeAt(home), freeAt(tmpdir())]);
  return { home: ofHome, temporary };
}

/** On the disk of a folder, or of the nearest one above it that is there. */
async function freeAt(folder: string): Promise<number> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await statfs(at).catch(() => undefined);
    if (found !== undefined) return found.bavail * found.bsize;
    if (dirname(at) === at) return 0;
  }
}
