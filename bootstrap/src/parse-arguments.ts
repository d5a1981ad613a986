import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { networkNames } from "@action-collective/protocol";
import { parseEndpoint } from "./endpoint.ts";
import { DEFAULT_MAX_CONNECTIONS, MOST_CONNECTIONS } from "./limits.ts";
import { nearest } from "./nearest.ts";
import { type Asked, UsageError } from "./usage.ts";

const text = { type: "string" } as const;
const several = { type: "string", multiple: true } as const;
const flag = { type: "boolean", default: false } as const;

const OPTIONS = {
  home: text,
  network: text,
  host: text,
  port: text,
  reach: text,
  announce: several,
  bootstrap: several,
  list: text,
  "list-key": several,
  relay: text,
  "max-connections": text,
  monitor: text,
  "log-level": text,
  version: flag,
  help: flag,
} as const;

/** What the command line asks for. Pure. @throws {UsageError} */
export function parseArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Asked {
  const values = read(args);
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  const reach = oneOf("reach", values.reach ?? "public", ["loopback", "lan", "public"]);
  const networkKey = values["list-key"];
  if (networkKey !== undefined && values.list === undefined)
    throw new UsageError("--list-key says who may sign a list, and no --list is given");
  const host = values.host ?? (reach === "loopback" ? "127.0.0.1" : "0.0.0.0");
  if (isIP(host) === 0) throw new UsageError(`--host must be an IP address of this machine, not "${host}"`);
  return {
    kind: "run",
    // A name of its own: where COLLECTIVE_HOME is set, a peer's key must not become a bootstrap node's by accident.
    home: values.home ?? (env.COLLECTIVE_BOOTSTRAP_HOME || "bootstrap-home"),
    network: networkName(values.network ?? "main"),
    host,
    port: wholeNumber("port", values.port ?? "4001", 0, 65_535),
    reach,
    announce: values.announce ?? [],
    bootstrap: values.bootstrap?.filter((address) => address !== "none"),
    networkList: values.list,
    networkKey,
    relay: oneOf("relay", values.relay ?? "yes", ["yes", "no"]) === "yes",
    maxConnections: wholeNumber(
      "max-connections",
      values["max-connections"] ?? String(DEFAULT_MAX_CONNECTIONS),
      1,
      MOST_CONNECTIONS,
    ),
    monitor: endpoint(values.monitor ?? "127.0.0.1:4002"),
    logLevel: oneOf("log-level", values["log-level"] ?? "warn", ["error", "warn", "info", "debug"]),
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw usageError(error);
  }
}

/** Node's own words for what it cannot read, and for an unknown option the known one that was probably meant. */
function usageError(error: unknown): UsageError {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) return new UsageError(message);
  const meant = nearest(unknown, Object.keys(OPTIONS));
  const hint = meant === undefined ? "" : `; did you mean --${meant}?`;
  return new UsageError(`unknown option --${unknown}${hint}`);
}

function networkName(given: string): string {
  try {
    networkNames(given);
    return given;
  } catch {
    throw new UsageError(`--network must be 1–32 lower-case letters, digits and dashes, not "${given}"`);
  }
}

function endpoint(given: string) {
  if (given === "none") return undefined;
  const parsed = parseEndpoint(given);
  if (parsed === undefined)
    throw new UsageError(
      `--monitor must be an address and a port such as 127.0.0.1:4002, or none, not "${given}"`,
    );
  return parsed;
}

function wholeNumber(name: string, given: string, least: number, most: number): number {
  const number = Number(given);
  // Number("") is 0, which would take any free port.
  if (!/^\d{1,5}$/.test(given) || number < least || number > most)
    throw new UsageError(`--${name} must be a number from ${least} to ${most}, not "${given}"`);
  return number;
}

function oneOf<const Choice extends string>(name: string, given: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === given);
  if (found === undefined)
    throw new UsageError(`--${name} must be one of ${choices.join(", ")}, not "${given}"`);
  return found;
}
