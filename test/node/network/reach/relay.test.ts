import { once } from "node:events";
import {
  type CircuitRelayService,
  circuitRelayTransport,
  RELAY_V2_STOP_CODEC,
} from "@libp2p/circuit-relay-v2";
import { identify } from "@libp2p/identify";
import type { ConnectionGater, Libp2p, PeerId, Stream } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { lpStream } from "@libp2p/utils";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import { expect, test } from "vitest";
import { throughRelay } from "../../../../node/src/network/addresses.ts";
import { createGuards, gaterOf } from "../../../../node/src/network/neighbours/host-guards.ts";
import {
  chooseRelays,
  type RelayState,
  relayRetryDelay,
  wantsRelays,
} from "../../../../node/src/network/reach/relay-choice.ts";
import {
  RELAY_LIMITS,
  type RelayLimits,
  relayServer,
  releaseReservation,
} from "../../../../node/src/network/reach/relay-server.ts";
import { type RelaySlots, relaySlots } from "../../../../node/src/network/reach/relay-slots.ts";
import { relayTransport } from "../../../../node/src/network/reach/relay-transport.ts";
import { until } from "../fixture.ts";

const COUNTING = "/test/counting/1";

type Client = Libp2p<{ identify: unknown; relays: RelaySlots }>;
type Relay = Libp2p<{ identify: unknown; relayServer: CircuitRelayService }>;

const shared = {
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { allow: ["/ip4/127.0.0.0/ipcidr/8"], reconnectRetries: 0 },
};

/** Real libp2p nodes on loopback: one relay, and peers that listen on nothing. */
class Nodes implements AsyncDisposable {
  readonly #all: Libp2p[] = [];

  async relay(limits: Partial<RelayLimits>, connectionGater: ConnectionGater = {}): Promise<Relay> {
    const node = await createLibp2p({
      ...shared,
      connectionGater,
      addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
      transports: [tcp()],
      services: { identify: identify(), relayServer: relayServer({ ...RELAY_LIMITS, ...limits }) },
    });
    this.#all.push(node as unknown as Libp2p);
    return node;
  }

  /** Connected to the relay. */
  async client(relay: Relay, circuits = circuitRelayTransport()): Promise<Client> {
    const node: Client = await createLibp2p({
      ...shared,
      transports: [tcp(), circuits],
      services: { identify: identify(), relays: relaySlots() },
    });
    this.#all.push(node as unknown as Libp2p);
    await node.dial(relay.getMultiaddrs());
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((node) => node.stop()));
  }
}

function through(relay: Relay, peer: Client) {
  return throughRelay(relay.peerId.toString(), peer.peerId.toString());
}

function placesOf(relay: Relay): number {
  return relay.services.relayServer.reservations.size;
}

test("a peer that listens on nothing is dialled through its place at a relay", async () => {
  await using nodes = new Nodes();
  const relay = await nodes.relay({});
  const [hidden, other] = [await nodes.client(relay), await nodes.client(relay)];
  await expect(other.dial(through(relay, hidden))).rejects.toThrow("NO_RESERVATION");
  await hidden.services.relays.reserve(relay.peerId);
  expect(hidden.services.relays.relays()).toEqual(new Set([relay.peerId.toString()]));
  expect(hidden.getMultiaddrs().map(String)).toContain(
    `${relay.getMultiaddrs()[0]}/p2p-circuit/p2p/${hidden.peerId}`,
  );
  const connection = await other.dial(through(relay, hidden));
  expect(connection.remotePeer.equals(hidden.peerId)).toBe(true);
  expect(connection.limits).toBeDefined();
});

test("a place that was lost with the connection is taken again, and given up when it is not needed", async () => {
  await using nodes = new Nodes();
  const relay = await nodes.relay({});
  const hidden = await nodes.client(relay);
  const { relays } = hidden.services;
  for (let round = 0; round < 3; round++) {
    await relays.reserve(relay.peerId);
    expect(relays.addresses()).toHaveLength(1);
    await hidden.hangUp(relay.peerId);
    await until("the place is lost", () => relays.addresses().length === 0);
    await hidden.dial(relay.getMultiaddrs());
  }
  await relays.reserve(relay.peerId);
  await relays.drop();
  expect([relays.addresses(), hidden.getMultiaddrs()]).toEqual([[], []]);
  await relays.reserve(relay.peerId);
  expect(relays.relays()).toEqual(new Set([relay.peerId.toString()]));
});

test("circuits come from a relay that was asked for a place, not from any neighbour that pushes them", async () => {
  await using nodes = new Nodes();
  const relay = await nodes.relay({});
  const hidden = await nodes.client(relay, relayTransport());
  const other = await nodes.client(relay);
  const push = async (): Promise<Uint8Array | undefined> => {
    const [connection] = relay.getConnections(hidden.peerId);
    if (!connection) throw new Error("the relay has lost its neighbour");
    const stream = lpStream(await connection.newStream(RELAY_V2_STOP_CODEC));
    try {
      const signal = AbortSignal.timeout(5_000);
      await stream.write(stopConnect(other.peerId), { signal });
      return (await stream.read({ signal })).subarray();
    } catch (error) {
      if (error instanceof Error && error.name === "TimeoutError") throw error;
      return undefined;
    }
  };
  expect(await push()).toBeUndefined();
  await hidden.services.relays.reserve(relay.peerId);
  expect(await push()).toBeDefined();
  expect((await other.dial(through(relay, hidden))).remotePeer.equals(hidden.peerId)).toBe(true);
});

/** What a relay says to one end of a circuit: `CONNECT`, and who is at the other (circuit relay v2, `StopMessage`). */
function stopConnect(peer: PeerId): Uint8Array {
  const id = peer.toMultihash().bytes;
  return Uint8Array.from([0x08, 0, 0x12, id.length + 2, 0x0a, id.length, ...id]);
}

test("a full relay refuses one more, and the place of a peer that left is free again", async () => {
  await using nodes = new Nodes();
  const relay = await nodes.relay({ reservations: 2 });
  relay.addEventListener("peer:disconnect", ({ detail }) =>
    releaseReservation(relay.services.relayServer, detail),
  );
  const [first, second, third] = [
    await nodes.client(relay),
    await nodes.client(relay),
    await nodes.client(relay),
  ];
  await first.services.relays.reserve(relay.peerId);
  await second.services.relays.reserve(relay.peerId);
  await expect(third.services.relays.reserve(relay.peerId)).rejects.toThrow("RESERVATION_REFUSED");
  expect(third.services.relays.addresses()).toEqual([]);
  expect(placesOf(relay)).toBe(2);
  await first.stop();
  await until("the place is free", () => placesOf(relay) === 1);
  await third.services.relays.reserve(relay.peerId);
  expect(third.services.relays.addresses()).toHaveLength(1);
});

test("a circuit is cut when as many bytes went through as the relay allows", async () => {
  await using nodes = new Nodes();
  const limit = 256 * 1024;
  const relay = await nodes.relay({ circuitBytes: limit });
  const [hidden, other] = [await nodes.client(relay), await nodes.client(relay)];
  await hidden.services.relays.reserve(relay.peerId);
  let received = 0;
  await hidden.handle(
    COUNTING,
    (stream: Stream) => {
      stream.addEventListener("message", ({ data }) => {
        received += data.byteLength;
      });
    },
    { runOnLimitedConnection: true },
  );
  const connection = await other.dial(through(relay, hidden));
  const closed = once(connection, "close");
  const stream = await connection.newStream(COUNTING, { runOnLimitedConnection: true });
  stream.send(new Uint8Array(limit / 4));
  await until("the first bytes are through", () => received === limit / 4);
  await flood(stream, 4 * limit);
  await closed;
  // What was on its way when the circuit was cut is lost.
  expect(received).toBeLessThanOrEqual(limit);
  expect(other.getConnections(hidden.peerId)).toEqual([]);
  // The relay itself is not hung up on, and a new circuit can be made.
  expect((await other.dial(through(relay, hidden))).status).toBe("open");
});

/** Sends until the stream breaks or all is sent. */
async function flood(stream: Stream, bytes: number): Promise<void> {
  const chunk = new Uint8Array(16 * 1024);
  try {
    for (let sent = 0; sent < bytes; sent += chunk.length) {
      if (!stream.send(chunk)) await stream.onDrain();
    }
  } catch {
    // What the test is about: the circuit was cut meanwhile.
  }
}

test("a circuit ends after its time", async () => {
  await using nodes = new Nodes();
  const relay = await nodes.relay({ circuitMs: 300 });
  const [hidden, other] = [await nodes.client(relay), await nodes.client(relay)];
  await hidden.services.relays.reserve(relay.peerId);
  const connection = await other.dial(through(relay, hidden));
  await once(connection, "close");
  expect(other.getConnections(relay.peerId)).toHaveLength(1);
});

test("one peer may have only so many circuits open", async () => {
  await using nodes = new Nodes();
  const relay = await nodes.relay({ circuitsPerPeer: 2 });
  const hidden: Client[] = [];
  for (let i = 0; i < 4; i++) {
    const peer = await nodes.client(relay);
    await peer.services.relays.reserve(relay.peerId);
    hidden.push(peer);
  }
  const greedy = await nodes.client(relay);
  const outcomes = [];
  for (const peer of hidden) {
    outcomes.push(
      await greedy.dial(through(relay, peer)).then(
        () => "open",
        () => "refused",
      ),
    );
  }
  expect(outcomes.filter((outcome) => outcome === "open").length).toBeLessThanOrEqual(3);
  expect(outcomes.slice(0, 2)).toEqual(["open", "open"]);
  expect(outcomes.at(-1)).toBe("refused");
});

test("circuits towards one peer are rationed by where they are asked from, though ids are free", async () => {
  await using nodes = new Nodes();
  const guards = createGuards({
    ...{ role: "bootstrap", reach: "public", guardLocal: true, trusted: [] },
    now: () => 0,
    log: () => undefined,
  });
  const relay = await nodes.relay(
    {},
    gaterOf(guards, () => false),
  );
  const [hidden, another] = [await nodes.client(relay), await nodes.client(relay)];
  await hidden.services.relays.reserve(relay.peerId);
  await another.services.relays.reserve(relay.peerId);
  const open = async (from: Client, towards: Client) =>
    await from.dial(through(relay, towards)).then(
      () => "open",
      (error: Error) => /PERMISSION_DENIED/.exec(error.message)?.[0] ?? error.message,
    );
  const outcomes: string[] = [];
  for (let id = 0; id < 3; id++) {
    const greedy = await nodes.client(relay);
    for (let circuit = 0; circuit < 2; circuit++) {
      outcomes.push(await open(greedy, hidden));
      await greedy.hangUp(hidden.peerId);
    }
  }
  expect(outcomes).toEqual([...Array(4).fill("open"), ...Array(2).fill("PERMISSION_DENIED")]);
  expect(await open(hidden, another)).toBe("open");
});

test("relays are wanted by who accepts no connections, or on the internet by whom nobody confirmed", () => {
  const need = { use: "auto", reach: "public", listens: true, confirmed: false } as const;
  expect(wantsRelays(need)).toBe(true);
  expect(wantsRelays({ ...need, confirmed: true })).toBe(false);
  expect(wantsRelays({ ...need, reach: "lan" })).toBe(false);
  expect(wantsRelays({ ...need, reach: "lan", listens: false })).toBe(true);
  expect(wantsRelays({ ...need, use: "off" })).toBe(false);
  expect(wantsRelays({ ...need, use: "always", confirmed: true })).toBe(true);
});

test("as many relays are asked as places are missing, none that refused lately, and all are left when unneeded", () => {
  const state: RelayState = {
    wanted: true,
    count: 2,
    candidates: ["a", "b", "c", "d"].map((id) => ({ id, notBefore: id === "b" ? 200 : 0 })),
    reserved: new Set(["a"]),
    asking: new Set(),
    now: 100,
  };
  expect(chooseRelays(state)).toEqual({ ask: ["c"], drop: false });
  expect(chooseRelays({ ...state, now: 200 })).toEqual({ ask: ["b"], drop: false });
  expect(chooseRelays({ ...state, asking: new Set(["c"]) })).toEqual({ ask: [], drop: false });
  expect(chooseRelays({ ...state, reserved: new Set() })).toEqual({ ask: ["a", "c"], drop: false });
  expect(chooseRelays({ ...state, wanted: false })).toEqual({ ask: [], drop: true });
  expect(chooseRelays({ ...state, wanted: false, reserved: new Set() })).toEqual({ ask: [], drop: false });
});

test("a relay that refuses is asked ever more rarely", () => {
  const delays = [1, 2, 3, 30].map((failures) => relayRetryDelay(failures, () => 0.5));
  expect(delays).toEqual([2_000, 4_000, 8_000, 600_000]);
});
