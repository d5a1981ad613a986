import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * The folder a peer lives in: what was asked for, else `COLLECTIVE_HOME`, else `~/.action-collective`.
 * A leading `~/` is the user's own folder, also where no shell expanded it.
 */
export function peerHome(
  asked?: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const given = asked || env.COLLECTIVE_HOME || "~/.action-collective";
  return given === "~" || given.startsWith("~/") ? join(homedir(), given.slice(1)) : resolve(given);
}
