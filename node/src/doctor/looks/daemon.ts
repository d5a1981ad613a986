import { ActionClient, isRunning, readApiFile } from "action-collective";
import type { DaemonFound } from "../types.ts";

/** A peer that is well answers in milliseconds. */
const TIMEOUT_MS = 3_000;

/** Whether a peer of this home runs, by what it left there and by asking it. */
export async function lookAtDaemon(home: string): Promise<DaemonFound> {
  let pid: number;
  try {
    const file = await readApiFile(home);
    if (file === undefined) return { state: "none" };
    pid = file.pid;
  } catch (error) {
    return { state: "damaged", why: messageOf(error) };
  }
  if (!isRunning(pid)) return { state: "ended", pid };
  const before = performance.now();
  try {
    const status = await new ActionClient({ home }).status({ signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { state: "answers", pid, tookMs: performance.now() - before, status };
  } catch (error) {
    return { state: "silent", pid, why: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
