import { expect, test } from "vitest";
import { chooseNodes } from "../../../node/src/network-lists/choose-nodes.ts";
import { type JoinWish, type ListSources, planJoining } from "../../../node/src/network-lists/join-plan.ts";
import { readMaintainers, readShippedList } from "../../../node/src/network-lists/list-files.ts";
import { openNetworkList } from "../../../node/src/network-lists/open-list.ts";
import { content, key, listText, NOW } from "./fixture.ts";

const [maintainer, own] = [key(1), key(2)];
const EMPTY = content({ operators: [] });

function plan(wish: Partial<JoinWish>, files: { shipped?: string; file?: string; now?: number } = {}) {
  const sources: ListSources = {
    read: async () => files.file ?? "",
    shipped: async () => files.shipped,
    maintainers: async () => ({ keys: [maintainer.id], threshold: 1 }),
  };
  const complete = {
    network: "example",
    bootstrap: undefined,
    networkList: undefined,
    networkKey: undefined,
    networkTrust: true,
    ...wish,
  };
  return planJoining(complete, { now: files.now ?? NOW, random: Math.random, sources });
}

test("addresses that the user gave override the list, and none turns everything off", async () => {
  const shipped = listText(content({ publicDht: { meet: true } }), [maintainer]);
  const address = `/ip4/127.0.0.1/tcp/1/p2p/${key(9).id}`;
  expect(await plan({ bootstrap: [address] }, { shipped })).toEqual({
    how: "given",
    bootstrap: [address],
    suggests: [],
    note: "joining through 1 bootstrap node",
  });
  const off = await plan({ bootstrap: [], networkList: "broken.json" }, { shipped, file: "{" });
  expect(off).toMatchObject({ how: "off", bootstrap: [] });
  expect(off).not.toHaveProperty("publicDht");
});

test("the list that came with the program counts when a maintainer signed it", async () => {
  const joined = await plan({}, { shipped: listText(content({ publicDht: { meet: true } }), [maintainer]) });
  expect(joined).toMatchObject({ how: "list", publicDht: { meet: true } });
  expect([...joined.bootstrap].sort()).toEqual(
    content()
      .operators.flatMap(({ addresses }) => addresses)
      .sort(),
  );
  expect(joined.note).toContain("2 nodes of 2 operators");
  await expect(plan({}, { shipped: listText(content(), [own]) })).rejects.toMatchObject({
    code: "network-list-not-signed",
  });
});

test("one that names nobody is no failure, and needs nobody's signature: it says so", async () => {
  const nobody = await plan({}, { shipped: listText(EMPTY, []), now: NOW * 2 });
  expect(nobody).toMatchObject({ how: "nobody", bootstrap: [] });
  expect(nobody.note).toBe(
    "No public network is operated yet. Join one with --bootstrap or --network-list, or start your own: bootstrap/RUNBOOK.md",
  );
  expect(await plan({})).toMatchObject({ how: "unlisted", bootstrap: [] });
  // An empty file in the place of the user's own would leave them alone without a word.
  await expect(
    plan({ networkList: "x", networkKey: [own.id] }, { file: listText(EMPTY, []) }),
  ).rejects.toMatchObject({
    code: "network-list-not-signed",
  });
});

test("a file of the user's is believed by the keys that they name, or else by the maintainers'", async () => {
  const file = listText(content(), [own]);
  expect(await plan({ networkList: "x", networkKey: [own.id] }, { file })).toMatchObject({ how: "list" });
  expect(await plan({ networkList: "x" }, { file: listText(content(), [maintainer]) })).toMatchObject({
    how: "list",
  });
  for (const networkKey of [undefined, [], [maintainer.id]])
    await expect(plan({ networkList: "x", networkKey }, { file })).rejects.toMatchObject({
      code: "network-list-not-signed",
    });
});

test("an expired one is not used, says since when and what to do, and stops nobody", async () => {
  const late = { now: Date.parse("2028-01-01T00:00:00Z") };
  const text = listText(content(), [maintainer]);
  for (const answer of [
    await plan({}, { shipped: text, ...late }),
    await plan({ networkList: "x" }, { file: text, ...late }),
  ]) {
    expect(answer).toMatchObject({ how: "expired", bootstrap: [] });
    expect(answer.note).toMatch(/expired on 2027-11-21 and is not used\. .*--bootstrap/);
  }
});

test("whom a list suggests to trust counts only while the list itself does", async () => {
  const suggesting = { suggests: [{ peer: key(7).id, note: "runs nightly checks" }, { peer: key(8).id }] };
  const shipped = listText(content(suggesting), [maintainer]);
  expect((await plan({}, { shipped })).suggests).toEqual([key(7).id, key(8).id]);
  const dhtOnly = listText(content({ ...suggesting, operators: [] }), [own]);
  const file = { networkList: "x", networkKey: [own.id] };
  expect(await plan(file, { file: dhtOnly })).toMatchObject({
    how: "nobody",
    suggests: [key(7).id, key(8).id],
  });
  expect((await plan({}, { shipped: listText(content(), [maintainer]) })).suggests).toEqual([]);

  const address = `/ip4/127.0.0.1/tcp/1/p2p/${key(9).id}`;
  const late = Date.parse("2028-01-01T00:00:00Z");
  for (const [how, unheard] of [
    ["given", await plan({ bootstrap: [address] }, { shipped })],
    ["off", await plan({ bootstrap: [] }, { shipped })],
    ["expired", await plan({}, { shipped, now: late })],
    // Nobody signed this one: it may send nobody anywhere, and vouch for nobody.
    ["nobody", await plan({}, { shipped: listText(content({ ...suggesting, operators: [] }), []) })],
    ["unlisted", await plan({})],
    // The user's word: join by the list, and trust nobody by it.
    ["list", await plan({ networkTrust: false }, { shipped })],
  ] as const)
    expect(unheard).toMatchObject({ how, suggests: [] });
});

test("no operator gets more than its share of those who join", () => {
  const operator = (name: string, from: number, nodes: number) => ({
    name,
    addresses: Array.from(
      { length: nodes },
      (_, i) => `/ip4/203.0.113.7/tcp/${4001 + i}/p2p/${key(from + i).id}`,
    ),
  });
  const listed = content({ operators: [operator("Big", 20, 16), operator("Small", 60, 1)] });
  const big = new Set(listed.operators[0]?.addresses);
  const seen = new Set<string>();
  const first = { big: 0, small: 0 };
  for (let i = 0; i < 400; i++) {
    const chosen = chooseNodes(listed, Math.random);
    expect(chosen.filter((address) => big.has(address))).toHaveLength(3);
    expect(chosen).toHaveLength(4);
    first[big.has(chosen[0] ?? "") ? "big" : "small"]++;
    for (const address of chosen) seen.add(address);
  }
  expect(seen.size).toBe(17);
  // Fair within six standard deviations.
  expect(Math.abs(first.big - first.small)).toBeLessThan(120);
  const many = content({ operators: Array.from({ length: 40 }, (_, i) => operator(`n${i}`, i + 1, 1)) });
  expect(new Set(chooseNodes(many, Math.random)).size).toBe(16);
});

test("one node's addresses stay together, and are bounded", () => {
  const addresses = Array.from({ length: 10 }, (_, i) => `/ip4/203.0.113.7/tcp/${4001 + i}/p2p/${key(5).id}`);
  expect(chooseNodes(content({ operators: [{ name: "One", addresses }] }), Math.random)).toHaveLength(4);
});

test("what ships: a list of main that opens or names nobody, and whole maintainers", async () => {
  const text = await readShippedList("main");
  const { keys, threshold } = await readMaintainers();
  const joined = await planJoining(
    {
      ...{ network: "main", bootstrap: undefined, networkTrust: true },
      ...{ networkList: undefined, networkKey: undefined },
    },
    { now: Date.now(), random: Math.random },
  );
  if (joined.how === "nobody") expect(text).toContain("No public network is operated yet");
  else
    expect(
      openNetworkList(text ?? "", { trustedKeys: keys, threshold, now: Date.now(), network: "main" }).network,
    ).toBe("main");
  expect(await readShippedList("nobodys-own")).toBeUndefined();
  await expect(readShippedList("../../package")).rejects.toMatchObject({ code: "malformed" });
});
