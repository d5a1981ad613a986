import { createHmac, randomBytes } from "node:crypto";
import {
  ALL_PRIVILEGES,
  BroaderPrivilegesError,
  CAPABILITY_PREFIX,
  type CapabilityBlock,
  capabilityId,
  capabilityViewSchema,
  decodeCanonical,
  encodeCanonical,
  InvalidCapabilityError,
  intersectPrivileges,
  MOST_CAPABILITY_CHARACTERS,
  MOST_ENTRIES,
  mayReach,
  mayRun,
  mayTalkTo,
  mayUseSecret,
  mintCapability,
  narrowCapability,
  narrowPrivileges,
  openCapability,
  type Privileges,
} from "@action-collective/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const KEY = new Uint8Array(32).fill(7);
const PEER = "12D3KooWG5VzqcBsUfKy1sXnkGRRdLutnnVszppemLDmJdx6xgUT";
const nonce = () => randomBytes(16);
const block = (agent: string, change: Partial<Privileges> = {}): CapabilityBlock => ({
  agent,
  privileges: { ...ALL_PRIVILEGES, ...change },
});
const board = () => mintCapability(KEY, block("board"), nonce());

type Raw = [[Uint8Array, CapabilityBlock][], Uint8Array];
/** What a hostile holder can do with a token: read it, and write anything. */
const taken = (token: string) =>
  decodeCanonical(Buffer.from(token.slice(CAPABILITY_PREFIX.length), "base64url"), 1e6) as Raw;
const written = (raw: unknown) => CAPABILITY_PREFIX + Buffer.from(encodeCanonical(raw)).toString("base64url");

const HOSTS = ["a.org", "a.org:80", "a.org:443", "b.org:80", "b.org"];
const NAMES = ["x", "y", "z"];
const ADDRESSES = ["x", "y", "*", `x@${PEER}`, `*@${PEER}`];
const anyOf = (entries: string[]) =>
  fc.oneof(fc.constant("any" as const), fc.uniqueArray(fc.constantFrom(...entries)));
const bound = fc.option(fc.nat(50), { nil: undefined });
const anyPrivileges: fc.Arbitrary<Privileges> = fc
  .record({
    actions: anyOf(NAMES),
    permissions: fc.record({ net: anyOf(HOSTS), secrets: anyOf(NAMES) }),
    approve: fc.boolean(),
    make: fc.boolean(),
    publish: fc.boolean(),
    talkTo: anyOf(ADDRESSES),
    expose: fc.boolean(),
    budget: fc.record({ calls: bound, tokens: bound, milliseconds: bound, messages: bound }),
    levels: fc.nat(8),
    agents: fc.nat(20),
    until: bound,
  })
  .map((privileges) => JSON.parse(JSON.stringify(privileges)) as Privileges);

const BUDGET = ["calls", "tokens", "milliseconds", "messages"] as const;
/** All that could be asked of privileges, as a set of yeses and numbers. */
function asked(privileges: Privileges): Record<string, boolean | number> {
  const { budget, approve, make, publish, expose, levels, agents, until = Infinity } = privileges;
  const yeses = (list: string[], may: (one: string) => boolean, what: string) =>
    list.map((one) => [`${what} ${one}`, may(one)] as const);
  return {
    ...{ approve, make, publish, expose, levels, agents, until },
    ...Object.fromEntries(yeses(NAMES, (id) => mayRun(privileges, id), "run")),
    ...Object.fromEntries(yeses(HOSTS, (host) => mayReach(privileges, host), "reach")),
    ...Object.fromEntries(yeses(NAMES, (name) => mayUseSecret(privileges, name), "secret")),
    ...Object.fromEntries(yeses(ADDRESSES, (address) => mayTalkTo(privileges, address), "talk to")),
    ...Object.fromEntries(BUDGET.map((what) => [what, budget[what] ?? Infinity])),
  };
}

/** A yes where both say yes, the smaller number. */
const both = (a: Privileges, b: Privileges) => {
  const other = asked(b);
  return Object.fromEntries(
    Object.entries(asked(a)).map(([what, one]) => {
      const two = other[what] ?? false;
      return [what, typeof one === "number" ? Math.min(one, Number(two)) : one && two];
    }),
  );
};

describe("privileges", () => {
  test("of two are exactly what both allow", () => {
    fc.assert(
      fc.property(anyPrivileges, anyPrivileges, (a, b) => {
        expect(asked(intersectPrivileges(a, b))).toEqual(both(a, b));
      }),
    );
  });

  test("are passed on as they are, with one level and one agent less, unless something narrower is wished", () => {
    const own: Privileges = {
      ...ALL_PRIVILEGES,
      budget: { calls: 10, tokens: 7 },
      levels: 2,
      agents: 5,
      until: 99,
    };
    expect(narrowPrivileges(own, {})).toEqual({ ...own, levels: 1, agents: 4 });
    expect(narrowPrivileges(own, { actions: ["x"], budget: { calls: 3 }, until: 50, levels: 0 })).toEqual({
      ...own,
      ...{ actions: ["x"], budget: { calls: 3, tokens: 7 }, until: 50, levels: 0, agents: 4 },
    });
  });

  test("cannot be passed on wider than they are: everything that is too much is named", () => {
    const own = narrowPrivileges(ALL_PRIVILEGES, {
      ...{ actions: ["x"], permissions: { net: ["a.org", "b.org:80"], secrets: [] }, talkTo: ["*"] },
      ...{ approve: false, make: false, publish: false, expose: false, budget: { calls: 3 }, until: 9 },
    });
    expect(() =>
      narrowPrivileges(own, { permissions: { net: ["a.org:443"], secrets: [] }, talkTo: ["y"] }),
    ).not.toThrow();
    const wide = () =>
      narrowPrivileges(own, {
        ...{ actions: "any", permissions: { net: ["b.org"], secrets: ["KEY"] }, talkTo: [`y@${PEER}`] },
        ...{
          approve: true,
          make: true,
          publish: true,
          expose: true,
          budget: { calls: 4 },
          until: 10,
          levels: 7,
          agents: 1023,
        },
      });
    expect(wide).toThrow(BroaderPrivilegesError);
    expect(wide).toThrow(
      expect.objectContaining({
        code: "broader-privileges",
        details: [
          "actions is any",
          "permissions.net has b.org",
          "permissions.secrets has KEY",
          `talkTo has y@${PEER}`,
          "approve is not its own",
          "make is not its own",
          "publish is not its own",
          "expose is not its own",
          "budget.calls is 4 and may be 3 at most",
          "levels is 7 and may be 6 at most",
          "agents is 1023 and may be 1022 at most",
          "until is 10 and may be 9 at most",
        ],
      }),
    );
    expect(() => narrowPrivileges({ ...own, levels: 0 }, {})).toThrow(BroaderPrivilegesError);
    expect(() => narrowPrivileges({ ...own, agents: 0 }, {})).toThrow(BroaderPrivilegesError);
  });

  test("that were narrowed are never more than those they came from", () => {
    fc.assert(
      fc.property(anyPrivileges, anyPrivileges, (own, wish) => {
        let given: Privileges;
        try {
          given = narrowPrivileges(own, wish);
        } catch (error) {
          expect(error).toBeInstanceOf(BroaderPrivilegesError);
          return;
        }
        expect(asked(given)).toEqual(both(given, own));
        expect([given.levels < own.levels, given.agents < own.agents]).toEqual([true, true]);
      }),
    );
  });
});

describe("a capability", () => {
  test("says for whom it is, and allows what all of its links allow", () => {
    const [one, two] = [
      block("lead", { actions: ["x", "y"], budget: { calls: 9 } }),
      block("worker", { actions: ["y", "z"] }),
    ];
    const top = board();
    const token = narrowCapability(narrowCapability(top, one, nonce()), two, nonce());
    const opened = openCapability(KEY, token);
    expect(opened).toMatchObject({ level: 2, id: capabilityId(token), blocks: [block("board"), one, two] });
    expect(opened.ids).toEqual([capabilityId(top), expect.any(String), capabilityId(token)]);
    expect(opened.privileges).toEqual({
      ...ALL_PRIVILEGES,
      ...{ actions: ["y"], budget: { calls: 9 }, levels: 6, agents: 1022 },
    });
    expect(opened.inForce.at(-1)).toEqual(opened.privileges);
  });

  test("for the same agent with the same privileges is another one each time", () => {
    expect(capabilityId(board())).not.toBe(capabilityId(board()));
  });

  test("is never more than the one it was cut from, whatever is appended", () => {
    fc.assert(
      fc.property(fc.array(anyPrivileges, { minLength: 1, maxLength: 4 }), (chain) => {
        const [first, ...rest] = chain;
        if (first === undefined) return;
        try {
          const token = rest.reduce(
            (above, privileges) => narrowCapability(above, { agent: "a", privileges }, nonce()),
            mintCapability(KEY, { agent: "a", privileges: first }, nonce()),
          );
          const { privileges } = openCapability(KEY, token);
          for (const each of chain) expect(asked(privileges)).toEqual(both(privileges, each));
          expect(privileges.levels).toBeLessThanOrEqual(first.levels - rest.length);
          expect(privileges.agents).toBeLessThanOrEqual(first.agents - rest.length);
        } catch (error) {
          // Somebody in the chain may create nobody.
          expect(error).toBeInstanceOf(BroaderPrivilegesError);
        }
      }),
    );
  });

  test("ends where its levels and agents end", () => {
    let token = board();
    for (let level = 1; level <= 8; level++) token = narrowCapability(token, block(`a${level}`), nonce());
    expect(openCapability(KEY, token)).toMatchObject({ level: 8, privileges: { levels: 0 } });
    expect(() => narrowCapability(token, block("deeper"), nonce())).toThrow(BroaderPrivilegesError);
    const lonely = mintCapability(KEY, block("lonely", { agents: 0 }), nonce());
    expect(() => narrowCapability(lonely, block("child"), nonce())).toThrow(BroaderPrivilegesError);
  });

  test("stays within its bounds of length, and its view within the contract's", () => {
    const hosts = (from: string) =>
      Array.from({ length: MOST_ENTRIES }, (_, i) => `${from}${i}.${"x".repeat(200)}`);
    const wide = block("wide", { permissions: { net: hosts("a"), secrets: "any" } });
    expect(() => mintCapability(KEY, wide, nonce())).toThrow(InvalidCapabilityError);
    const ports = Array.from({ length: MOST_ENTRIES - 1 }, (_, i) => i + 1);
    const crossed = (own: string, other: string) =>
      block("b", { permissions: { net: [own, ...ports.map((port) => `${other}:${port}`)], secrets: "any" } });
    const token = narrowCapability(
      mintCapability(KEY, crossed("a.org", "b.org"), nonce()),
      crossed("b.org", "a.org"),
      nonce(),
    );
    const { privileges } = openCapability(KEY, token);
    expect(privileges.permissions.net).toHaveLength(MOST_ENTRIES);
    expect(capabilityViewSchema.shape.privileges.safeParse(privileges).success).toBe(true);
  });

  const refused = (token: string, key = KEY) =>
    expect(() => openCapability(key, token), token.slice(0, 60)).toThrow(InvalidCapabilityError);

  test("holds only with the key that it was made with", () => {
    refused(board(), new Uint8Array(32).fill(8));
    expect(() => mintCapability(new Uint8Array(16), block("board"), nonce())).toThrow(TypeError);
    expect(() => mintCapability(KEY, block("board"), new Uint8Array(0))).toThrow(TypeError);
  });

  test("cannot be cut short, reordered, changed or made up", () => {
    const token = narrowCapability(
      narrowCapability(board(), block("a", { budget: { calls: 1 } }), nonce()),
      block("b"),
      nonce(),
    );
    const [links, signature] = taken(token);
    expect(openCapability(KEY, written([links, signature])).level).toBe(2);
    const [first, second, third] = links;
    const changed = structuredClone(links);
    for (const [, { privileges }] of changed) privileges.budget = {};
    for (const forged of [
      [links.slice(0, 2), signature],
      [links.slice(0, 1), signature],
      [[], signature],
      [[third, second, first], signature],
      [[first, third, second], signature],
      [[first, third], signature],
      [[...links, third], signature],
      [changed, signature],
      [links, new Uint8Array(32)],
      [links, signature.slice(0, 16)],
      [links],
      { links, signature },
      [[[nonce(), { ...block("a"), more: 1 }]], signature],
      [[[nonce(), block("no such name!")]], signature],
      [Array.from({ length: 10 }, () => first), signature],
    ])
      refused(written(forged));
  });

  test("is worked out only once its signature held, and its bounds still count then", () => {
    const childless = mintCapability(KEY, block("board", { levels: 0 }), nonce());
    const [links, signature] = taken(childless);
    const below = [...links, [nonce(), block("child")]];
    expect(() => openCapability(KEY, written([below, new Uint8Array(32)]))).toThrow("did not make it");
    // Cut by software that does not look.
    const link = encodeCanonical(below.at(-1));
    const cut = createHmac("sha256", signature).update("action-collective/capability/1\0").update(link);
    expect(() => openCapability(KEY, written([below, cut.digest()]))).toThrow("allows no agents below it");
  });

  test("has one text, of bounded length", () => {
    const token = board();
    refused(`${token}=`);
    refused(`${token}\n`);
    refused(token.slice(0, -1));
    refused(token.slice(CAPABILITY_PREFIX.length));
    refused(token.replace("acc1.", "acc2."));
    refused(CAPABILITY_PREFIX);
    refused(`${CAPABILITY_PREFIX}${"A".repeat(MOST_CAPABILITY_CHARACTERS)}`);
    // The last character holds bits that no byte takes.
    const last = token.at(-1) ?? "";
    const twin = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const other of twin) if (other !== last) refused(token.slice(0, -1) + other);
  });

  test("of any bytes is refused as one that does not hold, and never otherwise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (bytes, at) => {
        refused(CAPABILITY_PREFIX + Buffer.from(bytes).toString("base64url"));
        const whole = Buffer.from(board().slice(CAPABILITY_PREFIX.length), "base64url");
        whole[at % whole.length] = (whole[at % whole.length] ?? 0) ^ ((at % 255) + 1);
        refused(CAPABILITY_PREFIX + whole.toString("base64url"));
      }),
    );
  });
});
