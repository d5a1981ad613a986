import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback that hands requests on with the peer's token: the conformance suite can send no header. */
export async function tokenProxy(api: { readonly url: string; readonly token: string }) {
  const target = new URL(api.url);
  const server = createServer((incoming, outgoing) => {
    const { method, url: path } = incoming;
    const headers = forwarded(incoming.headers, portOf(), target.port, api.token);
    const onward = request({ host: target.hostname, port: target.port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  const portOf = () => String((server.address() as AddressInfo).port);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf()}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Host and Origin are the caller's, so that the peer judges them; only the proxy's own port becomes the peer's. */
function forwarded(
  { host, origin, ...headers }: IncomingHttpHeaders,
  from: string,
  to: string,
  token: string,
): IncomingHttpHeaders {
  const moved = (value: string) => (value.endsWith(`:${from}`) ? value.slice(0, -from.length) + to : value);
  return {
    ...headers,
    authorization: `Bearer ${token}`,
    ...(host === undefined ? {} : { host: moved(host) }),
    ...(origin === undefined ? {} : { origin: moved(origin) }),
  };
}
