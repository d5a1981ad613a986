import { readFileSync } from "node:fs";

/** What a process and its descendants use now. */
export interface Usage {
  readonly residentMb: number;
  readonly cpuSeconds: number;
}

/** A bubblewrapped Deno is the grandchild of what was spawned; deeper trees are not ours. */
const MOST_PROCESSES = 16;
/** USER_HZ: 100 on every Linux that Deno ships for. */
const TICKS_PER_SECOND = 100;

/** Reads /proc. Undefined when there is none, or the process is gone: then the kernel's limits stand alone. */
export function usageOfTree(root: number): Usage | undefined {
  let residentMb = 0;
  let cpuSeconds = 0;
  const open = [root];
  for (let seen = 0; open.length > 0 && seen < MOST_PROCESSES; seen++) {
    const pid = open.pop();
    const stat = readOrUndefined(`/proc/${pid}/stat`);
    const status = readOrUndefined(`/proc/${pid}/status`);
    if (stat === undefined || status === undefined) {
      if (pid === root) return undefined;
      continue;
    }
    residentMb += parseResidentMb(status);
    cpuSeconds += parseCpuSeconds(stat);
    const children = readOrUndefined(`/proc/${pid}/task/${pid}/children`) ?? "";
    for (const child of children.split(" ")) if (child !== "") open.push(Number(child));
  }
  return { residentMb, cpuSeconds };
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

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
