import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  ALL_PRIVILEGES,
  type CapabilityBlock,
  narrowCapability,
  type Privileges,
  type RouteName,
  routes,
} from "@action-collective/protocol";
import { describe, expect, test } from "vitest";
import { callerOf } from "../../../node/src/api/mcp-caller.ts";
import { mayAsk } from "../../../node/src/capabilities/caller.ts";
import { Capabilities } from "../../../node/src/capabilities/capabilities.ts";
import type { LedgerBounds } from "../../../node/src/capabilities/ledger.ts";
import { assertMayCall, ROUTE_NEEDS } from "../../../node/src/capabilities/route-needs.ts";
import { sampleHandlers } from "../api/sample-api.ts";

const block = (agent: string, change: Partial<Privileges> = {}): CapabilityBlock => ({
  agent,
  privileges: { ...ALL_PRIVILEGES, ...change },
});
const cut = (token: string, agent: string, change: Partial<Privileges> = {}) =>
  narrowCapability(token, block(agent, change), randomBytes(16));
const signal = new AbortController().signal;

function peer(bounds?: LedgerBounds) {
  const time = { now: 1_000 };
  const capabilities = new Capabilities({
    clock: () => time.now,
    random: randomBytes,
    ...(bounds === undefined ? {} : { bounds }),
  });
  const mint = (change: Partial<Privileges> = {}) => capabilities.mint(block("board", change));
  return { capabilities, time, mint };
}

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return "done";
};
const outcomes = async (all: Promise<unknown>[]) => {
  const settled = await Promise.allSettled(all);
  const reasons = settled.flatMap((one) => (one.status === "rejected" ? [one.reason.code as string] : []));
  return { done: settled.length - reasons.length, reasons: [...new Set(reasons)] };
};

describe("capabilities at a peer", () => {
  test("hold where they were made, until the peer ends", () => {
    const { capabilities, mint } = peer();
    const { id, token } = mint();
    expect(capabilities.open(token)).toMatchObject({ id, ids: [id], agent: "board" });
    const worker = capabilities.open(cut(token, "worker", { actions: ["x"] }));
    expect(worker).toMatchObject({ agent: "worker", privileges: { actions: ["x"], levels: 7 } });
    expect(worker.ids).toEqual([id, worker.id]);
    // The same peer, started anew, has another key.
    expect(codeOf(() => peer().capabilities.open(token))).toBe("capability-invalid");
  });

  test("let pass just what their routes need", () => {
    const { capabilities, mint } = peer();
    const all = capabilities.open(mint().token);
    const none = capabilities.open(mint({ make: false, publish: false }).token);
    const names = Object.keys(routes) as RouteName[];
    const refused = (caller: typeof all) =>
      names.filter((name) => codeOf(() => assertMayCall(caller, name)) === "capability-refused").sort();
    const users = names.filter((name) => ROUTE_NEEDS[name] === "user").sort();
    expect(users).toEqual(
      [
        ...["runs", "keep", "keepings", "graph", "previewPolicy", "openDashboard"],
        ...["compromise", "mintCapability", "peer", "peers", "policy", "setPolicy", "setTools", "setTrust"],
        ...["stop", "succession", "trust", "withdraw"],
      ].sort(),
    );
    expect(refused(all)).toEqual(users);
    expect(refused(none)).toEqual([...users, "prove", "publish"].sort());
    expect(names.filter((name) => codeOf(() => assertMayCall("user", name)) !== "done")).toEqual([]);
  });

  test("are held to the same table where the peer calls its own handlers, as MCP does", async () => {
    const { capabilities, mint } = peer();
    const holder = capabilities.open(mint({ publish: false }).token);
    const calls: unknown[] = [];
    const handlers = sampleHandlers({
      status: async (call) => {
        calls.push(call.caller);
        return await sampleHandlers().status(call);
      },
    });
    const asHolder = callerOf(handlers, holder, () => undefined);
    const failing = (work: Promise<unknown>) =>
      work.catch((error: unknown) => (error as { code: string }).code);
    expect(await failing(asHolder.call("policy", "", undefined, {}))).toBe("capability-refused");
    expect(await failing(asHolder.call("stop", "", {}, {}))).toBe("not-found");
    await asHolder.call("status", "", undefined, {});
    await callerOf(handlers, "user", () => undefined).call("policy", "", undefined, {});
    expect(calls).toEqual([holder]);
  });

  test("that list hosts ask no neighbours, whatever the user set", () => {
    const { capabilities, mint } = peer();
    const [all, listed] = ["any" as const, ["example.org"]].map((net) =>
      capabilities.open(mint({ permissions: { net, secrets: "any" } }).token),
    );
    if (all === undefined || listed === undefined) throw new Error("none was made");
    expect([undefined, true, false].map((wish) => mayAsk(all, wish))).toEqual([undefined, true, false]);
    expect([undefined, false].map((wish) => mayAsk(listed, wish))).toEqual([false, false]);
    expect(codeOf(() => mayAsk(listed, true))).toBe("capability-refused");
    expect(mayAsk("user", true)).toBe(true);
  });

  test("end when their time is over, and take no room then", () => {
    const { capabilities, time, mint } = peer();
    const { token } = mint({ until: 2_000 });
    const late = cut(token, "worker", { until: 9_000 });
    const holder = capabilities.open(late);
    time.now = 2_000;
    expect(codeOf(() => capabilities.open(token))).toBe("capability-invalid");
    expect(codeOf(() => capabilities.open(late))).toBe("capability-invalid");
    expect(codeOf(() => holder.check())).toBe("capability-invalid");
    expect(capabilities.views("user")).toHaveLength(2);
    expect(codeOf(() => mint({ until: 2_000 }))).toBe("capability-invalid");
    expect(capabilities.views("user")).toHaveLength(2);
  });

  test("are seen by the user, and by whoever is above them", () => {
    const { capabilities, mint } = peer();
    const [mine, other] = [mint(), mint()];
    const [one, two] = [cut(mine.token, "one"), cut(mine.token, "two")];
    const below = cut(one, "below");
    for (const token of [one, two, below, other.token]) capabilities.open(token);
    const agents = (caller: Parameters<Capabilities["views"]>[0]) =>
      capabilities
        .views(caller)
        .map(({ agent }) => agent)
        .sort();
    expect(agents("user")).toEqual(["below", "board", "board", "one", "two"]);
    expect(agents(capabilities.open(mine.token))).toEqual(["below", "board", "one", "two"]);
    expect(agents(capabilities.open(one))).toEqual(["below", "one"]);
    expect(agents(capabilities.open(below))).toEqual(["below"]);
    const [view] = capabilities.views(capabilities.open(below));
    expect(view).toMatchObject({
      parent: capabilities.open(one).id,
      level: 2,
      revoked: false,
      lastSeen: 1_000,
    });
  });
});

describe("revoking", () => {
  test("ends a capability and all below it, seen or not, and is told to who watches", async () => {
    const { capabilities, mint } = peer();
    const { token } = mint();
    const board = capabilities.open(token);
    const lead = cut(token, "lead");
    const [seen, unseen] = [cut(lead, "seen"), cut(lead, "unseen")];
    const sibling = cut(token, "sibling");
    const [worker, leader] = [capabilities.open(seen), capabilities.open(lead)];
    const told: string[] = [];
    worker.watch(() => told.push("worker"));
    leader.watch(() => told.push("never"))();
    const working = worker.whileItLasts(
      signal,
      (ended) => new Promise((_, reject) => ended.addEventListener("abort", () => reject(ended.reason))),
    );
    capabilities.revoke(board, { id: leader.id });
    await expect(working).rejects.toMatchObject({ code: "capability-invalid" });
    expect(told).toEqual(["worker"]);
    for (const one of [lead, seen, unseen, cut(seen, "later")])
      expect(codeOf(() => capabilities.open(one))).toBe("capability-invalid");
    expect(codeOf(() => worker.charge({ messages: 1 }))).toBe("capability-invalid");
    expect(await outcomes([worker.beginRun(10, signal)])).toEqual({
      done: 0,
      reasons: ["capability-invalid"],
    });
    expect(capabilities.open(sibling).agent).toBe("sibling");
    const revoked = capabilities
      .views("user")
      .filter((view) => view.revoked)
      .map(({ agent }) => agent);
    expect(revoked.sort()).toEqual(["lead", "seen"]);
  });

  test("is not needed for one whose time is over: what is done for it stops then", async () => {
    const { capabilities, time, mint } = peer();
    const holder = capabilities.open(cut(mint({ until: 1_020 }).token, "worker"));
    const told: string[] = [];
    holder.watch(() => told.push("over"));
    holder.watch(() => told.push("never"))();
    let reason: unknown;
    const working = holder.whileItLasts(signal, async (ended) => {
      time.now = 1_020;
      await once(ended, "abort");
      reason = ended.reason;
      throw new Error("stopped");
    });
    await expect(working).rejects.toThrow("its time is over");
    expect([told, (reason as { code: string }).code]).toEqual([["over"], "capability-invalid"]);
    holder.watch(() => told.push("at once"));
    expect(told).toEqual(["over", "at once"]);
  });

  test("works on one that was never shown, by its token", () => {
    const { capabilities, mint } = peer();
    const { token } = mint({ agents: 1 });
    const [one, two] = [cut(token, "one"), cut(token, "two")];
    capabilities.open(one);
    capabilities.revoke(capabilities.open(token), { token: two });
    capabilities.revoke(capabilities.open(token), { token: one });
    expect([codeOf(() => capabilities.open(one)), codeOf(() => capabilities.open(two))]).toEqual([
      "capability-invalid",
      "capability-invalid",
    ]);
  });

  test("is for who is strictly above: what is not below looks like what is not there", () => {
    const { capabilities, mint } = peer();
    const [{ token }, other] = [mint(), mint()];
    const [one, two] = [cut(token, "one"), cut(token, "two")];
    const below = cut(one, "below");
    const caller = capabilities.open(one);
    const ids = [token, one, two, other.token].map((each) => capabilities.open(each).id);
    for (const id of [...ids, "A".repeat(22)])
      expect(codeOf(() => capabilities.revoke(caller, { id }))).toBe("not-found");
    for (const each of [token, one, two, cut(two, "unseen"), other.token])
      expect(codeOf(() => capabilities.revoke(caller, { token: each }))).toBe("not-found");
    expect(codeOf(() => capabilities.revoke("user", { id: "A".repeat(22) }))).toBe("not-found");
    expect(codeOf(() => capabilities.revoke(caller, { token: peer().mint().token }))).toBe(
      "capability-invalid",
    );
    // What was refused was not written down.
    expect(capabilities.views("user")).toHaveLength(4);
    capabilities.revoke(caller, { token: below });
    expect(codeOf(() => capabilities.open(below))).toBe("capability-invalid");
    capabilities.revoke("user", { id: other.id });
    expect(codeOf(() => capabilities.open(other.token))).toBe("capability-invalid");
  });
});

describe("budgets", () => {
  test("count for everybody in the chain, all or nothing", () => {
    const { capabilities, mint } = peer();
    const { token } = mint({ budget: { messages: 5 } });
    const [one, two] = [cut(token, "one", { budget: { messages: 3 } }), cut(token, "two")].map((each) =>
      capabilities.open(each),
    );
    one?.charge({ messages: 2 });
    expect(codeOf(() => one?.charge({ messages: 2 }))).toBe("budget-spent");
    expect([one?.left(), two?.left()]).toEqual([{ messages: 1 }, { messages: 3 }]);
    two?.charge({ messages: 3 });
    expect(codeOf(() => one?.charge({ messages: 1 }))).toBe("budget-spent");
    const spent = capabilities.views("user").map(({ agent, spent: { messages } }) => [agent, messages]);
    expect(Object.fromEntries(spent)).toEqual({ board: 5, one: 2, two: 3 });
  });

  test("count what was used already as far as they go, and say that it was too much", () => {
    const { capabilities, mint } = peer();
    const { token } = mint({ budget: { tokens: 100 } });
    const one = capabilities.open(cut(token, "one", { budget: { tokens: 30 } }));
    expect(one.record({ tokens: 10 })).toEqual({ tokens: 20 });
    expect(codeOf(() => one.record({ tokens: 1_000_000_000 }))).toBe("budget-spent");
    // Nobody uses up more of those above than they gave it.
    expect([one.left(), capabilities.open(token).left()]).toEqual([{ tokens: 0 }, { tokens: 70 }]);
  });

  test("of 10 calls are 10 calls, however many are made at once", async () => {
    const { capabilities, mint } = peer();
    const { token } = mint({ budget: { calls: 10 } });
    const holders = Array.from({ length: 100 }, (_, i) => capabilities.open(cut(token, `agent${i}`)));
    const runs = holders.map(async (holder) => {
      const run = await holder.beginRun(40_000, signal);
      await Promise.resolve();
      run.started();
      run.finished(5);
      run.release();
    });
    expect(await outcomes(runs)).toEqual({ done: 10, reasons: ["budget-spent"] });
    const [board] = capabilities.views("user").filter(({ level }) => level === 0);
    expect(board?.spent).toEqual({ calls: 10, tokens: 0, milliseconds: 50, messages: 0 });
  });

  test("give back a call that never began, once", async () => {
    const { capabilities, mint } = peer();
    const holder = capabilities.open(mint({ budget: { calls: 2, milliseconds: 100 } }).token);
    const run = await holder.beginRun(40, signal);
    expect(holder.left()).toEqual({ calls: 1, milliseconds: 60 });
    run.release();
    run.release();
    run.finished(9);
    expect(holder.left()).toEqual({ calls: 2, milliseconds: 100 });
    const other = await holder.beginRun(40, signal);
    other.started();
    other.release();
    expect(holder.left()).toEqual({ calls: 1, milliseconds: 100 });
  });

  test("of time are never overrun by runs at the same time: those wait, and the last gets what is left", async () => {
    const { capabilities, mint } = peer();
    const holder = capabilities.open(mint({ budget: { milliseconds: 100 } }).token);
    let underWay = 0;
    let most = 0;
    const given: number[] = [];
    const run = async () => {
      const spending = await holder.beginRun(40, signal);
      underWay += spending.wallMs ?? Infinity;
      most = Math.max(most, underWay);
      given.push(spending.wallMs ?? Infinity);
      spending.started();
      await new Promise(setImmediate);
      underWay -= spending.wallMs ?? 0;
      // As much as it was given, and more: ending a process takes time.
      spending.finished(45);
    };
    expect(await outcomes(Array.from({ length: 30 }, run))).toEqual({ done: 3, reasons: ["budget-spent"] });
    expect([given, most, holder.left()]).toEqual([[40, 40, 20], 80, { milliseconds: 0 }]);
  });

  test("make nobody wait for time that is not the one they lack", async () => {
    const { capabilities, mint } = peer();
    const { token } = mint({ budget: { milliseconds: 1_000 } });
    const sibling = await capabilities.open(token).beginRun(400, signal);
    const child = capabilities.open(cut(token, "child", { budget: { milliseconds: 30 } }));
    const own = await child.beginRun(400, signal);
    expect([sibling.wallMs, own.wallMs]).toEqual([400, 30]);
    own.started();
    own.finished(30);
    expect(await outcomes([child.beginRun(400, signal)])).toEqual({ done: 0, reasons: ["budget-spent"] });
    expect(capabilities.open(token).left()).toEqual({ milliseconds: 570 });
  });

  test("make nobody wait who went away", async () => {
    const { capabilities, mint } = peer();
    const holder = capabilities.open(mint({ budget: { milliseconds: 50, calls: 9 } }).token);
    const first = await holder.beginRun(40, signal);
    const leaving = new AbortController();
    const waiting = holder.beginRun(40, leaving.signal);
    leaving.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    expect(holder.left()).toEqual({ calls: 8, milliseconds: 10 });
    first.release();
    expect(holder.left()).toEqual({ calls: 9, milliseconds: 50 });
  });
});

describe("what a peer remembers", () => {
  test("no more agents live below one than may, and ended ones make room", () => {
    const { capabilities, time, mint } = peer();
    const { token } = mint({ agents: 2 });
    const [one, two, three] = [cut(token, "one", { until: 5_000 }), cut(token, "two"), cut(token, "three")];
    capabilities.open(one);
    capabilities.open(two);
    expect(codeOf(() => capabilities.open(three))).toBe("capability-refused");
    expect(codeOf(() => capabilities.open(cut(two, "below")))).toBe("capability-refused");
    capabilities.open(one);
    capabilities.revoke("user", { token: two });
    capabilities.open(three);
    expect(codeOf(() => capabilities.open(cut(token, "four")))).toBe("capability-refused");
    time.now = 5_000;
    expect(capabilities.open(cut(token, "four")).agent).toBe("four");
  });

  test("no agent comes in by having ended another one below it", () => {
    const { capabilities, mint } = peer();
    const { token } = mint({ agents: 2 });
    const leads = ["one", "two", "three"].map((name) => cut(token, name));
    const board = capabilities.open(token);
    for (const lead of leads) capabilities.revoke(board, { token: cut(lead, "worker") });
    // The peer knows of all three now, and none of them was there yet.
    expect(leads.map((lead) => codeOf(() => capabilities.open(lead)))).toEqual([
      "done",
      "done",
      "capability-refused",
    ]);
    capabilities.revoke(board, { token: leads[0] ?? "" });
    expect(codeOf(() => capabilities.open(leads[2] ?? ""))).toBe("done");
  });

  test("long lists count for what they weigh, in memory and in answers", () => {
    const { capabilities, mint } = peer({ most: 3_000, mostBelow: 2_600 });
    const { token } = mint();
    const board = capabilities.open(token);
    const hosts = Array.from({ length: 200 }, (_, i) => `host${i}.${"x".repeat(100)}.example.org`);
    const long = (name: string) => cut(token, name, { permissions: { net: hosts, secrets: "any" } });
    const weight = JSON.stringify(hosts).length / 1_024;
    let kept = 0;
    for (; kept < 1_000; kept++) {
      const token = long(`agent${kept}`);
      const code = codeOf(() => capabilities.open(token).charge({ messages: 1 }));
      if (code === "capability-refused") break;
    }
    expect(kept).toBeGreaterThan(90);
    expect(kept).toBeLessThan(2_600 / weight);
    const shown = JSON.stringify(capabilities.views(board)).length;
    expect(shown).toBeGreaterThan(1_500_000);
    expect(shown).toBeLessThan(2_200_000);
  });

  test("a full ledger forgets nothing that was spent or revoked, and refuses what is new", () => {
    const { capabilities, mint } = peer({ most: 8, mostBelow: 4 });
    const { token } = mint({ budget: { messages: 3 } });
    const [spender, ended, blank, watched] = ["spender", "ended", "blank", "watched"].map((name) =>
      cut(token, name),
    ) as [...[string, string, string, string]];
    capabilities.open(spender).charge({ messages: 3 });
    capabilities.open(ended);
    capabilities.revoke("user", { token: ended });
    const before = capabilities.open(blank);
    const stop = capabilities.open(watched).watch(() => undefined);
    // Four are below it: the blank one is forgotten for the fifth, and for the sixth that one.
    const fifth = capabilities.open(cut(token, "fifth"));
    expect(codeOf(() => before.check())).toBe("capability-invalid");
    fifth.record({});
    capabilities.open(cut(token, "sixth"));
    expect(codeOf(() => fifth.charge({ calls: 1 }))).toBe("capability-invalid");
    const tokens = Array.from({ length: 20 }, (_, i) => cut(token, `more${i}`));
    for (const more of tokens) capabilities.open(more);
    expect(codeOf(() => capabilities.open(ended))).toBe("capability-invalid");
    expect(codeOf(() => capabilities.open(spender).charge({ messages: 1 }))).toBe("budget-spent");
    expect(capabilities.views("user").length).toBeLessThanOrEqual(8);
    for (const more of tokens) codeOf(() => capabilities.open(more).charge({ calls: 1 }));
    expect(codeOf(() => capabilities.open(cut(token, "none")))).toBe("capability-refused");
    // Others are not kept out by it, and it makes room when it is ended as a whole.
    expect(codeOf(() => mint())).toBe("done");
    stop();
    capabilities.revoke("user", { token });
    for (let i = 0; i < 20; i++) mint();
    expect(codeOf(() => capabilities.open(spender))).toBe("capability-invalid");
  });
});
