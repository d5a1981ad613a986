import { mkdtemp, readFile, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { API_FILE, type ApiFile } from "@action-collective/protocol";
import { readApiFile } from "action-collective";
import { replaceFile } from "../home.ts";

const SOCKET_FILE = "api.sock";
const OUTSIDE_PREFIX = "collective-socket-";

/** `sockaddr_un` holds 104 to 108 bytes, depending on the system, the closing zero included. */
const SOCKET_PATH_BYTES = 100;

/**
 * Where the API's unix socket goes: into the home, or, if that path is too long for a socket, into a fresh 0700
 * folder of the system's temporary one (and the folder that a killed peer left there goes). Undefined on Windows.
 */
export async function chooseSocketPath(home: string): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  const path = join(home, SOCKET_FILE);
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES) return path;
  const before = await readApiFile(home).catch(() => undefined);
  await discardSocketPath(home, before?.socket);
  return join(await mkdtemp(join(tmpdir(), OUTSIDE_PREFIX)), SOCKET_FILE);
}

/** Removes the folder that `chooseSocketPath` made outside the home, if it made one. */
export async function discardSocketPath(home: string, socketPath: string | undefined): Promise<void> {
  if (socketPath === undefined) return;
  const folder = dirname(socketPath);
  if (folder === home || !folder.startsWith(join(tmpdir(), OUTSIDE_PREFIX))) return;
  await rm(socketPath, { force: true });
  await rmdir(folder).catch(() => undefined);
}

/** Tells clients on this machine how to reach the peer, atomically and for its owner's eyes only. */
export async function writeApiFile(home: string, file: ApiFile): Promise<void> {
  await replaceFile(join(home, API_FILE), `${JSON.stringify(file, null, 2)}\n`);
}

/** Removes the file, unless another peer has written its own meanwhile. */
export async function removeApiFile(home: string, pid: number): Promise<void> {
  const path = join(home, API_FILE);
  const text = await readFile(path, "utf8").catch(() => "");
  if (text.includes(`"pid": ${pid},`)) await rm(path, { force: true });
}
