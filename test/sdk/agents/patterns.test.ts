import type { Json } from "action-collective";
import { describe, expect, test } from "vitest";
import {
  type ActionContext,
  Agent,
  CONTRACT_NET,
  Contractor,
  contractNet,
  InnerCritic,
  type Node,
  type Proposal,
  patternLimits,
  Refusal,
  Space,
} from "../../../sdk/src/agents/index.ts";
import { until } from "../../helpers/until.ts";
import { all, deaf, lines, Speaker, say } from "./networks-nodes.ts";

class Builder extends Contractor {
  readonly built: Json[] = [];
  readonly aborted: string[] = [];
  readonly #price: number | undefined;
  readonly #build: (task: Json, context: ActionContext) => Json | Promise<Json>;

  constructor(
    id: string,
    price: number | undefined,
    build: (task: Json, context: ActionContext) => Json | Promise<Json> = (task) => `${id} built ${task}`,
  ) {
    super(id);
    this.#price = price;
    this.#build = build;
  }

  protected propose(): Json | Refusal {
    return this.#price ?? new Refusal("no time");
  }

  protected async perform(task: Json, _terms: Json, context: ActionContext): Promise<Json> {
    const result = await this.#build(task, context);
    this.built.push(task);
    return result;
  }
}

/** Never proposes; proposes what nobody asked for; is no contractor at all. */
class Slow extends Contractor {
  readonly rejected: Json[] = [];

  protected propose(_task: Json, { signal }: ActionContext): Promise<Json> {
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve("late"), { once: true }));
  }

  protected perform(): Json {
    return "never";
  }

  override rejectProposal(
    reason: { readonly call: string; readonly reason: string },
    context: ActionContext,
  ) {
    this.rejected.push(reason.reason);
    super.rejectProposal(reason, context);
  }
}

class Deaf extends Agent {}

const cheapest = (proposals: readonly Proposal[]) =>
  proposals.toSorted((one, other) => Number(one.terms) - Number(other.terms)).slice(0, 1);

async function spaceOf(...nodes: Node[]): Promise<Space> {
  const space = new Space();
  for (const node of nodes) await space.add(node);
  return space;
}

describe("Contract Net", () => {
  test("the cheapest builds; others are rejected, those who refuse or do not understand are left alone", async () => {
    const [dear, cheap, busy, deafOne] = [
      new Builder("dear", 9),
      new Builder("cheap", 3),
      new Builder("busy", undefined),
      new Deaf("deaf"),
    ];
    await using space = await spaceOf(dear, cheap, busy, deafOne);
    const outcome = await contractNet(space.place, {
      to: ["dear", "cheap", "busy", "deaf", "gone"],
      task: "a wall",
      deadlineMs: 20_000,
      choose: cheapest,
    });
    expect(outcome).toMatchObject({
      proposals: [
        { from: "dear", terms: 9 },
        { from: "cheap", terms: 3 },
      ],
      refusals: [{ from: "busy", reason: "no time" }],
      late: [],
      notUnderstood: [
        { from: "deaf", code: "unknown-action" },
        { from: "gone", code: "no-such-agent" },
      ],
      results: [{ from: "cheap", result: "cheap built a wall" }],
      failures: [],
    });
    expect([dear.built, cheap.built]).toEqual([[], ["a wall"]]);
    await until(() => dear.openProposals === 0, { what: "the rejection" });
    expect(cheap.openProposals).toBe(0);
    expect(space.stats().exchanges).toBe(0);
  });

  test("the deadline ends the wait; who is late is rejected as late, and is bound to nothing", async () => {
    const [slow, builder] = [new Slow("slow"), new Builder("builder", 1)];
    await using space = await spaceOf(slow, builder);
    const outcome = await contractNet(space.place, {
      to: ["slow", "builder"],
      task: "a wall",
      deadlineMs: 150,
      choose: (proposals) => proposals,
    });
    expect(outcome).toMatchObject({ late: ["slow"], results: [{ from: "builder" }] });
    await until(() => slow.rejected.length === 1, { what: "the rejection" });
    expect(slow.rejected).toEqual(["late"]);
    expect(slow.openProposals).toBe(0);
  });

  test("several may be accepted; one's failure is told, and takes nothing from the others", async () => {
    const broken = new Builder("broken", 1, () => {
      throw new Error("no bricks");
    });
    await using space = await spaceOf(broken, new Builder("works", 2));
    const outcome = await contractNet(space.place, {
      to: ["broken", "works"],
      task: "a wall",
      deadlineMs: 20_000,
      choose: (proposals) => proposals,
    });
    expect(outcome.results).toEqual([{ from: "works", result: "works built a wall" }]);
    expect(outcome.failures).toMatchObject([
      { from: "broken", message: expect.stringContaining("no bricks") },
    ]);
  });

  test("only what was proposed to the caller is done, and only once", async () => {
    const builder = new Builder("builder", 1);
    const [caller, thief] = [new Deaf("caller"), new Deaf("thief")];
    await using space = await spaceOf(builder, caller, thief);
    const call = { call: "c1", task: "a wall", replyBy: Date.now() + 10_000 };
    for await (const { intent, content } of caller.place.stream("builder", CONTRACT_NET.call, call))
      expect([intent, content]).toEqual(["propose", { call: "c1", terms: 1 }]);
    const accept = (who: Agent) => who.place.request("builder", CONTRACT_NET.accept, { call: "c1" });
    await expect(accept(thief)).rejects.toMatchObject({ code: "no-such-proposal" });
    expect(await accept(caller)).toBe("builder built a wall");
    await expect(accept(caller)).rejects.toMatchObject({ code: "no-such-proposal" });
    await expect(caller.place.request("builder", CONTRACT_NET.call, { call: "c2" })).rejects.toMatchObject({
      code: "input-invalid",
    });
    expect(space.stats().exchanges).toBe(0);
  });

  test("whoever called may take it back, and the work stops; where choosing fails, all are rejected", async () => {
    const [begun, stopped]: [string[], string[]] = [[], []];
    const builder = new Builder("builder", 1, (_task, { signal }) => {
      begun.push("builder");
      return new Promise((resolve) =>
        signal.addEventListener("abort", () => {
          stopped.push("builder");
          resolve("half a wall");
        }),
      );
    });
    await using space = await spaceOf(builder);
    const stop = new AbortController();
    const contract = { to: ["builder"], task: "a wall", deadlineMs: 20_000, signal: stop.signal };
    const working = contractNet(space.place, { ...contract, choose: (proposals) => proposals });
    await until(() => begun.length === 1, { what: "the work" });
    stop.abort(new Error("changed my mind"));
    await expect(working).rejects.toThrow("changed my mind");
    await until(() => stopped.length === 1, { what: "the builder" });

    const failing = contractNet(space.place, {
      ...{ to: ["builder"], task: "a wall", deadlineMs: 20_000 },
      choose: () => {
        throw new Error("cannot decide");
      },
    });
    await expect(failing).rejects.toThrow("cannot decide");
    await until(() => builder.openProposals === 0, { what: "the rejection" });
  });
});

test("who takes a call back lets go of those who proposed, also while others think", async () => {
  const [builder, slow] = [new Builder("builder", 1), new Slow("slow")];
  await using space = await spaceOf(builder, slow);
  const stop = new AbortController();
  const contract = { to: ["builder", "slow"], task: "a wall", deadlineMs: 20_000, signal: stop.signal };
  const calling = contractNet(space.place, { ...contract, choose: (proposals) => proposals });
  await until(() => builder.openProposals === 1, { what: "the proposal" });
  stop.abort(new Error("changed my mind"));
  await expect(calling).rejects.toThrow("changed my mind");
  await until(() => builder.openProposals === 0, { what: "the rejection" });
  expect(builder.built).toEqual([]);
});

test("who calls without end binds a contractor only so far, and keeps nobody else from it", async () => {
  const builder = new Builder("builder", 1);
  const [greedy, other] = [new Deaf("greedy"), new Deaf("other")];
  await using _space = await spaceOf(builder, greedy, other);
  const call = async (who: Agent, n: number) => {
    const content = { call: `c${n}`, task: "a wall", replyBy: Date.now() + 10_000 };
    for await (const { intent } of who.place.stream("builder", CONTRACT_NET.call, content)) return intent;
    return undefined;
  };
  for (let n = 0; n < patternLimits.openProposalsOfOne; n++) expect(await call(greedy, n)).toBe("propose");
  expect(await call(greedy, 1_000)).toBe("refuse");
  expect(await call(other, 1)).toBe("propose");
});

describe("an inner critic", () => {
  const author = () => {
    let draft = 0;
    return new Speaker("author", () => [`draft ${++draft}`]);
  };
  const critic = (contentWith: number) =>
    new Speaker("critic", ({ content }) => [content === `draft ${contentWith}` ? "OK." : `no: ${content}`]);

  test("sends drafts back until it is content, and the last one is the answer", async () => {
    const [writes, judges] = [author(), critic(3)];
    const pair = new InnerCritic({ author: writes, critic: judges });
    expect(await lines(pair.receive(say("user", "write")))).toEqual(["author: draft 3"]);
    expect(writes.heard.map(({ from, content }) => [from, content])).toEqual([
      ["user", "write"],
      ["critic", "no: draft 1"],
      ["critic", "no: draft 2"],
    ]);
  });

  test("is bounded; what it still says against the last draft comes after it", async () => {
    const writes = author();
    const pair = new InnerCritic({ author: writes, critic: critic(99), rounds: 2 });
    expect(await lines(pair.receive(say("user", "write")))).toEqual([
      "author: draft 3",
      "critic: no: draft 3",
    ]);
    expect(writes.made).toBe(3);
  });

  test("is content when it is silent; failures end it", async () => {
    const silent = new Speaker("critic", () => []);
    expect(
      await lines(new InnerCritic({ author: author(), critic: silent }).receive(say("user", "x"))),
    ).toEqual(["author: draft 1"]);
    const broken = new InnerCritic({ author: author(), critic: deaf("critic"), memberMs: 5 });
    expect((await all(broken.receive(say("user", "x")))).map(({ intent }) => intent)).toEqual([
      "chat",
      "error",
    ]);
    expect(
      (
        await all(
          new InnerCritic({ author: deaf("author"), critic: silent, memberMs: 5 }).receive(say("u", "x")),
        )
      ).map(({ content }) => content),
    ).toMatchObject([{ code: "member-timeout", member: "author" }]);
  });
});
