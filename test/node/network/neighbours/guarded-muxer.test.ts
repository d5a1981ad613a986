import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import { expect, test } from "vitest";
import { guardedMuxer } from "../../../../node/src/network/neighbours/guarded-muxer.ts";
import { until } from "../fixture.ts";

const PROTOCOL = "/test/short/1";

test("streams opened faster than the rate are reset; the connection stays, and later ones are served", async () => {
  let now = 0;
  const shared = { transports: [tcp()], connectionEncrypters: [noise()] };
  const victim = await createLibp2p({
    ...shared,
    addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
    streamMuxers: [guardedMuxer({}, { capacity: 10, perSecond: 1 }, () => now)],
    connectionMonitor: { enabled: false },
  });
  const hasty = await createLibp2p({
    ...shared,
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  });
  try {
    let served = 0;
    await victim.handle(PROTOCOL, (stream) => {
      served++;
      stream.abort(new Error("served"));
    });
    const connection = await hasty.dial(victim.getMultiaddrs());
    const open = async (count: number) => {
      for (let index = 0; index < count; index++)
        await connection.newStream(PROTOCOL, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    };
    await open(50);
    await until("the first ones were served", () => served === 10);
    expect(connection.status).toBe("open");
    expect(victim.getConnections()[0]?.streams).toEqual([]);
    now = 3_000;
    await open(20);
    await until("three more were served", () => served >= 13);
    expect(served).toBe(13);
  } finally {
    await Promise.all([hasty.stop(), victim.stop()]);
  }
});
