import { readdirSync, readFileSync } from "node:fs";

/** The Deno processes, in the order of their ids, that descend from `root` and run our main modules. Linux. */
export function sandboxedProcesses(root: number): number[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)]),
  );
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent === root || (parent > 1 && descends(parent));
  };
  return [...parents.keys()].filter((pid) => descends(pid) && isDeno(pid)).sort((a, b) => a - b);
}

function parentOf(pid: string): number {
  return Number(/^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${pid}/stat`))?.[1]);
}

/** The wall around it has the main module among its arguments too, but is no Deno. */
function isDeno(pid: number): boolean {
  const [program = "", ...args] = read(`/proc/${pid}/cmdline`).split("\0");
  return program.endsWith("deno") && args.some((arg) => /\/(action|test)-main\.js$/.test(arg));
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
