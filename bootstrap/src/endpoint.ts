import { isIP } from "node:net";

/** An address and a port, as `127.0.0.1:4002` or `[::1]:4002`. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Undefined when the text is none. Names are not taken: which address a name gets is for somebody else to say. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, six, four, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? four ?? "";
  const port = Number(digits);
  const isAddress = isIP(host) === (six === undefined ? 4 : 6);
  return isAddress && port <= 65_535 ? { host, port } : undefined;
}

export function endpointText({ host, port }: Endpoint): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine can reach it. */
export function isLoopback({ host }: Endpoint): boolean {
  return host === "::1" || host.startsWith("127.");
}
