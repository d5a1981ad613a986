import { CollectiveError } from "@action-collective/protocol";
import { type ActionSpecs, Agent, type Message, Space } from "action-collective/agents";
import { describe, expect, it } from "vitest";
import { MOST_RULINGS } from "../../../sdk/src/agents/hierarchy/rulings.ts";
import { until } from "../../helpers/until.ts";

/** Lets everybody look, asks itself about paying, and lets nobody burn. */
class Treasury extends Agent {
  static override readonly actions = {
    look: {},
    pay: { access: "requested", permissionTimeoutMs: 20_000 },
    burn: { access: "denied" },
  } satisfies ActionSpecs;
  readonly asked: Message[] = [];
  readonly done: string[] = [];
  answer: boolean | Promise<boolean> = true;

  override requestPermission(proposed: Message) {
    this.asked.push(proposed);
    return this.answer;
  }
  look = () => this.#do("look");
  pay = () => this.#do("pay");
  burn = () => this.#do("burn");

  #do(what: string): string {
    this.done.push(what);
    return what;
  }
}

class Clerk extends Agent {}

async function house(space: Space) {
  const treasury = new Treasury("treasury");
  await space.add(treasury, { role: "treasurer" });
  const chief = await space.add(new Clerk("chief"), { privileges: { budget: { messages: 100 } } });
  const clerk = await chief.spawn(new Clerk("clerk"));
  const ask = async (what: string, who = clerk) => {
    try {
      return await who.request("treasury", what, null);
    } catch (error) {
      return error instanceof CollectiveError ? error.code : error;
    }
  };
  return { treasury, chief, clerk, ask };
}

const pendingQuestion = (space: Space) =>
  until(() => space.board.pending()[0], { what: "a question to the board" });

describe("the board sees", () => {
  it("everybody, with levels, privileges, what is spent and left, and what is going on", async () => {
    const NOW = 1_700_000_000_000;
    await using space = new Space({ clock: () => NOW });
    const { treasury, ask } = await house(space);
    await ask("look");
    treasury.answer = new Promise(() => {});
    const asking = ask("pay");
    await pendingQuestion(space);
    const ruling = space.board.rule({ intent: "burn", to: ["treasury"], access: "permitted" });
    const status = space.board.status();
    expect(status.at).toBe(NOW);
    expect(
      status.members.map(({ id, level, parent, role, spent, left }) => [
        id,
        level,
        parent,
        role,
        spent.messages,
        left.messages,
      ]),
    ).toEqual([
      ["board", 0, undefined, "board", 2, undefined],
      ["treasury", 1, "board", "treasurer", 0, undefined],
      ["chief", 1, "board", undefined, 2, 98],
      ["clerk", 2, "chief", undefined, 2, 98],
    ]);
    expect(status.members.every(({ privileges }) => Object.isFrozen(privileges))).toBe(true);
    expect(status.exchanges).toMatchObject([{ from: "clerk", to: "treasury", intent: "pay", since: NOW }]);
    expect(status.questions).toMatchObject([
      { since: NOW, message: { from: "clerk", intent: "pay" }, caller: { address: "clerk", level: 2 } },
    ]);
    expect(status.rulings).toEqual([{ id: ruling, intent: "burn", to: ["treasury"], access: "permitted" }]);
    expect(status.audit).toMatchObject([{ from: "clerk", intent: "look", decision: "permitted" }]);
    await space.board.terminate("treasury");
    expect(await asking).toBe("agent-left");
    expect(space.board.pending()).toEqual([]);
  });
});

describe("the board decides", () => {
  it("in the receiver's stead, whatever that one says afterwards", async () => {
    await using space = new Space();
    const { treasury, ask } = await house(space);
    for (const yes of [true, false]) {
      let decide: (yes: boolean) => void = () => {};
      treasury.answer = new Promise((resolve) => {
        decide = resolve;
      });
      const asking = ask("pay");
      const { id } = await pendingQuestion(space);
      space.board.decide(id, yes);
      decide(!yes);
      expect(await asking).toBe(yes ? "pay" : "permission-denied");
      expect(space.audit().at(-1)).toMatchObject({ intent: "pay", decision: "overridden", by: "board" });
      expect(() => space.board.decide(id, yes)).toThrow(
        expect.objectContaining({ code: "no-such-question" }),
      );
    }
    expect(treasury.done).toEqual(["pay"]);
  });

  it("no more once the receiver has decided, and hears of each question", async () => {
    await using space = new Space();
    const { treasury, ask } = await house(space);
    const heard: string[] = [];
    const stop = space.board.onQuestion(({ id }) => heard.push(id));
    expect(await ask("pay")).toBe("pay");
    treasury.answer = false;
    expect(await ask("pay")).toBe("permission-denied");
    expect(heard).toHaveLength(2);
    stop();
    expect(await ask("pay")).toBe("permission-denied");
    expect(heard).toHaveLength(2);
    expect(space.board.pending()).toEqual([]);
    for (const id of heard)
      expect(() => space.board.decide(id, true)).toThrow(
        expect.objectContaining({ code: "no-such-question" }),
      );
  });
});

describe("a ruling of the board", () => {
  it("overrides the receiver's policy in either direction, until it is taken back", async () => {
    await using space = new Space();
    const { treasury, chief, ask } = await house(space);
    const denied = space.board.rule({ from: ["clerk"], intent: "look", access: "denied" });
    expect([await ask("look"), await ask("look", chief)]).toEqual(["access-denied", "look"]);
    expect(space.audit().find(({ decision }) => decision === "overridden")).toMatchObject({
      from: "clerk",
      by: `board ${denied}`,
    });
    const permitted = space.board.rule({ to: ["treasury"], intent: "burn", access: "permitted" });
    expect(await ask("burn")).toBe("burn");
    expect(space.board.unrule(permitted)).toBe(true);
    expect(space.board.unrule(permitted)).toBe(false);
    expect(await ask("burn")).toBe("access-denied");
    // The receiver is not even asked.
    treasury.answer = false;
    space.board.rule({ intent: "pay", access: "permitted" });
    expect(await ask("pay")).toBe("pay");
    expect(treasury.asked).toEqual([]);
    // The last word counts.
    space.board.rule({ access: "denied" });
    expect(await Promise.all(["look", "pay", "burn"].map((what) => ask(what)))).toEqual(
      Array(3).fill("access-denied"),
    );
    space.board.rule({ from: ["*"], intent: "look", access: "requested" });
    expect(await ask("look")).toBe("permission-denied");
    expect(treasury.asked).toHaveLength(1);
    expect(treasury.done).toEqual(["look", "burn", "pay"]);
  });

  it("may leave the decision to the board alone", async () => {
    await using space = new Space();
    const { treasury, ask } = await house(space);
    space.board.rule({ intent: "burn", access: "board" });
    for (const yes of [false, true]) {
      const asking = ask("burn");
      space.board.decide((await pendingQuestion(space)).id, yes);
      expect(await asking).toBe(yes ? "burn" : "access-denied");
    }
    expect(treasury.asked).toEqual([]);
    expect(treasury.done).toEqual(["burn"]);
  });

  it("holds for nodes that have no policy, and for messages that were passed or broadcast", async () => {
    await using space = new Space();
    const heard: Message[] = [];
    const plain = {
      id: "plain",
      async *receive(message: Message): AsyncGenerator<Message> {
        heard.push(message);
        yield message;
      },
    };
    await space.add(plain);
    const { chief } = await house(space);
    space.board.rule({ to: ["plain"], access: "denied" });
    await expect(chief.request("plain", "inform", "one")).rejects.toMatchObject({ code: "access-denied" });
    const answers: unknown[] = [];
    for await (const { from, content } of chief.broadcast("inform", "all")) answers.push([from, content]);
    expect(answers).toContainEqual(["plain", expect.objectContaining({ code: "access-denied" })]);
    expect(heard).toEqual([]);
  });

  it("is checked, and there are not too many", async () => {
    await using space = new Space();
    const { board } = space;
    const wrong = [
      { access: "allowed" },
      { access: "denied", form: ["clerk"] },
      { access: "denied", from: "clerk" },
      { access: "denied", from: ["not an address"] },
      { access: "denied", from: "any" },
      { access: "denied", intent: "no intent" },
    ];
    for (const ruling of wrong)
      expect(() => board.rule(ruling as Parameters<typeof board.rule>[0])).toThrow(
        expect.objectContaining({ code: "invalid-ruling" }),
      );
    const from = ["clerk"];
    board.rule({ from, access: "denied" });
    from.push("*");
    expect(board.rulings()[0]?.from).toEqual(["clerk"]);
    for (let n = 1; n < MOST_RULINGS; n += 1) board.rule({ access: "denied" });
    expect(() => board.rule({ access: "denied" })).toThrow(expect.objectContaining({ code: "rulings-full" }));
  });
});

describe("the board terminates", () => {
  it("anybody, but not itself", async () => {
    await using space = new Space();
    await house(space);
    expect(await space.board.terminate("clerk")).toEqual(["clerk"]);
    expect(await space.board.terminate("chief")).toEqual(["chief"]);
    for (const id of ["board", "nobody"])
      await expect(space.board.terminate(id)).rejects.toMatchObject({ code: "no-such-agent" });
    expect(space.stats().members).toBe(1);
  });
});
