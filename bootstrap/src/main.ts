import { once } from "node:events";
import { parseArgs } from "node:util";
import { createLog, Home, type LogLevel, type Reach, VERSION } from "@action-collective/node";
import { CollectiveError } from "@action-collective/protocol";
import { BootstrapNode } from "./bootstrap-node.ts";
import { nearest } from "./nearest.ts";

const HELP = `collective-bootstrap: the entry point of a network

  --home DIR         where key and records live (default: COLLECTIVE_BOOTSTRAP_HOME,
                     or ./bootstrap-home)
  --network NAME     name of the network (default: main)
  --host ADDRESS     address to listen on (default: 0.0.0.0, with --reach loopback 127.0.0.1)
  --port NUMBER      TCP port (default: 4001; 0 takes any free one)
  --reach HOW        loopback, lan or public (default: public)
  --bootstrap ADDR   another bootstrap node of the same network; may be repeated
  --log-level LEVEL  error, warn, info or debug (default: warn)
  --version, --help

It prints its address when it is ready: give that to peers as --bootstrap. Ctrl-C stops it.
`;

const STOP_GUARD_MS = 5000;

/** @returns the exit code: 0 stopped as asked, 1 failure, 2 usage */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    return await run(parse(args, env));
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\n\n${HELP}`, 2);
    if (error instanceof CollectiveError) return complain(`${error.message}\n${error.remedy}\n`, 1);
    throw error;
  }
}

class UsageError extends Error {}

type Command = { kind: "print"; text: string } | ({ kind: "run" } & RunOptions);
interface RunOptions {
  home: string;
  network: string;
  host: string;
  port: number;
  reach: Reach;
  bootstrap: string[];
  logLevel: LogLevel;
}

function parse(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Command {
  const text = (fallback: string) => ({ type: "string" as const, default: fallback });
  const options = {
    // A name of its own: where COLLECTIVE_HOME is set, a peer's key must not become a bootstrap node's by accident.
    home: text(env.COLLECTIVE_BOOTSTRAP_HOME || "bootstrap-home"),
    network: text("main"),
    host: { type: "string" as const },
    port: text("4001"),
    reach: text("public"),
    bootstrap: { type: "string" as const, multiple: true as const, default: [] },
    "log-level": text("warn"),
    version: { type: "boolean" as const, default: false },
    help: { type: "boolean" as const, default: false },
  };
  let values: ReturnType<typeof read>;
  const read = () => parseArgs({ args: [...args], options }).values;
  try {
    values = read();
  } catch (error) {
    throw usageError(error, Object.keys(options));
  }
  if (values.help) return { kind: "print", text: HELP };
  if (values.version) return { kind: "print", text: `${VERSION}\n` };
  const reach = oneOf("--reach", values.reach, ["loopback", "lan", "public"] as const);
  const port = Number(values.port);
  // Number("") is 0, which would take any free port.
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
    throw new UsageError(`--port must be a number from 0 to 65535, not "${values.port}"`);
  return {
    kind: "run",
    home: values.home,
    network: values.network,
    host: values.host ?? (reach === "loopback" ? "127.0.0.1" : "0.0.0.0"),
    port,
    reach,
    bootstrap: values.bootstrap,
    logLevel: oneOf("--log-level", values["log-level"], ["error", "warn", "info", "debug"] as const),
  };
}

/** Node's own words for what it cannot read, and for an unknown option the known one that was probably meant. */
function usageError(error: unknown, options: readonly string[]): UsageError {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) return new UsageError(message);
  const meant = nearest(unknown, options);
  const hint = meant === undefined ? "" : `; did you mean --${meant}?`;
  return new UsageError(`unknown option --${unknown}${hint}`);
}

function oneOf<const Choice extends string>(flag: string, given: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === given);
  if (found === undefined)
    throw new UsageError(`${flag} must be one of ${choices.join(", ")}, not "${given}"`);
  return found;
}

async function run(command: Command): Promise<number> {
  if (command.kind === "print") {
    process.stdout.write(command.text);
    return 0;
  }
  const { logLevel, ...options } = command;
  const log = createLog(
    logLevel,
    (line) => process.stderr.write(line),
    () => new Date(),
  );
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  const home = await Home.open(options.home);
  await using closing = new AsyncDisposableStack();
  closing.defer(() => home.close());
  const node = await BootstrapNode.open({ ...options, seed: home.seed, clock: Date.now, log });
  closing.defer(() => node.stop());
  await node.start();
  process.stdout.write(`Bootstrap node of network "${options.network}" is ready. Peers join with:\n`);
  for (const address of node.network.addresses()) process.stdout.write(`  --bootstrap ${address}\n`);
  if (!stop.signal.aborted) await once(stop.signal, "abort");
  setTimeout(() => process.exit(0), STOP_GUARD_MS).unref();
  await closing.disposeAsync();
  return 0;
}

function complain(text: string, exit: number): number {
  process.stderr.write(text);
  return exit;
}
