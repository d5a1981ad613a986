import { expect, test } from "vitest";
import { BridgedNamespaces, namespacesMissing } from "../helpers/net-namespace.ts";
import { BootstrapProcess, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

const missing = await namespacesMissing();

/** Machines of their own with addresses that count as public; no packet leaves the kernel. */
test.skipIf(missing !== undefined)(
  "on the internet a hub vouches for itself, and dials a peer back, which then needs no relay",
  {
    timeout: 120_000,
  },
  async () => {
    await using net = await BridgedNamespaces.make(2, []);
    const [hubs, peers] = net.spaces.map(({ space }) => space);
    if (!hubs || !peers) throw new Error("two namespaces were asked for");
    await hubs.ip("address", "add", "5.5.5.1/24", "dev", "eth0");
    await peers.ip("address", "add", "5.5.5.2/24", "dev", "eth0");

    await using hub = await BootstrapProcess.start({
      launcher: hubs.launcher,
      args: ["--host", "5.5.5.1", "--port", "4010", "--reach", "public"],
    });
    expect(hub.address).toMatch(/^\/ip4\/5\.5\.5\.1\/tcp\/4010\/p2p\//);
    await using peer = await PeerProcess.start({
      launcher: peers.launcher,
      bootstrap: [hub.address],
      env: {
        COLLECTIVE_REACH: "public",
        COLLECTIVE_HOST: "5.5.5.2",
        COLLECTIVE_PORT: "4010",
        COLLECTIVE_PRESTARTED: "0",
      },
    });
    const status = await until(
      async () => {
        const now = await peer.client.status();
        return now.reachability.state === "direct" && now.reachability.relays.length === 0 ? now : undefined;
      },
      { what: "a confirmed address, and no place at a relay any more", timeoutMs: 60_000, everyMs: 200 },
    );
    expect(status.addresses).toEqual([`/ip4/5.5.5.2/tcp/4010/p2p/${peer.started.peerId}`]);
    // Dialling back leaves alone the connection through which the question came: it grows old.
    const [hubConnection] = await until(
      async () => {
        const peers = await peer.client.peers();
        return peers.length === 1 && Date.now() - (peers[0]?.connectedAt ?? Date.now()) > 3_000 && peers;
      },
      { what: "a connection that lasts", timeoutMs: 30_000, everyMs: 200 },
    );
    expect(hubConnection).toMatchObject({ id: hub.address.split("/p2p/")[1], direction: "outbound" });
  },
);
