import { CollectiveError } from "@action-collective/protocol";
import type { z } from "zod";
import { embedderProblems } from "./embedders/config-of-settings.ts";
import { type Setting, settingsTable } from "./settings-table.ts";

export type SettingName = keyof typeof settingsTable;
type Values = { [N in SettingName]: z.output<(typeof settingsTable)[N]["schema"]> };
/** Everything a peer is told, complete: no part of it reads flags, the environment or `config.json` again. */
export type Settings = Readonly<Omit<Values, "host"> & { home: string; host: string }>;

/** The text form of settings, as flags give it: lists may be repeated, booleans are already known. */
export type SettingTexts = { readonly [N in SettingName]?: string | boolean | readonly string[] | undefined };

export const CONFIG_FILE = "config.json";

/** A flag, an environment variable or a line of `config.json` is not what the setting allows. */
export class InvalidSettingsError extends CollectiveError {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      "invalid-settings",
      `The settings are not valid:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      'Mend them as listed; "collective start --help" describes every setting.',
    );
    this.problems = problems;
  }
}

export interface SettingSources {
  readonly home: string;
  readonly flags: SettingTexts;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of the home's `config.json`; undefined when there is none. */
  readonly config: string | undefined;
  readonly cores: number;
}

/**
 * Resolves every setting: flag, else environment, else `config.json`, else default.
 * @throws {InvalidSettingsError} naming everything that is wrong and where it stands.
 */
export function resolveSettings(sources: SettingSources): Settings {
  const problems: string[] = [];
  const config = parseConfig(sources.config, problems);
  const value = <N extends SettingName>(name: N): Values[N] => {
    const entry = settingsTable[name];
    const given = firstGiven(name, entry, sources, config);
    const parsed = entry.schema.safeParse(given.value);
    if (parsed.success) return parsed.data as Values[N];
    for (const issue of parsed.error.issues) problems.push(`${given.where}: ${describe(issue)}`);
    return entry.fallback as Values[N];
  };
  const reach = value("reach");
  const settings: Settings = {
    home: sources.home,
    network: value("network"),
    reach,
    host: value("host") ?? (reach === "loopback" ? "127.0.0.1" : "0.0.0.0"),
    port: value("port"),
    inbound: value("inbound"),
    announce: value("announce"),
    relay: value("relay"),
    mdns: value("mdns"),
    bootstrap: value("bootstrap"),
    networkList: value("networkList"),
    networkKey: value("networkKey"),
    networkTrust: value("networkTrust"),
    publicDht: value("publicDht"),
    publicDhtBootstrap: value("publicDhtBootstrap"),
    publicBundles: value("publicBundles"),
    apiPort: value("apiPort"),
    dashboardPort: value("dashboardPort"),
    metricsPort: value("metricsPort"),
    metricsHost: value("metricsHost"),
    tracing: value("tracing"),
    library: value("library"),
    libraryNet: value("libraryNet"),
    verify: value("verify"),
    workers: value("workers"),
    quietLoad: value("quietLoad"),
    verifyPerMinute: value("verifyPerMinute"),
    prestarted: value("prestarted"),
    memoryMb: value("memoryMb"),
    allowNet: value("allowNet"),
    refuseFindings: value("refuseFindings"),
    embedder: value("embedder"),
    embedderFolder: value("embedderFolder"),
    embedderPooling: value("embedderPooling"),
    embedderModel: value("embedderModel"),
    embedderUrl: value("embedderUrl"),
    embedderDimensions: value("embedderDimensions"),
    embedderKeyEnv: value("embedderKeyEnv"),
    embedderPrice: value("embedderPrice"),
    embedderQueryPrefix: value("embedderQueryPrefix"),
    embedderDocumentPrefix: value("embedderDocumentPrefix"),
    askPeers: value("askPeers"),
    askBelow: value("askBelow"),
    seed: value("seed"),
    seedQuotaMb: value("seedQuotaMb"),
    feedback: value("feedback"),
    feedbackIntervalMs: value("feedbackIntervalMs"),
    syncIntervalMs: value("syncIntervalMs"),
    logLevel: value("logLevel"),
    logFormat: value("logFormat"),
    keepLog: value("keepLog"),
  };
  // Of settings that are wrong one by one, nothing more is said about how they go together.
  if (problems.length === 0) problems.push(...embedderProblems(settings));
  if (settings.networkKey !== undefined && settings.networkList === undefined)
    problems.push("networkKey: says who may sign networkList, and no networkList is given");
  if (problems.length > 0) throw new InvalidSettingsError(problems);
  return settings;
}

/** Of a list, with the entry that is wrong, counted as people do. */
function describe({ path: [entry], message }: z.core.$ZodIssue): string {
  return typeof entry === "number" ? `entry ${entry + 1} ${message}` : message;
}

/** Why a flag's text is not what the setting takes; undefined when it is. */
export function settingProblem(name: SettingName, text: string): string | undefined {
  const { schema, kind } = settingsTable[name] as Setting;
  const parsed = schema.safeParse(read(text, kind));
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}

/** `apiPort` → `COLLECTIVE_API_PORT`. */
export function environmentName(name: SettingName | "home"): string {
  return `COLLECTIVE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** `apiPort` → `api-port`. */
export function flagName(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function firstGiven(
  name: SettingName,
  entry: Setting,
  { flags, env, cores }: SettingSources,
  config: Readonly<Record<string, unknown>>,
): { value: unknown; where: string } {
  const flag = flags[name];
  if (flag !== undefined) return { value: read(flag, entry.kind), where: `--${flagName(name)}` };
  const variable = env[environmentName(name)];
  if (variable !== undefined && variable !== "")
    return { value: read(variable, entry.kind), where: environmentName(name) };
  if (Object.hasOwn(config, name)) return { value: config[name], where: `${CONFIG_FILE}, ${name}` };
  return { value: name === "workers" ? Math.min(Math.max(cores, 1), 64) : entry.fallback, where: name };
}

/** Text to value; what cannot be read stays text, so that the schema's complaint shows it. */
function read(given: string | boolean | readonly string[], kind: Setting["kind"]): unknown {
  if (typeof given === "boolean") return given;
  if (kind === "list") {
    const items = (typeof given === "string" ? [given] : given).flatMap((text) => text.split(","));
    return items.map((item) => item.trim()).filter((item) => item !== "" && item !== "none");
  }
  const text = (typeof given === "string" ? given : (given.at(-1) ?? "")).trim();
  if (kind === "number") return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (kind === "boolean")
    return /^(true|1|yes|on)$/i.test(text) || (/^(false|0|no|off)$/i.test(text) ? false : text);
  return text;
}

function parseConfig(text: string | undefined, problems: string[]): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    problems.push(`${CONFIG_FILE} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    problems.push(`${CONFIG_FILE} must hold one JSON object`);
    return {};
  }
  for (const key of Object.keys(config))
    if (!Object.hasOwn(settingsTable, key))
      problems.push(
        `${CONFIG_FILE}: "${key}" is not a setting; known: ${Object.keys(settingsTable).join(", ")}`,
      );
  return config as Record<string, unknown>;
}
