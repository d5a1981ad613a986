import { identify } from "@libp2p/identify";
import type { Libp2p, Stream } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";

/** A plain libp2p host on loopback that speaks what a test makes it speak; stopped at the end of its scope. */
export async function stranger(
  protocols: Readonly<Record<string, (stream: Stream) => unknown>> = {},
): Promise<Libp2p & AsyncDisposable> {
  const host = await createLibp2p({
    addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
  });
  for (const [protocol, answer] of Object.entries(protocols))
    await host.handle(protocol, async (stream) => {
      // What it does may fail when the other side hangs up, which is what many of these tests are about.
      await Promise.resolve(answer(stream)).catch(() => undefined);
    });
  return Object.assign(host, { [Symbol.asyncDispose]: async () => void (await host.stop()) });
}
