import { readFileSync } from "node:fs";

/** What a process and its descendants use now. */
export interface Usage {
  readonly residentMb: number;
  readonly cpuSeconds: number;
  readonly threads: number;
}

/** A bubblewrapped Deno is the grandchild of what was spawned; deeper trees are not ours. */
const MOST_PROCESSES = 16;
/** USER_HZ: 100 on every Linux that Deno ships for. */
const TICKS_PER_SECOND = 100;

/** Reads /proc. Undefined when there is none, or the process is gone: then the kernel's limits stand alone. */
export function usageOfTree(root: number): Usage | undefined {
  let residentMb = 0;
  let cpuSeconds = 0;
  let threads = 0;
  const tree = processTree(root);
  for (const pid of tree) {
    const stat = readOrUndefined(`/proc/${pid}/stat`);
    const status = readOrUndefined(`/proc/${pid}/status`);
    if (stat === undefined || status === undefined) {
      if (pid === root) return undefined;
      continue;
    }
    residentMb += parseResidentMb(status);
    cpuSeconds += parseCpuSeconds(stat);
    threads += parseThreads(status);
  }
  return { residentMb, cpuSeconds, threads };
}

/** A process and its descendants, as far as they are ours. */
export function processTree(root: number): number[] {
  const tree = [root];
  for (let at = 0; at < tree.length && tree.length < MOST_PROCESSES; at++) {
    const pid = tree[at];
    const children = readOrUndefined(`/proc/${pid}/task/${pid}/children`) ?? "";
    for (const child of children.split(" ")) if (child !== "") tree.push(Number(child));
  }
  return tree;
}

/** From /proc/PID/stat (proc(5)); the command name in it may hold spaces and parentheses. */
export function parseCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** From /proc/PID/status; a zombie has no such line. */
export function parseResidentMb(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

/** From /proc/PID/status. */
export function parseThreads(status: string): number {
  return Number(/^Threads:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
