import { expect, test } from "vitest";
import { CircuitGuard } from "../../../../node/src/network/neighbours/circuit-guard.ts";
import {
  ConnectionGuard,
  type ConnectionLimits,
} from "../../../../node/src/network/neighbours/connection-guard.ts";
import { DialGuard, type DialLimits } from "../../../../node/src/network/neighbours/dial-guard.ts";

const LIMITS: ConnectionLimits = {
  inbound: 100,
  pending: 50,
  pendingPerCustomer: 50,
  perPeer: 2,
  perCustomer: 100,
  perGroup: 100,
  perRelay: 100,
  customerRate: { capacity: 1_000, perSecond: 1 },
  totalRate: { capacity: 1_000, perSecond: 1 },
  rememberedCustomers: 100,
  countLocal: false,
};

/** How many of these addresses get in when they all connect at once. */
function admitted(limits: Partial<ConnectionLimits>, addresses: string[], now = 0): number {
  const guard = new ConnectionGuard({ ...LIMITS, ...limits }, now);
  return addresses.filter((address) => guard.admit({}, address, now) === undefined).length;
}

const many = (count: number, address: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => address(index));
const fromOne = many(200, (index) => `/ip4/203.0.113.9/tcp/${index + 1}`);
const fromGroup = many(200, (index) => `/ip4/203.0.${index}.1/tcp/1`);
const fromEverywhere = many(200, (index) => `/ip4/${index + 11}.1.0.1/tcp/1`).filter(
  (address) => !/^\/ip4\/(127|172|192)\./.test(address),
);
const fromIpv6 = many(
  200,
  (index) => `/ip6/2001:db8:0:1${(index % 250).toString(16).padStart(2, "0")}::1/tcp/1`,
);

test("each bound on inbound connections bites by itself", () => {
  expect(admitted({ perCustomer: 8 }, fromOne)).toBe(8);
  expect(admitted({ perCustomer: 8 }, fromIpv6)).toBe(8);
  expect(admitted({ perGroup: 19, pending: 1_000 }, fromGroup)).toBe(19);
  expect(admitted({ inbound: 76, pending: 1_000 }, fromEverywhere)).toBe(76);
  expect(admitted({ pending: 30 }, fromEverywhere)).toBe(30);
  expect(admitted({ pendingPerCustomer: 4 }, fromOne)).toBe(4);
  expect(admitted({ customerRate: { capacity: 5, perSecond: 1 } }, fromOne)).toBe(5);
  expect(admitted({ totalRate: { capacity: 7, perSecond: 1 } }, fromEverywhere)).toBe(7);
});

test("one attacker's address leaves room for everybody else", () => {
  const guard = new ConnectionGuard({ ...LIMITS, perCustomer: 8, pendingPerCustomer: 4 }, 0);
  for (const address of fromOne) guard.admit({}, address, 0);
  expect(guard.stats()).toEqual({ held: 4, pending: 4, refused: 196 });
  expect(guard.admit({}, "/ip4/99.1.0.1/tcp/1", 0)).toBeUndefined();
});

test("what closes makes room again, and a finished handshake is not pending", () => {
  const guard = new ConnectionGuard({ ...LIMITS, inbound: 3, pending: 1 }, 0);
  const [first, second] = [{}, {}];
  expect(guard.admit(first, "/ip4/20.1.0.1/tcp/1", 0)).toBeUndefined();
  expect(guard.admit(second, "/ip4/21.1.0.1/tcp/1", 0)).toBe("pending");
  guard.upgraded(first);
  expect(guard.admit(second, "/ip4/21.1.0.1/tcp/1", 0)).toBeUndefined();
  guard.release(second);
  guard.release(second);
  expect(guard.stats()).toMatchObject({ held: 1, pending: 0 });
});

test("one peer id has a few connections and no more, wherever it comes from", () => {
  const guard = new ConnectionGuard(LIMITS, 0);
  const connections = fromEverywhere.slice(0, 4).map((address) => {
    const connection = {};
    guard.admit(connection, address, 0);
    return connection;
  });
  expect(connections.map((connection) => guard.identify(connection, "somebody"))).toEqual([
    undefined,
    undefined,
    "peer",
    "peer",
  ]);
});

test("loopback and private addresses are one machine or one proxy, unless a tuning counts them", () => {
  const local = many(60, (index) => `/ip4/127.0.0.1/tcp/${index + 1}`);
  const limits = { perCustomer: 8, totalRate: { capacity: 5, perSecond: 1 } };
  expect(admitted(limits, local)).toBe(60);
  expect(
    admitted(
      { perCustomer: 8 },
      many(40, (index) => `/ip4/172.17.0.1/tcp/${index + 1}`),
    ),
  ).toBe(40);
  expect(admitted({ perCustomer: 8, countLocal: true }, local)).toBe(8);
});

test("those behind one relay share its places and not its address; they leave room for everybody else", () => {
  const limits = { ...LIMITS, perCustomer: 2, pendingPerCustomer: 1, perGroup: 2, perRelay: 16 };
  const behind = (relay: string) => (index: number) =>
    `/ip4/203.0.113.9/tcp/4001/p2p/${relay}/p2p-circuit/p2p/peer${index}`;
  const guard = new ConnectionGuard(limits, 0);
  const outcomes = many(40, behind("relay")).map((address) => guard.admit({}, address, 0));
  expect(outcomes.slice(0, 16)).toEqual(Array(16).fill(undefined));
  expect(new Set(outcomes.slice(16))).toEqual(new Set(["relay"]));
  // The relay itself, and those behind another one.
  expect(guard.admit({}, "/ip4/203.0.113.9/tcp/5555", 0)).toBeUndefined();
  expect(guard.admit({}, behind("other")(0), 0)).toBeUndefined();
  expect(
    admitted(
      { perRelay: 16 },
      many(40, (index) => `/ip4/127.0.0.1/tcp/1/p2p/r/p2p-circuit/p2p/${index}`),
    ),
  ).toBe(16);
});

test("a relay gives one customer a few circuits towards a peer, and leaves places for others", () => {
  const circuits = new CircuitGuard({ capacity: 4, perSecond: 1 / 120 }, 100);
  const opened = (customer: string, towards: string, now: number) =>
    many(20, String).filter(() => circuits.admit(customer, towards, now)).length;
  expect(opened("203.0.113.9", "hidden", 0)).toBe(4);
  expect(opened("203.0.113.9", "another", 0)).toBe(4);
  expect(opened("198.51.100.1", "hidden", 0)).toBe(4);
  expect(opened("203.0.113.9", "hidden", 10 * 60_000)).toBe(4);
  expect(many(20, String).filter(() => circuits.admit(undefined, "hidden", 0))).toHaveLength(20);
});

const DIALS: DialLimits = {
  customerRate: { capacity: 3, perSecond: 3 / 60 },
  groupRate: { capacity: 30, perSecond: 0.5 },
  totalRate: { capacity: 1_000, perSecond: 100 },
  rememberedTargets: 1_000,
  countLocal: true,
  refuseLocal: false,
};

test("a thousand invented peers at one victim's address bring it three dials a minute", () => {
  const guard = new DialGuard(DIALS, 0);
  let dialled = 0;
  for (let second = 0; second < 600; second++)
    for (let liar = 0; liar < 5; liar++)
      if (guard.admit(`/ip4/203.0.113.9/tcp/${1 + liar}/p2p/fake${second}-${liar}`, second * 1_000))
        dialled++;
  expect(dialled).toBeLessThanOrEqual(3 + 30);
  expect(guard.heldBack).toBe(3_000 - dialled);
  expect(guard.admit("/ip4/99.1.0.1/tcp/1/p2p/honest", 600_000)).toBe(true);
});

test("relays, names and neighbouring addresses are no way around it", () => {
  const guard = new DialGuard(DIALS, 0);
  const count = (address: (index: number) => string) =>
    many(100, address).filter((text) => guard.admit(text, 0)).length;
  expect(count((index) => `/ip4/203.0.113.9/tcp/1/p2p/victim/p2p-circuit/p2p/fake${index}`)).toBe(3);
  expect(count((index) => `/dns4/a${index}.example.org/tcp/1`)).toBe(3);
  expect(count((index) => `/ip4/198.51.${index}.1/tcp/1`)).toBe(30);
});

test("hearsay leads neither to sockets of this machine nor, on the internet, into its own network", () => {
  const guard = new DialGuard({ ...DIALS, refuseLocal: true }, 0);
  const near = [
    "/ip4/127.0.0.1/tcp/1",
    "/ip4/192.168.1.1/tcp/80",
    "/ip6/fe80::1/tcp/1",
    "/unix/%2Frun%2Fsocket",
  ];
  expect(near.filter((address) => guard.admit(address, 0))).toEqual([]);
  expect(guard.admit("/ip4/99.1.0.1/tcp/1", 0)).toBe(true);
  for (const address of near) guard.trust(address);
  expect(near.filter((address) => guard.admit(address, 0))).toEqual(near);
  const local = new DialGuard({ ...DIALS, countLocal: false }, 0);
  expect(near.filter((address) => local.admit(address, 0))).toEqual(near.slice(0, 3));
});

test("many honest peers behind one address are all reached; an address the user named is never held back", () => {
  const guard = new DialGuard(DIALS, 0);
  for (let index = 0; index < 50; index++) {
    const address = `/ip4/203.0.113.9/tcp/${index + 1}/p2p/honest${index}`;
    expect(guard.admit(address, 0)).toBe(true);
    guard.succeeded(address, 0);
  }
  const named = "/ip4/203.0.113.10/tcp/4010/p2p/boot";
  guard.trust(named);
  for (let attempt = 0; attempt < 50; attempt++) expect(guard.admit(named, 0)).toBe(true);
});
