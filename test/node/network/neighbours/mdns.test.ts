import { expect, test } from "vitest";
import { mdnsServiceTag, wantsMdns } from "../../../../node/src/network/neighbours/mdns-discovery.ts";
import { BridgedNamespaces, namespacesMissing } from "../../../helpers/net-namespace.ts";
import { PeerProcess } from "../../../helpers/processes.ts";
import { until } from "../../../helpers/until.ts";

test("the LAN is searched with reach lan, unless it was turned off, and elsewhere if it was turned on", () => {
  expect((["loopback", "lan", "public"] as const).map((reach) => wantsMdns(undefined, reach))).toEqual([
    false,
    true,
    false,
  ]);
  expect([wantsMdns(false, "lan"), wantsMdns(true, "public")]).toEqual([false, true]);
});

test("each network has a service of its own, whose name DNS-SD allows", () => {
  expect(mdnsServiceTag("main")).not.toBe(mdnsServiceTag("main-2"));
  // RFC 6335, section 5.1: 1 to 15 letters, digits and hyphens.
  expect(mdnsServiceTag("a-name-as-long-as-they-may-be-32")).toMatch(/^_[a-z0-9-]{1,15}\._udp\.local$/);
});

const missing = await namespacesMissing();

/** Needs machines of its own on a LAN of its own: no multicast leaves the kernel. */
test.skipIf(missing !== undefined)(
  "peers on one LAN find each other without any address; those of another network stay apart",
  {
    timeout: 120_000,
  },
  async () => {
    await using lan = await BridgedNamespaces.make(3, []);
    for (const { space } of lan.spaces) await space.ip("route", "add", "224.0.0.0/4", "dev", "eth0");
    const start = (at: number, network: string) =>
      PeerProcess.start({
        launcher: lan.spaces[at]?.space.launcher ?? [],
        env: { COLLECTIVE_REACH: "lan", COLLECTIVE_NETWORK: network, COLLECTIVE_PRESTARTED: "0" },
      });
    await using stranger = await start(2, "theirs");
    await using first = await start(0, "ours");
    await using second = await start(1, "ours");
    const met = await until(async () => (await second.client.peers())[0], { what: "a peer that was found" });
    expect(met.id).toBe(first.started.peerId);
    expect(met.address).toMatch(/^\/ip4\/10\.77\.0\.1\/tcp\/\d+/);
    expect(await stranger.client.peers()).toEqual([]);
    expect((await first.client.peers()).map(({ id }) => id)).toEqual([second.started.peerId]);
  },
);
