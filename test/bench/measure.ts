import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

export const cores = availableParallelism();

/** USER_HZ: 100 on every Linux. */
const MS_PER_TICK = 10;

/** Medians of one piece of work, in milliseconds. */
export interface Figures {
  readonly cpuMs: number;
  readonly latencyMs: number;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** CPU milliseconds of this process with its threads, and of every child that was waited for. Linux. */
export function cpuMs(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const { user, system } = process.cpuUsage();
  return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK + (user + system) / 1000;
}

/** Does each piece of work `batch` times, one after the other, in every round: what slows one slows all. */
export async function inTurns<Name extends string>(
  work: Readonly<Record<Name, () => Promise<unknown>>>,
  { rounds, batch }: { rounds: number; batch: number },
): Promise<Record<Name, Figures>> {
  const names = Object.keys(work) as Name[];
  const cpu = new Map<Name, number[]>(names.map((name) => [name, []]));
  const latencies = new Map<Name, number[]>(names.map((name) => [name, []]));
  // The first of each compiles code and fills caches.
  for (const name of names) await work[name]();
  for (let round = 0; round < rounds; round++)
    for (const name of names) {
      const before = cpuMs();
      for (let i = 0; i < batch; i++) {
        const startedAt = performance.now();
        await work[name]();
        latencies.get(name)?.push(performance.now() - startedAt);
      }
      cpu.get(name)?.push((cpuMs() - before) / batch);
    }
  const figures = names.map((name) => [
    name,
    { cpuMs: median(cpu.get(name) ?? []), latencyMs: median(latencies.get(name) ?? []) },
  ]);
  return Object.fromEntries(figures) as Record<Name, Figures>;
}

/** Does the work `count` times, `atOnce` at a time. @returns how many a second */
export async function perSecond(
  work: () => Promise<unknown>,
  count: number,
  atOnce: number,
): Promise<number> {
  let left = count;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await work();
    }),
  );
  return (count * 1000) / (performance.now() - startedAt);
}

/** Memory that a process shares with nobody, in megabytes: what one more of its kind costs. Linux. */
export function privateMb(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const fields = rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm);
  return [...fields].reduce((sum, [, kb]) => sum + Number(kb), 0) / 1024;
}
