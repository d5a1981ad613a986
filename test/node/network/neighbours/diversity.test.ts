import { expect, test } from "vitest";
import { groupOf, placeOf } from "../../../../node/src/network/neighbours/address-groups.ts";
import { type AnchorCandidate, chooseAnchors } from "../../../../node/src/network/neighbours/anchors.ts";
import { Candidates } from "../../../../node/src/network/neighbours/candidates.ts";
import {
  countGroups,
  reachWarnings,
  surroundingsWarnings,
} from "../../../../node/src/network/neighbours/diversity.ts";
import { KnownPeers } from "../../../../node/src/network/neighbours/known-peers.ts";
import { type Candidate, nextDials } from "../../../../node/src/network/neighbours/next-dials.ts";

/** mulberry32: the same seed, the same run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const DEGREE = 8;
const MAX_OUTBOUND = 12;
const isHonest = (id: string) => id.startsWith("honest");

/** 60 honest peers in 40 groups, and the attacker's 1,000 addresses in two. */
function crowd(): { id: string; address: string }[] {
  const honest = Array.from({ length: 60 }, (_, index) => ({
    id: `honest ${index}`,
    address: `/ip4/${20 + (index % 40)}.7.0.${1 + index}/tcp/4010`,
  }));
  const sybils = Array.from({ length: 1_000 }, (_, index) => ({
    id: `sybil ${index}`,
    address: `/ip4/${index % 2 === 0 ? "203.1" : "198.9"}.${index >> 8}.${index & 255}/tcp/4010`,
  }));
  return [...honest, ...sybils];
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Whom a peer that heard of the whole crowd is connected to in the end; everybody answers. */
function neighbours(seed: number): string[] {
  const random = seeded(seed);
  const candidates = new Candidates(random);
  for (const { id, address } of shuffled(crowd(), random)) candidates.add(id, [address], "discovered");
  const connected = new Map<string, string>();
  for (let round = 0; round < 20; round++) {
    const { dials } = nextDials(
      {
        now: round,
        candidates: candidates.values(),
        connected: new Set(connected.keys()),
        outbound: connected.size,
        dialling: new Set(),
        groups: countGroups(connected.values()),
        degree: DEGREE,
        maxOutbound: MAX_OUTBOUND,
      },
      random,
    );
    for (const { id, addresses } of dials) connected.set(id, addresses[0] ?? "");
  }
  return [...connected.keys()];
}

/** Uniform choice among as many candidates as were kept before: what was done without groups. */
function uniformNeighbours(seed: number): string[] {
  const random = seeded(seed);
  return shuffled(shuffled(crowd(), random).slice(0, 512), random)
    .slice(0, DEGREE)
    .map(({ id }) => id);
}

function honestShare(choose: (seed: number) => string[]): number {
  const all = Array.from({ length: 30 }, (_, seed) => choose(seed)).flat();
  return all.filter(isHonest).length / all.length;
}

test("1,000 sybils in two groups get few of the slots, where a uniform choice gave them nearly all", () => {
  const [diverse, uniform] = [honestShare(neighbours), honestShare(uniformNeighbours)];
  expect(neighbours(1)).toHaveLength(DEGREE);
  expect(uniform).toBeLessThan(0.15);
  expect(diverse).toBeGreaterThan(0.7);
});

test("no group gets more than half of the neighbours we choose, and an address elsewhere opens no full group", () => {
  const candidate = (id: string, ...addresses: string[]): Candidate => ({
    id,
    addresses,
    source: "discovered",
    failures: 0,
    notBefore: 0,
  });
  const plan = (candidates: Candidate[]) =>
    nextDials(
      {
        now: 0,
        candidates,
        connected: new Set(),
        outbound: 0,
        dialling: new Set(),
        groups: new Map(),
        degree: 6,
        maxOutbound: 12,
      },
      () => 0.5,
    ).dials;
  const one = Array.from({ length: 20 }, (_, index) => candidate(`s${index}`, `/ip4/203.1.0.${index}/tcp/1`));
  expect(plan(one)).toHaveLength(3);
  const masked = Array.from({ length: 20 }, (_, index) =>
    candidate(`m${index}`, `/ip4/203.1.0.${index}/tcp/1`, `/ip4/${30 + index}.1.0.1/tcp/1`),
  );
  const dials = plan([...one, ...masked]);
  expect(dials).toHaveLength(6);
  const inGroup = dials.filter(({ addresses }) => addresses.some((address) => address.includes("203.1.")));
  expect(inGroup).toHaveLength(3);
});

test("on private addresses everybody is welcome: they form one group by nature", () => {
  expect(groupOf("/ip4/127.0.0.1/tcp/1")).toBeUndefined();
  expect(groupOf("/ip4/192.168.1.7/tcp/1")).toBeUndefined();
  expect(groupOf("/ip6/fd00::1/tcp/1")).toBeUndefined();
  const { dials } = nextDials(
    {
      now: 0,
      candidates: Array.from({ length: 20 }, (_, index) => ({
        id: `${index}`,
        addresses: [`/ip4/127.0.0.1/tcp/${index + 1}`],
        source: "discovered" as const,
        failures: 0,
        notBefore: 0,
      })),
      connected: new Set(),
      outbound: 0,
      dialling: new Set(),
      groups: new Map(),
      degree: 8,
      maxOutbound: 12,
    },
    () => 0.5,
  );
  expect(dials).toHaveLength(8);
  const local = Array.from({ length: 6 }, () => ({
    address: "/ip4/127.0.0.1/tcp/1",
    direction: "inbound" as const,
  }));
  expect(surroundingsWarnings(local)).toEqual([]);
});

test("one address has one place, however it is written", () => {
  expect(placeOf("/ip4/203.0.113.9/tcp/1")).toEqual({
    ip: "203.0.113.9",
    customer: "203.0.113.9",
    group: "203.0/16",
    scope: "public",
  });
  expect(placeOf("/ip6/::ffff:203.0.113.9/tcp/1")).toEqual(placeOf("/ip4/203.0.113.9/tcp/1"));
  expect(placeOf("/ip6/2001:db8:1:2ff::9/tcp/1")).toMatchObject({
    customer: "20010db8000102/56",
    group: "20010db8/32",
    scope: "public",
  });
  expect(placeOf("/ip6/2001:db8:1:200:0:0:0:1/tcp/1")?.customer).toBe("20010db8000102/56");
  expect(placeOf("/ip4/198.51.100.1/tcp/1/p2p/relay/p2p-circuit/p2p/somebody")?.ip).toBe("198.51.100.1");
  expect(placeOf("/dns4/example.org/tcp/1")).toBeUndefined();
  expect(placeOf("/ip6/::1/tcp/1")?.scope).toBe("loopback");
});

test("candidates cannot be filled from one place: neither from one group nor by who dials us", () => {
  const candidates = new Candidates(() => 0.5);
  candidates.add("boot", ["/ip4/203.1.0.1/tcp/1"], "bootstrap");
  for (let index = 0; index < 5_000; index++)
    candidates.add(`sybil ${index}`, [`/ip4/203.1.${index >> 8}.${index & 255}/tcp/1`], "discovered");
  expect([...candidates.values()]).toHaveLength(65);
  for (let index = 0; index < 2_000; index++)
    candidates.add(`remembered ${index}`, [`/ip4/${20 + (index % 9)}.1.0.1/tcp/${index + 1}`], "remembered");
  // Nobody here is hearsay, and still a newcomer from elsewhere finds room.
  expect(candidates.add("newcomer", ["/ip4/99.1.0.1/tcp/1"], "discovered")).toBe(true);
  expect([...candidates.values()].length).toBeLessThanOrEqual(512);
});

function fakeDatabase() {
  const stored = new Map<string, Uint8Array>();
  return {
    get: async (key: string) => stored.get(key),
    put: async (key: string, value: Uint8Array) => void stored.set(key, value),
  };
}

test("known peers cannot be pushed out from one place, and anchors stay across restarts", async () => {
  const parts = { database: fakeDatabase(), network: "test", log: () => {} };
  const known = new KnownPeers(parts);
  for (let index = 0; index < 20; index++)
    known.remember(`friend ${index}`, [`/ip4/${20 + index}.1.0.1/tcp/1`], index, true);
  known.setAnchors(new Set(["friend 3", "nobody"]));
  for (let index = 0; index < 3_000; index++)
    known.remember(`sybil ${index}`, [`/ip4/203.1.${index >> 8}.${index & 255}/tcp/1`], 1_000 + index);
  await known.save();
  const after = new KnownPeers(parts);
  await after.load();
  expect(after.size).toBe(128);
  expect(after.peers().filter(({ id }) => id.startsWith("friend"))).toHaveLength(20);
  expect(after.anchors()).toEqual(["friend 3"]);
  after.setAnchors(new Set());
  expect(after.anchors()).toEqual([]);
});

test("anchors are the longest connected of different groups, and are not forgotten while we are cut off", () => {
  const now = 1_000_000;
  const at = (id: string, ip: string, age: number): AnchorCandidate => ({
    id,
    address: `/ip4/${ip}/tcp/1`,
    since: now - age,
  });
  const outbound = [
    at("oldest", "20.1.0.1", 900_000),
    at("same group", "20.1.0.2", 800_000),
    at("b", "21.1.0.1", 700_000),
    at("c", "22.1.0.1", 600_000),
    at("d", "23.1.0.1", 500_000),
    at("e", "24.1.0.1", 400_000),
    at("just arrived", "25.1.0.1", 1_000),
  ];
  expect([...chooseAnchors(outbound, [], { now, stayedMs: 60_000 })]).toEqual(["oldest", "b", "c", "d"]);
  expect([...chooseAnchors(outbound.slice(0, 2), ["b", "c", "d"], { now, stayedMs: 60_000 })]).toEqual([
    "oldest",
    "same group",
    "b",
    "c",
  ]);
  expect([...chooseAnchors([], ["b"], { now, stayedMs: 60_000 })]).toEqual(["b"]);
});

test("anchors are dialled before bootstrap nodes and everybody else", () => {
  const candidates = new Candidates(() => 0.5);
  candidates.add("boot", ["/ip4/20.1.0.1/tcp/1"], "bootstrap");
  candidates.add("friend", ["/ip4/21.1.0.1/tcp/1"], "remembered");
  candidates.add("anchor", ["/ip4/22.1.0.1/tcp/1"], "remembered");
  candidates.markAnchor("anchor");
  const { dials } = nextDials(
    {
      now: 0,
      candidates: candidates.values(),
      connected: new Set(),
      outbound: 0,
      dialling: new Set(),
      groups: new Map(),
      degree: 2,
      maxOutbound: 12,
    },
    () => 0.5,
  );
  expect(dials.map(({ id }) => id)).toEqual(["anchor", "boot"]);
});

test("the user is told when all neighbours are in one hand, and what to do", () => {
  const at = (ip: string, direction: "inbound" | "outbound") => ({ address: `/ip4/${ip}/tcp/1`, direction });
  const four = [1, 2, 3, 4].map((host) => at(`203.1.0.${host}`, "outbound"));
  expect(surroundingsWarnings(four)).toEqual([
    expect.stringMatching(
      /^All 4 neighbours come from one range of addresses \(203\.1\.0\.0\/16\).*--bootstrap/,
    ),
  ]);
  expect(surroundingsWarnings(four.slice(1))).toEqual([]);
  expect(surroundingsWarnings([...four, at("99.1.0.1", "outbound")])).toEqual([]);
  const inbound = [1, 2, 3, 4].map((host) => at(`${20 + host}.1.0.1`, "inbound"));
  expect(surroundingsWarnings(inbound)).toEqual([
    expect.stringMatching(/^All 4 neighbours dialled this peer/),
  ]);
  expect(surroundingsWarnings([...inbound, at("99.1.0.1", "outbound")])).toEqual([]);
});

test("the user is told when neighbours are on the internet and the reach is not", () => {
  const at = (ip: string, direction: "inbound" | "outbound") => ({ address: `/ip4/${ip}/tcp/1`, direction });
  expect(reachWarnings("lan", [at("192.168.1.2", "outbound"), at("5.6.7.8", "outbound")])).toEqual([
    expect.stringContaining("--reach public"),
  ]);
  expect(reachWarnings("lan", [at("192.168.1.2", "outbound"), at("5.6.7.8", "inbound")])).toEqual([]);
  expect(reachWarnings("public", [at("5.6.7.8", "outbound")])).toEqual([]);
});
