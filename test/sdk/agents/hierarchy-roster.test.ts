import {
  ALL_PRIVILEGES,
  CollectiveError,
  intersectPrivileges,
  MOST_LEVELS,
  mayReach,
  mayRun,
  mayTalkTo,
  type Privileges,
  type PrivilegesWish,
} from "@action-collective/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_KEPT_NAMES } from "../../../sdk/src/agents/hierarchy/names.ts";
import { Roster } from "../../../sdk/src/agents/hierarchy/roster.ts";

const NOW = 1_000;

/** The error of what must fail. */
function refusal(attempt: () => unknown): { readonly code: string; readonly message: string } {
  try {
    attempt();
  } catch (error) {
    if (error instanceof CollectiveError) return error;
    throw error;
  }
  throw new Error("It was let through");
}

/** board → chief → lead → hand, and rival beside chief. */
function company(): Roster {
  const roster = new Roster(NOW);
  roster.enter("chief", { privileges: { budget: { messages: 10, tokens: 1_000 } } }, NOW);
  roster.enter("lead", { parent: "chief", privileges: { budget: { messages: 6 } } }, NOW);
  roster.enter("hand", { parent: "lead" }, NOW);
  roster.enter("rival", {}, NOW);
  return roster;
}

describe("entering", () => {
  it("is one level below the creator, with the creator's privileges where the wish says nothing", () => {
    const roster = company();
    expect(roster.status().map(({ id, level, parent }) => [id, level, parent])).toEqual([
      ["board", 0, undefined],
      ["chief", 1, "board"],
      ["rival", 1, "board"],
      ["lead", 2, "chief"],
      ["hand", 3, "lead"],
    ]);
    expect(roster.standing("hand")?.privileges).toMatchObject({
      publish: true,
      budget: { messages: 6, tokens: 1_000 },
      levels: MOST_LEVELS - 3,
    });
  });

  it("gives nothing that the creator has not", () => {
    const roster = new Roster(NOW);
    roster.enter("modest", { privileges: { publish: false, talkTo: ["bob"], actions: ["a", "b"] } }, NOW);
    const wishes: PrivilegesWish[] = [
      { publish: true },
      { talkTo: "any" },
      { talkTo: ["eve"] },
      { actions: ["a", "c"] },
      { levels: MOST_LEVELS },
    ];
    for (const privileges of wishes)
      expect(refusal(() => roster.enter("child", { parent: "modest", privileges }, NOW)).code).toBe(
        "privilege-refused",
      );
    expect(roster.descendants("modest")).toEqual([]);
  });

  it("ends at the last level, and at the number of living agents below anybody in the chain", () => {
    const roster = new Roster(NOW);
    roster.enter("pair", { privileges: { agents: 2, levels: 2 } }, NOW);
    roster.enter("one", { parent: "pair" }, NOW);
    roster.enter("two", { parent: "one" }, NOW);
    expect(refusal(() => roster.enter("three", { parent: "two" }, NOW)).code).toBe("privilege-refused");
    expect(refusal(() => roster.enter("three", { parent: "pair" }, NOW)).message).toContain("2 agents");
    roster.leave("two");
    expect(roster.enter("three", { parent: "pair" }, NOW).level).toBe(2);
  });

  it("copies the wish: no later change, getter or proxy of it counts", () => {
    const roster = new Roster(NOW);
    const talkTo = ["bob"];
    const standing = roster.enter("early", { privileges: { talkTo } }, NOW);
    talkTo.push("*");
    expect(standing.privileges.talkTo).toEqual(["bob"]);
    let asked = 0;
    const shifting = {
      get publish() {
        asked += 1;
        return asked > 1;
      },
    };
    expect(roster.enter("shifting", { privileges: shifting }, NOW).privileges.publish).toBe(false);
    const proxy = new Proxy({}, { get: () => true });
    expect(refusal(() => roster.enter("proxy", { privileges: proxy }, NOW)).code).toBe("privilege-refused");
    const inherited = Object.create({ publish: true }) as PrivilegesWish;
    expect(roster.enter("heir", { parent: "shifting", privileges: inherited }, NOW).privileges.publish).toBe(
      false,
    );
  });

  it("is fixed: what is frozen cannot be changed, nor what it was made of", () => {
    const owner = structuredClone(ALL_PRIVILEGES);
    const roster = new Roster(NOW, owner);
    const standing = roster.enter("fixed", { privileges: { talkTo: ["bob"], budget: { calls: 1 } } }, NOW);
    owner.budget.calls = 0;
    expect(roster.standing("board")?.privileges.budget).toEqual({});
    const { privileges } = standing;
    for (const part of [standing, privileges, privileges.talkTo, privileges.budget, privileges.permissions])
      expect(Object.isFrozen(part)).toBe(true);
    expect(() => Object.assign(privileges.budget, { calls: 99 })).toThrow(TypeError);
    expect(() => Object.setPrototypeOf(privileges, { publish: true })).toThrow(TypeError);
    roster.spend("fixed", { calls: 1 }, NOW);
    expect(refusal(() => roster.spend("fixed", { calls: 1 }, NOW)).code).toBe("budget-spent");
  });

  it("wants a name, which is not taken", () => {
    const roster = company();
    for (const id of ["", "a b", "*", "x@y", "__proto__", "a".repeat(129)])
      expect(refusal(() => roster.enter(id, {}, NOW)).code).toBe("invalid-agent-name");
    for (const id of ["lead", "board"])
      expect(refusal(() => roster.enter(id, { parent: "rival" }, NOW)).code).toBe("agent-name-taken");
    expect(roster.enter("constructor", {}, NOW).level).toBe(1);
  });
});

describe("the name of one who is gone", () => {
  it("is its creator's to give again, or that of those above, and nobody else's", () => {
    const roster = company();
    roster.leave("lead");
    for (const name of ["lead", "hand"])
      expect(refusal(() => roster.enter(name, { parent: "rival" }, NOW)).code).toBe("agent-name-taken");
    expect(roster.enter("hand", {}, NOW).level).toBe(1);
    expect(roster.enter("lead", { parent: "chief" }, NOW).level).toBe(2);
  });

  it("is not forgotten because others come and go", () => {
    const roster = company();
    roster.leave("lead");
    for (let n = 0; n < MOST_KEPT_NAMES + 10; n += 1) {
      roster.enter(`n${n}`, { parent: "rival" }, NOW);
      roster.leave(`n${n}`);
    }
    expect(refusal(() => roster.enter("lead", { parent: "rival" }, NOW)).code).toBe("agent-name-taken");
    // The one who came and went first is free again.
    expect(roster.enter("n0", { parent: "chief" }, NOW).parent).toBe("chief");
  });
});

describe("a role", () => {
  it("that was given from above is given further by its bearers alone", () => {
    const roster = new Roster(NOW);
    roster.enter("treasury", { role: "treasurer" }, NOW);
    roster.enter("chief", {}, NOW);
    const taken = () => roster.enter("false", { parent: "chief", role: "treasurer" }, NOW);
    expect(refusal(taken).code).toBe("privilege-refused");
    expect(refusal(() => roster.enter("b", { role: "board" }, NOW)).code).toBe("privilege-refused");
    expect(roster.enter("teller", { parent: "treasury", role: "treasurer" }, NOW).role).toBe("treasurer");
    expect(roster.enter("second", { role: "treasurer" }, NOW).role).toBe("treasurer");
    roster.leave("treasury");
    expect(refusal(taken).code).toBe("privilege-refused");
    roster.leave("second");
    expect(taken()).toMatchObject({ role: "treasurer" });
  });

  it("that was taken below is not given from above as long as it is taken", () => {
    const roster = new Roster(NOW);
    roster.enter("chief", {}, NOW);
    roster.enter("early", { parent: "chief", role: "treasurer" }, NOW);
    roster.enter("helper", { parent: "early", role: "treasurer" }, NOW);
    expect(roster.enter("beside", { parent: "chief", role: "treasurer" }, NOW).level).toBe(2);
    const give = () => roster.enter("treasury", { role: "treasurer" }, NOW);
    expect(refusal(give).message).toContain('"early"');
    roster.leave("early");
    roster.leave("beside");
    expect(give().role).toBe("treasurer");
  });
});

describe("budgets", () => {
  it("are charged along the whole chain, or not at all", () => {
    const roster = company();
    roster.spend("hand", { messages: 4, tokens: 900 }, NOW);
    const spent = () => roster.status().map(({ id, spent: { messages, tokens } }) => [id, messages, tokens]);
    const before = [
      ["board", 4, 900],
      ["chief", 4, 900],
      ["rival", 0, 0],
      ["lead", 4, 900],
      ["hand", 4, 900],
    ];
    expect(spent()).toEqual(before);
    // The messages would do, the tokens of the chief do not.
    expect(refusal(() => roster.spend("hand", { messages: 1, tokens: 101 }, NOW))).toMatchObject({
      code: "budget-spent",
      kind: "tokens",
      left: 100,
    });
    expect(spent()).toEqual(before);
    expect(roster.left("chief")).toEqual({ messages: 6, tokens: 100 });
    expect(roster.left("hand")).toEqual({ messages: 2, tokens: 100 });
    roster.spend("chief", { messages: 5 }, NOW);
    expect(roster.left("hand")).toEqual({ messages: 1, tokens: 100 });
    expect(roster.left("rival")).toEqual({});
  });

  it("take no amounts that are no counts, nor give anything back", () => {
    const roster = company();
    for (const messages of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(refusal(() => roster.spend("hand", { messages }, NOW)).code).toBe("invalid-amount");
    roster.spend("hand", { messages: 6 }, NOW);
    roster.leave("hand");
    roster.enter("hand", { parent: "lead" }, NOW);
    expect(refusal(() => roster.spend("hand", { messages: 1 }, NOW))).toMatchObject({ whose: "lead" });
  });
});

describe("the time of privileges", () => {
  it("ends speaking, spending and creating, and is never longer than the creator's", () => {
    const roster = new Roster(NOW);
    roster.enter("brief", { privileges: { until: 2_000 } }, NOW);
    roster.enter("child", { parent: "brief" }, NOW);
    roster.enter("lasting", {}, NOW);
    expect(roster.standing("child")?.privileges.until).toBe(2_000);
    const longer = () => roster.enter("x", { parent: "brief", privileges: { until: 3_000 } }, NOW);
    expect(refusal(longer).code).toBe("privilege-refused");
    const over = () => roster.enter("x", { privileges: { until: NOW } }, NOW);
    expect(refusal(over).code).toBe("privilege-refused");
    expect(roster.nextExpiry()).toBe(2_000);
    expect(roster.expired(1_999)).toEqual([]);
    expect(roster.mayTalk("child", "lasting", 1_999)).toBe(true);
    expect(roster.expired(2_000)).toEqual(["brief"]);
    expect(roster.mayTalk("child", "lasting", 2_000)).toBe(false);
    expect(refusal(() => roster.spend("child", { calls: 1 }, 2_000)).code).toBe("agent-ended");
    expect(refusal(() => roster.enter("x", { parent: "brief" }, 2_000)).code).toBe("agent-ended");
  });
});

describe("leaving", () => {
  it("takes all below along, the deepest first, and nobody else", () => {
    const roster = company();
    expect(roster.isBelow("hand", "chief")).toBe(true);
    expect(["chief", "rival", "hand", "nobody"].map((id) => roster.isBelow(id, "hand"))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(roster.leave("chief")).toEqual(["hand", "lead", "chief"]);
    expect(roster.leave("chief")).toEqual([]);
    expect(roster.leave("board")).toEqual([]);
    expect(roster.status().map(({ id }) => id)).toEqual(["board", "rival"]);
  });

  it("lets nobody in below one who is being ended", () => {
    const roster = company();
    expect(roster.ending("lead")).toEqual(["hand", "lead"]);
    for (const parent of ["hand", "lead"])
      expect(refusal(() => roster.enter("late", { parent }, NOW)).code).toBe("agent-ended");
    expect(roster.enter("other", { parent: "chief" }, NOW).level).toBe(2);
    expect(roster.leave("lead")).toEqual(["hand", "lead"]);
    expect(refusal(() => roster.enter("late", { parent: "lead" }, NOW)).code).toBe("no-such-agent");
  });

  it("makes one who comes back somebody else", () => {
    const roster = company();
    const before = roster.standing("hand");
    roster.leave("hand");
    expect(roster.enter("hand", { parent: "lead" }, NOW)).not.toBe(before);
  });
});

describe("whatever tree of wishes", () => {
  const some = (words: readonly string[]) =>
    fc.oneof(fc.constant("any" as const), fc.subarray([...words], { minLength: 0 }));
  const count = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });
  const HOSTS = ["a.example", "a.example:443", "b.example"];
  const PEER = "12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf";
  const ADDRESSES = ["*", "n1", "n2", `*@${PEER}`, `n1@${PEER}`];
  const wish = fc.record(
    {
      actions: some(["x", "y", "z"]),
      permissions: fc.record({ net: some(HOSTS), secrets: some(["s", "t"]) }),
      approve: fc.boolean(),
      make: fc.boolean(),
      publish: fc.boolean(),
      talkTo: some(ADDRESSES),
      expose: fc.boolean(),
      budget: fc.record({ calls: count, tokens: count, messages: count }),
      levels: fc.integer({ min: 0, max: MOST_LEVELS }),
      agents: fc.integer({ min: 0, max: 6 }),
      until: fc.integer({ min: NOW + 1, max: NOW + 5 }),
    },
    { requiredKeys: [] },
  );
  /** Each enters below one of those before it, or is refused. */
  const tree = fc.array(fc.tuple(fc.nat(), wish), { maxLength: 30 });

  const grow = (steps: readonly (readonly [number, PrivilegesWish])[]) => {
    const roster = new Roster(NOW);
    const ids = ["board"];
    for (const [parent, privileges] of steps) {
      const id = `n${ids.length}`;
      try {
        roster.enter(id, { parent: ids[parent % ids.length], privileges }, NOW);
        ids.push(id);
      } catch (error) {
        if (!(error instanceof CollectiveError) || error.code !== "privilege-refused") throw error;
      }
    }
    return { roster, ids };
  };
  const above = (roster: Roster, id: string): Privileges[] => {
    const standing = roster.standing(roster.standing(id)?.parent ?? "");
    return standing === undefined ? [] : [standing.privileges, ...above(roster, standing.id)];
  };
  const allowed = (privileges: Privileges): string[] => [
    ...["x", "y", "z"].filter((id) => mayRun(privileges, id)),
    ...HOSTS.filter((host) => mayReach(privileges, host)),
    ...ADDRESSES.filter((address) => mayTalkTo(privileges, address)),
    ...(["approve", "make", "publish", "expose"] as const).filter((name) => privileges[name]),
  ];

  it("never lets anybody have more than anyone above", () => {
    fc.assert(
      fc.property(tree, (steps) => {
        const { roster, ids } = grow(steps);
        for (const id of ids) {
          const own = roster.standing(id)?.privileges ?? ALL_PRIVILEGES;
          for (const upper of above(roster, id)) {
            expect(allowed(upper)).toEqual(expect.arrayContaining(allowed(own)));
            expect(own.levels).toBeLessThan(upper.levels);
            expect(own.agents).toBeLessThan(upper.agents);
            expect(own.until ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(
              upper.until ?? Number.POSITIVE_INFINITY,
            );
            // What the peer would make of the chain is what the roster has.
            expect(allowed(intersectPrivileges(upper, own)).sort()).toEqual(allowed(own).sort());
          }
          expect(roster.descendants(id).length).toBeLessThanOrEqual(own.agents);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("stays one tree, whoever comes and goes, and nobody gets a name that another gave", () => {
    const step = fc.record({ enters: fc.boolean(), parent: fc.nat(), name: fc.nat({ max: 7 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const roster = new Roster(NOW, { ...ALL_PRIVILEGES, agents: 6 });
        const givers = new Map<string, string | undefined>();
        for (const { enters, parent, name } of steps) {
          const id = `n${name}`;
          const living = roster.status().map((one) => one.id);
          const creator = living[parent % living.length] ?? "board";
          if (!enters) {
            const gone = roster.leave(id);
            expect(gone).toEqual([...gone].sort((a, b) => living.indexOf(b) - living.indexOf(a)));
            for (const each of gone) expect(roster.standing(each)).toBeUndefined();
            continue;
          }
          try {
            roster.enter(id, { parent: creator }, NOW);
          } catch (error) {
            if (!(error instanceof CollectiveError)) throw error;
            expect(["agent-name-taken", "privilege-refused"]).toContain(error.code);
            continue;
          }
          const before = givers.get(id);
          // Whoever gave it before is the same, below the new giver, or gone itself.
          const theirs = before === creator || roster.isBelow(before ?? "", creator);
          expect(before === undefined || theirs || !living.includes(before)).toBe(true);
          givers.set(id, creator);
        }
        for (const { id, parent, level, privileges } of roster.status()) {
          expect(roster.standing(parent ?? "board")?.level).toBe(Math.max(level - 1, 0));
          expect(roster.descendants(id).every((below) => roster.isBelow(below.id, id))).toBe(true);
          expect(roster.descendants(id).length).toBeLessThanOrEqual(privileges.agents);
        }
        expect(roster.descendants("board")).toHaveLength(roster.status().length - 1);
      }),
      { numRuns: 100 },
    );
  });

  it("never lets anybody and all below spend more than its budget", () => {
    const spending = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 40 });
    fc.assert(
      fc.property(tree, spending, (steps, amounts) => {
        const { roster, ids } = grow(steps);
        const charged = new Map<string, number>();
        for (const [who, calls, tokens] of amounts) {
          const id = ids[who % ids.length] ?? "board";
          try {
            roster.spend(id, { calls, tokens }, NOW);
            charged.set(id, (charged.get(id) ?? 0) + calls);
          } catch (error) {
            if (!(error instanceof CollectiveError) || error.code !== "budget-spent") throw error;
          }
        }
        for (const { id, spent, privileges } of roster.status()) {
          const below = [id, ...roster.descendants(id).map((standing) => standing.id)];
          expect(spent.calls).toBe(below.reduce((sum, each) => sum + (charged.get(each) ?? 0), 0));
          for (const kind of ["calls", "tokens"] as const)
            expect(spent[kind]).toBeLessThanOrEqual(privileges.budget[kind] ?? Number.MAX_SAFE_INTEGER);
        }
      }),
      { numRuns: 150 },
    );
  });
});
