import { generateKeyPair } from "@libp2p/crypto/keys";
import type { PeerId } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { expect, test } from "vitest";
import { GossipGuard } from "../../../../node/src/network/gossip/gossip-guard.ts";
import type { GossipInternals, Rpc } from "../../../../node/src/network/gossip/gossip-internals.ts";
import { ValidationBudget } from "../../../../node/src/network/gossip/validation-budget.ts";
import { GOSSIP_BYTES, GOSSIP_LOOP_SHARE, GOSSIP_MALFORMED } from "../../../../node/src/network/limits.ts";

const peer = peerIdFromPrivateKey(await generateKeyPair("Ed25519"));

/** The guard before a gossipsub that takes whatever is handed on. */
function guarded() {
  const handed: Rpc[] = [];
  const hostile: string[] = [];
  const gossipsub: GossipInternals = {
    decodeRpc: (bytes) => {
      if (bytes[0] === 0xff) throw new Error("not a frame");
      return { subscriptions: ["one"], messages: [] };
    },
    handleReceivedRpc: async (_: PeerId, rpc: Rpc) => {
      handed.push(rpc);
    },
    createOutboundStream: async () => {},
    msgIdToStrFn: String,
    streamsOutbound: new Map(),
    seenCache: { has: () => false },
    gossipTracer: { deliverMessage: () => {} },
  };
  const now = () => performance.now();
  new GossipGuard({
    gossipsub,
    budget: new ValidationBudget(GOSSIP_LOOP_SHARE, now()),
    streams: () => [],
    onHostile: (id) => hostile.push(id),
    onSuspect: () => {},
    onIgnored: () => {},
    lifetime: new AbortController().signal,
    now,
    log: () => {},
  });
  const receive = async (bytes: Uint8Array) =>
    await gossipsub.handleReceivedRpc(peer, gossipsub.decodeRpc(bytes));
  return { receive, handed, hostile };
}

test("a neighbour that sent more than its bytes is not read on before that time has passed", async () => {
  const { receive, handed } = guarded();
  const begun = performance.now();
  await receive(new Uint8Array(GOSSIP_BYTES.capacity));
  expect(handed).toHaveLength(1);
  await receive(new Uint8Array(1.5 * GOSSIP_BYTES.perSecond));
  expect(handed).toHaveLength(2);
  // A second and a half of its rate, whatever one pause takes at most; the clocks are not the same.
  expect(performance.now() - begun).toBeGreaterThan(1_450);
});

test("frames that cannot be read hand nothing on, and too many of them are hostile", async () => {
  const { receive, handed, hostile } = guarded();
  const garbage = Uint8Array.of(0xff);
  for (let frame = 0; frame < GOSSIP_MALFORMED.capacity; frame++) await receive(garbage);
  expect(hostile).toEqual([]);
  await receive(garbage);
  expect(hostile).toEqual([peer.toString()]);
  expect(handed).toEqual([]);
});
