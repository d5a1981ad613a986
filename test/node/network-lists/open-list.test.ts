import { describe, expect, test } from "vitest";
import { parseNetworkList } from "../../../node/src/network-lists/format.ts";
import { openNetworkList } from "../../../node/src/network-lists/open-list.ts";
import { signNetworkList } from "../../../node/src/network-lists/sign-list.ts";
import { content, key, listText, NOW } from "./fixture.ts";

const maintainer = key(1);
const trust = { trustedKeys: [maintainer.id], now: NOW, network: "example" };
const [node, other] = [key(11).id, key(12).id];

function refusal(text: string, options = {}): { code: string; message: string; problems?: string[] } {
  try {
    openNetworkList(text, { ...trust, ...options });
  } catch (error) {
    expect(error).toMatchObject({ remedy: expect.stringMatching(/\w{4}.*\.$/) });
    return error as { code: string; message: string };
  }
  throw new Error("the list was accepted");
}

/** The signed list with fields of it replaced afterwards. */
const altered = (changes: object) =>
  JSON.stringify({ ...JSON.parse(listText(content(), [maintainer])), ...changes });

describe("a list that a trusted key signed", () => {
  test("is opened, whatever the file's indentation and order of keys", () => {
    const listed = content({
      note: "Ours.\nJoin.",
      publicDht: {
        meet: true,
        bootstrap: [`/dns4/a.b/tcp/4001/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN`],
      },
    });
    const text = listText(listed, [maintainer]);
    expect(openNetworkList(text, trust)).toEqual(listed);
    const reordered = Object.fromEntries(Object.entries(JSON.parse(text)).reverse());
    expect(openNetworkList(JSON.stringify(reordered), trust)).toEqual(listed);
  });

  test("has the signature that SPEC §8.3 gives: nothing but the content, the network and the key decides it", () => {
    const { signatures } = parseNetworkList(listText(content(), [maintainer]));
    expect(signatures).toMatchInlineSnapshot(`
      [
        {
          "key": "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5",
          "signature": "Q6FkMtRp2l+t9lYFXN7J8TyvpKfOxZvehhJan1f/3jIJ873xEhcUithuT7kC4F7t/3gqpBYSGwx9vYJT58rgCw==",
        },
      ]
    `);
  });

  test("has whom it suggests to trust under its signature, notes and all", () => {
    const listed = content({ suggests: [{ peer: node, note: "runs the nightly checks" }, { peer: other }] });
    const text = listText(listed, [maintainer]);
    expect(openNetworkList(text, trust)).toEqual(listed);
    expect(parseNetworkList(text).signatures).toMatchInlineSnapshot(`
      [
        {
          "key": "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5",
          "signature": "NhnKBg4Pz79UfuxEXkEe0iVZ0+pxbiBtHEa4RvyQhdFm6M5ZNQlSfa6xCQdNX6xNDcKwysD6s5U737bRqojXDA==",
        },
      ]
    `);
    const [first] = listed.suggests ?? [];
    for (const suggests of [
      [{ peer: other }, first],
      [first],
      [{ ...first, note: "somebody else" }, { peer: other }],
      [{ peer: key(13).id, note: first?.note }, { peer: other }],
      undefined,
    ])
      expect(refusal(JSON.stringify({ ...JSON.parse(text), suggests })).code).toBe("network-list-changed");
  });

  test("is refused by name when anything of it changed afterwards", () => {
    const { operators } = content();
    for (const changes of [
      { note: "new" },
      { issued: "2026-11-20T00:00:00Z" },
      { expires: "2027-11-22T00:00:00Z" },
      { publicDht: { meet: true } },
      { publicDht: { meet: false, bootstrap: [] } },
      { suggests: [] },
      { suggests: [{ peer: node }] },
      { operators: operators.slice(1) },
      { operators: operators.toReversed() },
      { operators: [{ name: "Evil", addresses: [`/dns4/evil.example/tcp/1/p2p/${node}`] }] },
    ]) {
      const { code, message } = refusal(altered(changes));
      expect(code).toBe("network-list-changed");
      expect(message).toContain(maintainer.id);
    }
    // Of another network, renamed: the name is part of what was signed.
    expect(refusal(altered({ network: "mine" }), { network: "mine" }).code).toBe("network-list-changed");
    expect(refusal(altered({}), { network: "mine" })).toMatchObject({
      code: "network-list-of-other-network",
      message: expect.stringContaining('"example"'),
    });
  });

  test("counts from its date to its last second", () => {
    const text = altered({});
    const at = (moment: string) => ({ now: Date.parse(moment) });
    expect(openNetworkList(text, { ...trust, ...at("2027-11-20T23:59:59Z") }).network).toBe("example");
    expect(refusal(text, at("2027-11-21T00:00:00Z"))).toMatchObject({
      code: "network-list-expired",
      message: expect.stringContaining("2027-11-21"),
    });
    expect(refusal(text, at("2026-11-20T23:00:00Z")).code).toBe("network-list-early");
    expect(openNetworkList(text, { ...trust, ...at("2026-11-20T23:55:00Z") }).network).toBe("example");
  });
});

describe("signatures", () => {
  const [second, stranger] = [key(2), key(3)];

  test("by strangers, by nobody or for nobody count for nothing", () => {
    expect(refusal(listText(content(), []))).toMatchObject({
      code: "network-list-not-signed",
      message: expect.stringContaining("nobody has signed it"),
    });
    const foreign = refusal(listText(content(), [stranger]));
    expect(foreign).toMatchObject({ code: "network-list-not-signed" });
    expect(foreign.message).toContain(stranger.id);
    const own = listText(content(), [maintainer]);
    for (const threshold of [0, 1])
      expect(refusal(own, { trustedKeys: [], threshold }).code).toBe("network-list-not-signed");
  });

  test("are needed as often as the reader says, of different trusted keys", () => {
    const both = { trustedKeys: [maintainer.id, second.id], threshold: 2 };
    expect(refusal(listText(content(), [maintainer, stranger]), both).code).toBe("network-list-not-signed");
    expect(openNetworkList(listText(content(), [maintainer, second]), { ...trust, ...both }).format).toBe(1);
    const twice = JSON.parse(listText(content(), [maintainer]));
    twice.signatures.push(twice.signatures[0]);
    expect(refusal(JSON.stringify(twice), both).code).toBe("network-list-malformed");
  });

  test("under somebody else's name do not hold", () => {
    const list = JSON.parse(listText(content(), [stranger]));
    list.signatures[0].key = maintainer.id;
    expect(refusal(JSON.stringify(list)).code).toBe("network-list-changed");
  });

  test("are added to, renewed, and dropped when the content moved on", () => {
    const first = parseNetworkList(listText(content(), [maintainer, stranger]));
    const added = signNetworkList(first, [second]);
    expect(added.list.signatures.map(({ key }) => key)).toEqual([maintainer.id, stranger.id, second.id]);
    const edited = { ...added.list, content: content({ note: "edited" }) };
    const again = signNetworkList(edited, [maintainer, maintainer]);
    expect(again.list.signatures.map(({ key }) => key)).toEqual([maintainer.id]);
    expect(again.dropped).toEqual([stranger.id, second.id]);
  });
});

describe("what is not of the form of SPEC §8.3", () => {
  const operator = (addresses: unknown[], name: unknown = "X") => ({ operators: [{ name, addresses }] });
  const good = `/ip4/203.0.113.7/tcp/4001/p2p/${node}`;

  test.each<[string, object]>([
    ["a format of the future", { format: 2 }],
    ["a field that nobody knows", { extra: 1 }],
    ["a network's name", { network: "No Network" }],
    ["a day", { issued: "2026-11-21" }],
    ["a day that does not exist", { expires: "2027-02-30T00:00:00Z" }],
    ["a local time", { expires: "2027-01-01T00:00:00+01:00" }],
    ["an end before the beginning", { expires: "2026-11-20T00:00:00Z" }],
    ["an end in the far future", { expires: "2028-11-21T00:00:00Z" }],
    ["a note that turns around", { note: "abc\u202edef" }],
    ["a note that is too long", { note: "x".repeat(501) }],
    ["no operators", { operators: null }],
    [
      "too many of them",
      {
        operators: Array.from({ length: 65 }, (_, i) => ({
          name: `n${i}`,
          addresses: [`/ip4/203.0.113.7/tcp/${i + 1}/p2p/${key(i + 20).id}`],
        })),
      },
    ],
    ["an operator without a node", operator([])],
    [
      "an operator with too many addresses",
      operator(Array.from({ length: 17 }, (_, i) => `/ip4/203.0.113.7/tcp/${i + 1}/p2p/${node}`)),
    ],
    ["an operator without a name", operator([good], " ")],
    ["a name of two lines", operator([good], "a\nb")],
    ["an address twice", operator([good, good])],
    [
      "an operator twice",
      {
        operators: [
          { name: "One", addresses: [good] },
          { name: "one", addresses: [`/ip4/203.0.113.7/tcp/4001/p2p/${other}`] },
        ],
      },
    ],
    [
      "a node of two operators",
      {
        operators: [
          { name: "One", addresses: [good] },
          { name: "Two", addresses: [`/ip4/203.0.113.8/tcp/4001/p2p/${node}`] },
        ],
      },
    ],
    ["no word on the public DHT", { publicDht: undefined }],
    ["half a word on it", { publicDht: { meet: "yes" } }],
    ["a suggestion without a key", { suggests: [{ note: "somebody" }] }],
    ["a suggested key that is none", { suggests: [{ peer: "12D3KooWnobody" }] }],
    ["a suggestion with a weight of its own", { suggests: [{ peer: node, level: 2 }] }],
    ["a suggestion's note of two lines", { suggests: [{ peer: node, note: "a\nb" }] }],
    ["a suggested peer twice", { suggests: [{ peer: node }, { peer: node, note: "again" }] }],
    [
      "too many suggested peers",
      { suggests: Array.from({ length: 65 }, (_, i) => ({ peer: key(i + 20).id })) },
    ],
    ["a signature that is too short", { signatures: [{ key: node, signature: "AAAA" }] }],
    ["a signature with bits to spare", { signatures: [{ key: node, signature: `${"A".repeat(85)}B==` }] }],
    ["a key that is none", { signatures: [{ key: "12D3KooWnobody", signature: `${"A".repeat(86)}==` }] }],
    [
      "signatures without end",
      {
        signatures: Array.from({ length: 17 }, (_, i) => ({
          key: key(i).id,
          signature: `${"A".repeat(86)}==`,
        })),
      },
    ],
  ])("is refused: %s", (_, changes) => {
    expect(refusal(altered(changes)).code).toBe("network-list-malformed");
  });

  test.each([
    `ip4/203.0.113.7/tcp/4001/p2p/${node}`,
    `/ip4/203.0.113.7/tcp/4001`,
    `/ip4/203.0.113.7/tcp/4001/p2p/${node}/p2p-circuit`,
    `/ip4/203.0.113.7/tcp/4001/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN`,
    `/ip4/203.0.113.256/tcp/4001/p2p/${node}`,
    `/ip4/203.0.113.7/tcp/0/p2p/${node}`,
    `/ip4/203.0.113.7/tcp/65536/p2p/${node}`,
    `/ip4/203.0.113.7/udp/4001/p2p/${node}`,
    `/ip6/fe80::1%eth0/tcp/4001/p2p/${node}`,
    `/dns4/UPPER.example/tcp/4001/p2p/${node}`,
    `/dns4/-a.example/tcp/4001/p2p/${node}`,
    `/dns4/${"a".repeat(250)}.example/tcp/4001/p2p/${node}`,
    `/dnsaddr/net.example`,
    `/dnsaddr/net.example/tcp/4001/p2p/${node}`,
    `/unix/tmp/socket/p2p/${node}`,
    `/constructor/x/tcp/1/p2p/${node}`,
    "",
  ])("is refused as an address: %s", (address) => {
    const { code, message } = refusal(altered(operator([address])));
    expect(code).toBe("network-list-malformed");
    expect(message).toContain("operators.0.addresses.0");
  });

  test("names everything that is wrong, in words, and not without end", () => {
    const { problems } = refusal(
      altered({ format: 2, issued: "x", ...operator(Array.from({ length: 16 }, (_, i) => `/x${i}`)) }),
    );
    expect(problems?.length).toBeGreaterThan(10);
    expect(problems?.length).toBeLessThanOrEqual(20);
    expect(problems?.[0]).toContain("later format");
  });

  test("is refused before it is parsed when it is too large, and when it is not JSON", () => {
    expect(refusal(" ".repeat(65_537)).message).toContain("larger than 65536 bytes");
    for (const text of ["", "{", "[]", "null", "[".repeat(60_000), '{"__proto__": {"format": 1}}'])
      expect(refusal(text).code).toBe("network-list-malformed");
  });
});
