import { readFile } from "node:fs/promises";
import { arch, cpus, homedir, hostname, loadavg, release, totalmem, userInfo } from "node:os";
import { join } from "node:path";
import { readApiFile } from "action-collective";
import { readKeptLog } from "../log-file.ts";
import { parseSecrets, SECRETS_FILE } from "../policy/secrets-file.ts";
import { isSecretName } from "../redaction/credentials.ts";
import type { Identity } from "../redaction/report-redactor.ts";
import { type Setting, settingsTable } from "../settings-table.ts";
import { VERSION } from "../version.ts";
import { type ExamineOptions, examine, readSettings } from "./examine.ts";
import type { ReportParts } from "./report.ts";

/** What people who look for a defect read through. */
const LOG_LINES = 500;
/** A shorter value would be found all over honest text. */
const LEAST_SECRET = 8;
/** Of the environment, more are not taken for secrets. */
const MOST_VARIABLES = 1_000;

/** Looks at this machine as the doctor does, and at what else helps to find a defect. Changes nothing. */
export async function collect(options: ExamineOptions): Promise<ReportParts> {
  const { home, env } = options;
  const [findings, { settings }, log] = await Promise.all([
    examine(options),
    readSettings(home, env),
    readKeptLog(home, LOG_LINES),
  ]);
  const { node, uv, openssl, sqlite } = process.versions;
  return {
    now: Date.now(),
    findings,
    versions: {
      collective: VERSION,
      deno: findings.deno.says ?? "unknown",
      ...Object.fromEntries(
        Object.entries({ node, uv, openssl, sqlite }).filter(([, version]) => version !== undefined),
      ),
    },
    platform: {
      platform: process.platform,
      arch: arch(),
      release: release(),
      processors: cpus().length,
      memoryMb: Math.round(totalmem() / 1024 ** 2),
      load: loadavg()[0] ?? 0,
    },
    settings: settings === undefined ? undefined : changedSettings(settings),
    log,
  };
}

/** What must not stand in a report of this machine: its people's names, and every secret that it can read. */
export async function identityOf({ home, env, folder }: ExamineOptions): Promise<Identity> {
  const [{ settings }, token, key, secrets] = await Promise.all([
    readSettings(home, env),
    readApiFile(home).then(
      (file) => file?.token,
      () => undefined,
    ),
    readFile(join(home, "key"), "utf8").catch(() => ""),
    readFile(join(home, SECRETS_FILE), "utf8").then(
      (text) => secretValues(text),
      () => ({}),
    ),
  ]);
  const fromEnvironment = Object.entries(env)
    .slice(0, MOST_VARIABLES)
    .filter(([name]) => isSecretName(name) || name === settings?.embedderKeyEnv)
    .map(([name, value]) => [name, value ?? ""] as const);
  const known = { ...secrets, ...Object.fromEntries(fromEnvironment), token: token ?? "", key: key.trim() };
  return {
    userFolder: env.HOME || homedir(),
    folders: { [folder]: "[this folder]", [home]: "[home]" },
    userName: userName(env),
    hostName: hostname(),
    secrets: Object.fromEntries(Object.entries(known).filter(([, value]) => value.length >= LEAST_SECRET)),
  };
}

function secretValues(text: string): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(parseSecrets(text, SECRETS_FILE)).map(([name, { value }]) => [name, value]),
    );
  } catch {
    // Nothing of a file that cannot be read gets into a report.
    return {};
  }
}

/** A container may run as a user that the system has no name for. */
function userName(env: ExamineOptions["env"]): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER ?? "";
  }
}

function changedSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => {
      const entry = Object.hasOwn(settingsTable, name)
        ? (settingsTable[name as keyof typeof settingsTable] as Setting)
        : undefined;
      return JSON.stringify(entry?.fallback) !== JSON.stringify(value);
    }),
  );
}
