import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { API_FILE, type ApiFile, apiFileSchema, firstIssue } from "@action-collective/protocol";
import { ApiFileDamagedError, PeerUnreachableError } from "./errors.ts";
import { peerHome } from "./home.ts";

/** Where to find a peer. Nothing given: the peer whose home is `COLLECTIVE_HOME` or `~/.action-collective`. */
export interface ConnectOptions {
  /** The peer's home folder. */
  readonly home?: string | undefined;
  /** `http://127.0.0.1:4011`: used in place of what the home says. */
  readonly url?: string | undefined;
  /**
   * The peer's token, or a capability; it counts whatever the home says. By default the token in the home, if `url` or
   * `socket` is the address given there.
   */
  readonly token?: string | undefined;
  /** Path of the peer's unix socket: used in place of TCP. */
  readonly socket?: string | undefined;
}

/** How to reach one running peer. */
export interface Endpoint {
  readonly url: string;
  readonly socket?: string;
  readonly token?: string;
}

/**
 * @throws {PeerUnreachableError} no peer runs at that home.
 * @throws {ApiFileDamagedError} the home says something unreadable.
 */
export async function findPeer(options: ConnectOptions): Promise<Endpoint> {
  const { url, socket, token } = options;
  if (url === undefined && socket === undefined) {
    const file = await readRunningPeer(peerHome(options.home));
    return { url: file.url, token: token ?? file.token };
  }
  const address = url?.replace(/\/+$/, "") ?? "http://localhost";
  const known = token ?? (await tokenOf(peerHome(options.home), address, socket));
  return {
    url: address,
    ...(socket === undefined ? {} : { socket }),
    ...(known === undefined ? {} : { token: known }),
  };
}

/** The `api.json` of a home, whether or not its peer still runs; undefined when there is none. */
export async function readApiFile(home: string): Promise<ApiFile | undefined> {
  const path = join(home, API_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw new ApiFileDamagedError(path, messageOf(error), { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ApiFileDamagedError(path, "it is not JSON", { cause: error });
  }
  const parsed = apiFileSchema.safeParse(value);
  if (!parsed.success) throw new ApiFileDamagedError(path, firstIssue(parsed.error));
  return parsed.data;
}

/** Whether a process of this machine exists; one that belongs to another user does. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

export function noPeerAt(home: string, why: string, options?: ErrorOptions): PeerUnreachableError {
  return new PeerUnreachableError(
    `No peer runs at ${home}: ${why}`,
    'Start one with "collective start", or point COLLECTIVE_HOME at the home of one that runs.',
    options,
  );
}

async function readRunningPeer(home: string): Promise<ApiFile> {
  const file = await readApiFile(home);
  if (file === undefined) throw noPeerAt(home, `it has no ${API_FILE}`);
  if (!isRunning(file.pid)) throw noPeerAt(home, `the one that did (process ${file.pid}) has ended`);
  return file;
}

async function tokenOf(home: string, url: string, socket: string | undefined): Promise<string | undefined> {
  const file = await readApiFile(home).catch(() => undefined);
  if (file === undefined) return undefined;
  return (socket === undefined ? file.url === url : file.socket === socket) ? file.token : undefined;
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
