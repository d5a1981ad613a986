import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, delimiter, isAbsolute, join, resolve } from "node:path";
import { peerHome } from "action-collective";
import { type Machine, MCP_HOSTS, type McpHost } from "../../cli/mcp-hosts.ts";
import type { AgentHostFound, HostEntry } from "../types.ts";

const MAX_BYTES = 32 * 1024 * 1024;
/** More servers of one file are not looked at. */
const MOST_SERVERS = 1_000;

/** The hosts' files of the user, and of the folder that the command is run in. */
export async function lookAtAgentHosts(machine: Machine, folder: string): Promise<AgentHostFound[]> {
  const places = MCP_HOSTS.flatMap((host) =>
    [...new Set([host.user(machine), join(folder, host.project)])].map((file) => ({ host, file })),
  );
  return await Promise.all(places.map(({ host, file }) => lookAtFile(host, file, machine)));
}

async function lookAtFile(host: McpHost, file: string, { env, home }: Machine): Promise<AgentHostFound> {
  const found = { host: host.name, title: host.title, file };
  try {
    const its = await stat(file);
    // A repository of strangers may hold a link to a device that never ends.
    if (!its.isFile()) return { ...found, present: true, failure: "it is no file", entries: [] };
    if (its.size > MAX_BYTES)
      return { ...found, present: true, failure: `it has ${its.size} bytes`, entries: [] };
    const text = (await readFile(file, "utf8")).replace(/^\ufeff/, "");
    const servers = text.trim() === "" ? {} : fields(fields(JSON.parse(text))[host.key]);
    const entries = Object.entries(servers)
      .slice(0, MOST_SERVERS)
      .flatMap(([name, value]) => entryOf(name, fields(value), env, home));
    return { ...found, present: true, entries };
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return { ...found, present: false, entries: [] };
    const failure = error instanceof SyntaxError ? "it is not plain JSON" : messageOf(error);
    return { ...found, present: true, failure, entries: [] };
  }
}

/** Only what starts this program: its name, or its script, with `mcp`. */
function entryOf(
  name: string,
  server: Readonly<Record<string, unknown>>,
  env: Machine["env"],
  userFolder: string,
): HostEntry[] {
  const { command } = server;
  const args = Array.isArray(server.args) ? server.args.filter((one) => typeof one === "string") : [];
  if (typeof command !== "string" || !args.includes("mcp")) return [];
  const script = args.find((argument) => basename(argument) === "collective.js");
  if (script === undefined && !/^collective(?:\.cmd)?$/.test(basename(command))) return [];
  const missing = [
    ...(programExists(command, env.PATH ?? "") ? [] : [command]),
    ...(script === undefined || !isAbsolute(script) || existsSync(script) ? [] : [script]),
  ];
  const flag = args[args.indexOf("--home") + 1];
  const given = args.includes("--home") && flag !== undefined ? flag : fields(server.env).COLLECTIVE_HOME;
  const home = resolve(typeof given === "string" ? given : peerHome(undefined, { HOME: userFolder }));
  return [{ name, missing, home }];
}

function programExists(command: string, searchPath: string): boolean {
  if (isAbsolute(command)) return existsSync(command);
  return searchPath.split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, command)));
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
