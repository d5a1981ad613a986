import { once } from "node:events";
import {
  announcedProblem,
  createLog,
  Home,
  isPeerId,
  type Log,
  libp2pMeasures,
  Monitor,
  planJoining,
} from "@action-collective/node";
import { Registry } from "prom-client";
import { BootstrapNode } from "./bootstrap-node.ts";
import { STOP_GUARD_MS } from "./limits.ts";
import { addMeasures } from "./measures.ts";
import { pagesOf } from "./pages.ts";
import { type RunOptions, UsageError } from "./usage.ts";

/**
 * Runs an entry point until SIGINT or SIGTERM.
 * @returns the exit code
 * @throws {UsageError} an address to announce is none.
 * @throws {CollectiveError} it could not start; whatever was opened is closed again.
 */
export async function run({ logLevel, ...options }: RunOptions): Promise<number> {
  const log = createLog(
    logLevel,
    (line) => process.stderr.write(line),
    () => new Date(),
  );
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  if (options.networkKey?.every(isPeerId) === false)
    throw new UsageError("--list-key must be a whole peer id such as 12D3Koo…");
  for (const address of options.announce) {
    const problem = announcedProblem(address);
    if (problem !== undefined) throw new UsageError(`--announce: "${address.slice(0, 100)}" ${problem}`);
  }
  // It judges no action, so it has no use for anybody's word.
  const wish = { ...options, networkTrust: false };
  const joining = await planJoining(wish, { now: Date.now(), random: Math.random });
  if (joining.how === "expired") log("warn", joining.note);
  const home = await Home.open(options.home);
  await using closing = new AsyncDisposableStack();
  closing.defer(() => home.close());
  const { node, monitor } = await open(options, { seed: home.seed, bootstrap: joining.bootstrap, log });
  closing.defer(() => node.stop());
  if (monitor !== undefined) closing.defer(() => monitor.close());
  await node.start();
  process.stdout.write(readyText(options.network, node.network));
  if (monitor !== undefined)
    process.stdout.write(`Health: ${monitor.url}/health  Metrics: ${monitor.url}/metrics\n`);
  if (!stop.signal.aborted) await once(stop.signal, "abort");
  setTimeout(() => process.exit(0), STOP_GUARD_MS).unref();
  await closing.disposeAsync();
  return 0;
}

/** For people, where the monitor's port cannot be had. */
const MONITOR_WORDS = {
  pages: "health and metrics",
  remedy: "Choose another with --monitor HOST:PORT, or turn it off with --monitor none.",
};

/** Where peers join, or, where no address of this machine is one to join at, what to do about it. */
function readyText(
  name: string,
  network: Pick<BootstrapNode["network"], "addresses" | "listening" | "peerId">,
) {
  const addresses = network.addresses();
  const ready = `Bootstrap node of network "${name}" is ready.`;
  if (addresses.length > 0)
    return `${ready} Peers join with:\n${addresses.map((address) => `  --bootstrap ${address}\n`).join("")}`;
  const listening = network.listening().map((address) => `  ${address}\n`);
  return `${ready} Its peer id is ${network.peerId}. It listens at:
${listening.join("")}None of these is a public address. When others reach this machine by another one, say which:
  --announce /ip4/ADDRESS/tcp/PORT; in a network of your own: --reach lan
`;
}

/** The node, not started, and its monitor, which says that it is not healthy until it listens. */
async function open(
  options: Omit<RunOptions, "logLevel">,
  { seed, bootstrap, log }: { seed: Uint8Array; bootstrap: readonly string[]; log: Log },
): Promise<{ node: BootstrapNode; monitor: Monitor | undefined }> {
  const parts = { ...options, seed, bootstrap, clock: Date.now, log };
  const { monitor: endpoint } = options;
  if (endpoint === undefined) return { node: await BootstrapNode.open(parts), monitor: undefined };
  const registry = new Registry();
  const node = await BootstrapNode.open({ ...parts, metrics: libp2pMeasures(registry, options.home) });
  addMeasures(registry, node);
  try {
    return {
      node,
      monitor: await Monitor.listen(endpoint, pagesOf(node, registry, Date.now), MONITOR_WORDS),
    };
  } catch (error) {
    await node.stop();
    throw error;
  }
}
