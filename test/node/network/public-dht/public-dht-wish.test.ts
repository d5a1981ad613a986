import { multiaddr } from "@multiformats/multiaddr";
import { expect, test } from "vitest";
import { PUBLIC_DHT_BOOTSTRAP } from "../../../../node/src/network/public-dht/public-dht-host.ts";
import { publicDhtOptions } from "../../../../node/src/network/public-dht/public-dht-wish.ts";

const SAYS_NOTHING = { publicDht: undefined, publicDhtBootstrap: undefined, publicBundles: false };
const own = ["/ip4/127.0.0.1/tcp/1/p2p/12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8"];

test("without a word of the user or the list it is off", () => {
  expect(publicDhtOptions(SAYS_NOTHING, undefined)).toBeUndefined();
  expect(publicDhtOptions(SAYS_NOTHING, { meet: false })).toBeUndefined();
});

test("the list may turn it on, and the user may turn it off or on whatever the list says", () => {
  expect(publicDhtOptions(SAYS_NOTHING, { meet: true, bootstrap: own })).toEqual({
    meet: true,
    announceBundles: false,
    bootstrap: own,
  });
  expect(publicDhtOptions({ ...SAYS_NOTHING, publicDht: "off" }, { meet: true })).toBeUndefined();
  expect(publicDhtOptions({ ...SAYS_NOTHING, publicDht: "meet" }, { meet: false })).toEqual({
    meet: true,
    announceBundles: false,
  });
});

test("bundles are announced when the user says so, and by nobody else's word", () => {
  const wish = { ...SAYS_NOTHING, publicBundles: true, publicDhtBootstrap: own };
  expect(publicDhtOptions(wish, undefined)).toEqual({ meet: false, announceBundles: true, bootstrap: own });
  expect(publicDhtOptions(wish, { meet: true, bootstrap: [] })).toMatchObject({ meet: true, bootstrap: own });
});

test("the well-known entry nodes are addresses with whom to expect there, each once", () => {
  const ids = PUBLIC_DHT_BOOTSTRAP.map((address) => multiaddr(address).getComponents().at(-1));
  expect(ids.every((last) => last?.name === "p2p")).toBe(true);
  expect(new Set(ids.map((last) => last?.value)).size).toBe(PUBLIC_DHT_BOOTSTRAP.length);
});
