import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chooseSocketPath, discardSocketPath, removeApiFile, writeApiFile } from "./api/api-file.ts";
import { peerHandlers } from "./api/peer-handlers.ts";
import { ApiServer, type ApiServerOptions } from "./api/server.ts";
import { Dashboard } from "./dashboard/dashboard.ts";
import { Home } from "./home.ts";
import { createLog } from "./log.ts";
import { LogFile } from "./log-file.ts";
import { watchMachine } from "./machine-watch.ts";
import { Peer } from "./peer.ts";
import type { Settings } from "./settings.ts";
import { storageError } from "./storage-errors.ts";
import { openTracing } from "./tracing/request-spans.ts";
import { VERSION } from "./version.ts";
import { announceReady, followLibrary } from "./welcome.ts";

/** Where a daemon's words go: what the user asked for, and everything else. */
export interface DaemonIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

export interface DaemonOptions {
  /** Say that the peer is ready as one JSON document instead of a few lines. */
  readonly json?: boolean;
}

/** A neighbour or a disk may hang; a peer that was told to stop is gone after this. Nothing acknowledged is lost. */
const STOP_GUARD_MS = 5000;
const TOKEN_BYTES = 32;

/**
 * Runs a peer until it is told to stop (SIGINT, SIGTERM, `collective stop`).
 * @returns the exit code
 * @throws {CollectiveError} it could not start; whatever was opened is closed again.
 */
export async function runDaemon(
  settings: Settings,
  io: DaemonIo,
  { json = false }: DaemonOptions = {},
): Promise<number> {
  const kept = settings.keepLog ? new LogFile(settings.home) : undefined;
  const write = (line: string) => {
    io.stderr(line);
    kept?.write(line);
  };
  const log = createLog(settings.logLevel, write, () => new Date(), settings.logFormat);
  const stop = new AbortController();
  const stopNow = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stopNow);
  const home = await Home.open(settings.home);
  await using closing = new AsyncDisposableStack();
  closing.defer(() => home.close());
  closing.use(watchMachine(home.path, log));
  const metrics = await openMetrics(settings);
  const trace = settings.tracing ? await openTracing() : undefined;
  const peer = await Peer.open({ settings, seed: home.seed, clock: Date.now, log, metrics }).catch(
    (error: unknown) => {
      throw storageError(error) ?? error;
    },
  );
  closing.defer(() => peer.stop());
  const api = await openApi(settings, peer, stopNow, log, { measure: metrics?.meter.request, trace });
  closing.defer(() => api.close());
  const shown = await metrics?.show(
    peer,
    { host: settings.metricsHost, port: settings.metricsPort ?? 0 },
    Date.now,
  );
  if (shown !== undefined) {
    closing.defer(() => shown.close());
    io.stderr(`Metrics: ${shown.url}/metrics\n`);
  }
  await peer.start();
  if (json) io.stdout(`${JSON.stringify(await api.status(), null, 2)}\n`);
  else announceReady(await api.status(), settings, io.stdout);
  const library = json ? Promise.resolve() : followLibrary(peer, io.stdout, stop.signal);
  if (!stop.signal.aborted) await once(stop.signal, "abort");
  await library;
  if (!json) io.stdout("Stopping…\n");
  const guard = setTimeout(() => process.exit(0), STOP_GUARD_MS);
  guard.unref();
  await closing.disposeAsync();
  clearTimeout(guard);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stopNow);
  return 0;
}

/** What it takes is read only where somebody wants it. */
async function openMetrics({ metricsPort, home }: Settings) {
  if (metricsPort === undefined) return undefined;
  const { PeerMetrics } = await import("./metrics/peer-metrics.ts");
  return new PeerMetrics(home);
}

async function openApi(
  settings: Settings,
  peer: Peer,
  stop: () => void,
  log: ReturnType<typeof createLog>,
  watching: Pick<ApiServerOptions, "measure" | "trace">,
) {
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  const socketPath = await chooseSocketPath(settings.home);
  const endpoints: string[] = [];
  const handlers = peerHandlers({
    ...{ peer, version: VERSION, endpoints: () => endpoints, stop },
    openDashboard: () => dashboard.link(),
  });
  const { capabilities } = peer;
  const server = await ApiServer.listen({
    ...{ handlers, port: settings.apiPort, socketPath, token, capabilities, log, ...watching },
  });
  const dashboard = new Dashboard({
    ...{ handlers, events: peer.events, port: settings.dashboardPort, log },
    toolsChanged: () => server.toolsChanged(),
  });
  endpoints.push(server.url, ...(socketPath === undefined ? [] : [`unix:${socketPath}`]));
  const socket = socketPath === undefined ? {} : { socket: socketPath };
  await writeApiFile(settings.home, {
    pid: process.pid,
    url: server.url,
    ...socket,
    token,
    version: VERSION,
  });
  return {
    status: () =>
      handlers.status({ ref: "", body: undefined, signal: AbortSignal.timeout(5000), caller: "user" }),
    async close() {
      await removeApiFile(settings.home, process.pid);
      await Promise.all([server.close(), dashboard.close()]);
      await discardSocketPath(settings.home, socketPath);
    },
  };
}
