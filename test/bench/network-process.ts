import { addingAction } from "../helpers/adding-action.ts";
import type { BenchRow } from "../helpers/bench-table.ts";
import { residentMb } from "../helpers/net-namespace.ts";
import { BootstrapProcess, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";
import { median } from "./measure.ts";

const ROUNDS = 5;
const AIM_STOP_MS = 3_000;

/** What one process costs: to start, to keep, to stop. */
export async function oneProcess(say: (text: string) => void): Promise<BenchRow[]> {
  const starts: number[] = [];
  const stops: number[] = [];
  const nodeStarts: number[] = [];
  const nodeStops: number[] = [];
  const resident: number[] = [];
  const nodeResident: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    say(`starting and stopping, round ${round + 1} of ${ROUNDS}`);
    await using node = await timed(nodeStarts, () => BootstrapProcess.start());
    await using peer = await timed(starts, () => PeerProcess.start({ bootstrap: [node.address] }));
    await until(async () => (await peer.client.status()).peers > 0, { what: "a neighbour" });
    await peer.client.publish(addingAction(round));
    resident.push(await residentMb(peer.child.pid ?? 0));
    nodeResident.push(await residentMb(node.child.pid ?? 0));
    await timed(stops, () => peer.stop());
    await timed(nodeStops, () => node.stop());
  }
  const stopped = (metric: string, times: readonly number[]): BenchRow => {
    const value = Math.max(...times);
    return { metric, value, unit: "ms", aim: `≤ ${AIM_STOP_MS}`, met: value <= AIM_STOP_MS };
  };
  return [
    {
      metric: "daemon: process started → API answers and listening, median",
      value: median(starts),
      unit: "ms",
    },
    { metric: "daemon: resident memory after one publication, median", value: median(resident), unit: "MB" },
    stopped(`daemon with a neighbour: SIGTERM → ended, slowest of ${ROUNDS}`, stops),
    { metric: "bootstrap node: process started → listening, median", value: median(nodeStarts), unit: "ms" },
    { metric: "bootstrap node: resident memory, median", value: median(nodeResident), unit: "MB" },
    stopped(`bootstrap node: SIGTERM → ended, slowest of ${ROUNDS}`, nodeStops),
  ];
}

async function timed<Result>(times: number[], work: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  const result = await work();
  times.push(performance.now() - startedAt);
  return result;
}
