import { createServer } from "node:net";
import type { Settings } from "../../settings.ts";
import type { PortFound } from "../types.ts";

const LOOPBACK = "127.0.0.1";

/** Whether the ports that the settings name can be had, by having each for a moment. */
export async function lookAtPorts(settings: Settings): Promise<PortFound[]> {
  const { host, port, apiPort, inbound, metricsPort, metricsHost } = settings;
  return await Promise.all([
    inbound
      ? tryPort("port", host, port)
      : Promise.resolve<PortFound>({ setting: "port", host, port, state: "not-tried" }),
    tryPort("apiPort", LOOPBACK, apiPort),
    ...(metricsPort === undefined ? [] : [tryPort("metricsPort", metricsHost, metricsPort)]),
  ]);
}

async function tryPort(setting: PortFound["setting"], host: string, port: number): Promise<PortFound> {
  if (port === 0) return { setting, host, port, state: "any" };
  const server = createServer((socket) => socket.destroy());
  const state = await new Promise<PortFound["state"]>((done) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      done(error.code === "EADDRINUSE" ? "taken" : { error: error.code ?? error.message }),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => done("free")));
  });
  return { setting, host, port, state };
}
