/** An address and a port, as `127.0.0.1:4002` or `[::1]:4002`. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export function endpointText({ host, port }: Endpoint): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine can reach it. */
export function isLoopback({ host }: Endpoint): boolean {
  return host === "::1" || /^(?:::ffff:)?127\./i.test(host);
}
