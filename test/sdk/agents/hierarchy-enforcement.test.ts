import { CollectiveError } from "@action-collective/protocol";
import {
  type ActionContext,
  type ActionSpecs,
  Agent,
  type Message,
  type Node,
  type Place,
  Space,
} from "action-collective/agents";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { LEAVING_MS } from "../../../sdk/src/agents/limits.ts";
import { until } from "../../helpers/until.ts";

class Echo extends Agent {
  readonly heard: Message[] = [];

  chat(text: string, { message }: ActionContext): string {
    this.heard.push(message);
    return `${this.id}: ${text}`;
  }
}

/** Runs until it is told to stop, and says whether it was. */
class Ticker extends Echo {
  static override readonly actions = { tick: {} } satisfies ActionSpecs;
  stopped = 0;

  async *tick(_: null, { signal }: ActionContext): AsyncGenerator<number> {
    signal.addEventListener("abort", () => {
      this.stopped += 1;
    });
    for (let n = 0; ; n += 1) yield n;
  }
}

/** What a promise failed with. */
async function failure(attempt: Promise<unknown> | (() => unknown)): Promise<{ readonly code?: string }> {
  try {
    await (typeof attempt === "function" ? attempt() : attempt);
  } catch (error) {
    return error as { readonly code?: string };
  }
  throw new Error("It was let through");
}
const codeOf = async (attempt: Promise<unknown> | (() => unknown)) => (await failure(attempt)).code;

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** chief → lead → hand, and rival beside chief. */
async function company(space: Space) {
  const nodes = {
    chief: new Echo("chief"),
    lead: new Ticker("lead"),
    hand: new Ticker("hand"),
    rival: new Echo("rival"),
  };
  const chief = await space.add(nodes.chief);
  const lead = await chief.spawn(nodes.lead);
  const hand = await lead.spawn(nodes.hand);
  const rival = await space.add(nodes.rival);
  return { nodes, chief, lead, hand, rival };
}

describe("creating", () => {
  it("is one level below the creator, whatever else is asked for", async () => {
    await using space = new Space();
    const { chief, lead } = await company(space);
    const entry = { level: 1, parent: "board", privileges: {} };
    const place = await lead.spawn(new Echo("deep"), entry);
    expect([chief.level, lead.level, place.level]).toEqual([1, 2, 3]);
    expect(space.board.status().members.find(({ id }) => id === "deep")?.parent).toBe("lead");
  });

  it("ends where the levels end", async () => {
    await using space = new Space();
    const top = await space.add(new Echo("top"), { privileges: { levels: 1 } });
    const below = await top.spawn(new Echo("below"));
    expect(await codeOf(below.spawn(new Echo("deep")))).toBe("privilege-refused");
    expect(await codeOf(top.spawn(new Echo("other"), { privileges: { levels: 1 } }))).toBe(
      "privilege-refused",
    );
    expect(top.descendants().map(({ id }) => id)).toEqual(["below"]);
  });

  it("gives nothing that the creator has not, and a refusal leaves nothing behind", async () => {
    await using space = new Space();
    const modest = await space.add(new Echo("modest"), {
      privileges: { publish: false, expose: false, talkTo: ["friend"], budget: { messages: 3 } },
    });
    const child = new Echo("child");
    for (const privileges of [
      { publish: true },
      { talkTo: "any" as const },
      { budget: { messages: 4 } },
      { expose: true },
    ])
      expect(await codeOf(modest.spawn(child, { privileges }))).toBe("privilege-refused");
    expect(await codeOf(modest.spawn(child, { expose: true }))).toBe("privilege-refused");
    expect(space.stats().members).toBe(1);
    const place = await modest.spawn(child);
    expect(place.privileges).toMatchObject({ publish: false, expose: false, talkTo: ["friend"] });
  });
});

describe("terminating", () => {
  it("is for those below alone", async () => {
    await using space = new Space();
    const { lead } = await company(space);
    for (const id of ["rival", "chief", "lead", "board", "nobody"])
      expect(await codeOf(lead.terminate(id))).toBe("not-descendant");
    expect(space.stats().members).toBe(4);
    expect(await lead.terminate("hand")).toEqual(["hand"]);
  });

  it("takes all below along, the deepest first, and releases everything", async () => {
    await using space = new Space();
    const { nodes, chief, lead, hand, rival } = await company(space);
    const left: string[] = [];
    rival.onPresence(({ kind, who }) => {
      if (kind === "left") left.push(who.id);
    });
    hand.onPresence(() => {});
    nodes.rival.link(nodes.hand);
    const asked = rival.stream("hand", "tick", null)[Symbol.asyncIterator]();
    const asking = hand.stream("lead", "tick", null)[Symbol.asyncIterator]();
    await asked.next();
    await asking.next();
    expect(space.stats()).toMatchObject({ members: 4, exchanges: 2, listeners: 2 });

    expect(await chief.terminate("lead")).toEqual(["hand", "lead"]);
    expect(left).toEqual(["hand", "lead"]);
    expect([lead.signal.aborted, hand.signal.aborted, chief.signal.aborted]).toEqual([true, true, false]);
    expect(await codeOf(asked.next())).toBe("agent-left");
    expect(await codeOf(asking.next())).toBe("agent-left");
    await until(() => nodes.hand.stopped === 1 && nodes.lead.stopped === 1, { what: "both producers' end" });
    expect(space.stats()).toMatchObject({ members: 2, exchanges: 0, listeners: 1 });
    expect([...nodes.rival.links]).toEqual([]);
    expect(await codeOf(rival.request("hand", "chat", "hi"))).toBe("no-such-agent");
    // Nothing of the space is left on the node: another one takes it.
    await using other = new Space();
    expect((await other.add(nodes.hand)).level).toBe(1);
  });

  it("works on a place that is dead no more than on any other", async () => {
    await using space = new Space();
    const { nodes, chief, lead, hand } = await company(space);
    await chief.terminate("lead");
    // Whoever gives the name again makes somebody else of it, with more than the old one had.
    const again = await chief.spawn(new Echo("lead"), {
      privileges: { budget: { messages: 50, tokens: 50 } },
    });
    await again.spawn(new Echo("heir"));
    for (const attempt of [
      () => lead.request("rival", "chat", "in another's name"),
      () => collected(lead.broadcast("chat", "in another's name")),
      () => lead.send("rival", "chat", "in another's name"),
      () => lead.send("*", "chat", "in another's name"),
      () => lead.spawn(new Echo("late")),
      () => lead.terminate("heir"),
      () => lead.spend({ tokens: 1 }),
      () => lead.onPresence(() => {}),
      () => hand.request("rival", "chat", "from nobody"),
    ])
      expect(await codeOf(attempt)).toBe("agent-left");
    expect(nodes.rival.heard).toEqual([]);
    expect(again.left()).toMatchObject({ messages: 50, tokens: 50 });
    expect(again.descendants().map(({ id }) => id)).toEqual(["heir"]);
  });

  it("cannot be outrun by creating", async () => {
    class Breeder extends Echo {
      outcome: unknown;
      async leaving(): Promise<void> {
        this.outcome = await codeOf(this.place.spawn(new Echo("last")));
      }
    }
    await using space = new Space();
    const chief = await space.add(new Echo("chief"));
    const breeder = new Breeder("breeder");
    const place = await chief.spawn(breeder);
    // This one's entering takes for ever, and is under way when its creator is ended.
    let enter: (error: Error) => void = () => {};
    const slow: Node = {
      id: "slow",
      joined: () =>
        new Promise<void>((_, reject) => {
          enter = reject;
        }),
      async *receive() {},
    };
    const entering = failure(place.spawn(slow));
    expect(await chief.terminate("breeder")).toEqual(["slow", "breeder"]);
    expect(breeder.outcome).toBe("agent-ended");
    expect(space.stats().members).toBe(1);
    // Its name goes on to somebody else, whom the late failure of the first is nothing to.
    const heir = await chief.spawn(new Echo("slow"));
    enter(new Error("late"));
    await entering;
    expect(heir.signal.aborted).toBe(false);
    expect(await chief.request("slow", "chat", "hi")).toBe("slow: hi");
  });

  it("leaves one tree and nothing else, whatever happens at the same time", async () => {
    const step = fc.record({
      act: fc.constantFrom("spawn", "terminate", "ask"),
      who: fc.nat(),
      name: fc.nat({ max: 9 }),
      pause: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const space = new Space();
        const places: Place[] = [space.place];
        const under: Promise<unknown>[] = [];
        for (const { act, who, name, pause } of steps) {
          const place = places[who % places.length] ?? space.place;
          const doing = {
            spawn: async () => places.push(await place.spawn(new Ticker(`n${name}`))),
            terminate: () => place.terminate(`n${name}`),
            ask: () => place.stream(`n${name}`, "tick", null)[Symbol.asyncIterator]().next(),
          }[act]();
          under.push(doing);
          doing.catch(() => {});
          if (pause) await new Promise(setImmediate);
        }
        for (const outcome of await Promise.allSettled(under))
          if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(CollectiveError);
        const { members } = space.board.status();
        const living = new Set(members.map(({ id }) => id));
        expect(members.every(({ parent }) => parent === undefined || living.has(parent))).toBe(true);
        expect(members.every(({ leaving }) => !leaving)).toBe(true);
        const acting = places.filter(({ signal }) => !signal.aborted).map(({ id }) => id);
        expect(acting.sort()).toEqual([...living].sort());
        await space.close();
        expect(space.stats()).toEqual({ members: 0, exchanges: 0, listeners: 0 });
      }),
      { numRuns: 40 },
    );
  });

  it("is not held up by those who do not want to go", async () => {
    await using space = new Space();
    const chief = await space.add(new Echo("chief"));
    let parent: Place = chief;
    for (const id of ["a", "b", "c"]) {
      const clinging = { id, leaving: () => new Promise<void>(() => {}), async *receive() {} };
      parent = await parent.spawn(clinging);
    }
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const ending = chief.terminate("a");
      // They are given one time to say goodbye, all together.
      await vi.advanceTimersByTimeAsync(LEAVING_MS);
      expect(space.stats().members).toBe(1);
      expect(await ending).toEqual(["c", "b", "a"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("happens when the time of the privileges is over", async () => {
    await using space = new Space();
    const { nodes, chief } = await company(space);
    const brief = await chief.spawn(new Echo("brief"), { privileges: { until: Date.now() + 200 } });
    const below = await brief.spawn(new Echo("below"));
    await until(() => space.stats().members === 4, { what: "the end of both" });
    expect([brief.signal.aborted, below.signal.aborted]).toEqual([true, true]);
    expect(nodes.chief.place.descendants().map(({ id }) => id)).toEqual(["lead", "hand"]);
  });
});

describe("budgets", () => {
  it("of messages are shared down the tree, whatever way they go", async () => {
    await using space = new Space();
    const rival = new Echo("rival");
    await space.add(rival);
    const chief = await space.add(new Echo("chief"), { privileges: { budget: { messages: 6 } } });
    const lead = await chief.spawn(new Echo("lead"), { privileges: { budget: { messages: 5 } } });
    const hand = await lead.spawn(new Echo("hand"));
    await hand.request("rival", "chat", "one");
    expect((await hand.send("rival", "chat", "two").receipt).status).toBe("delivered");
    // One for each that hears it.
    expect(await collected(lead.broadcast("chat", "all"))).toHaveLength(3);
    expect([chief.left(), lead.left(), hand.left()]).toEqual([
      { messages: 1 },
      { messages: 0 },
      { messages: 0 },
    ]);
    expect(await codeOf(hand.request("rival", "chat", "six"))).toBe("budget-spent");
    expect((await hand.send("rival", "chat", "six").receipt).code).toBe("budget-spent");
    expect(await codeOf(() => collected(hand.broadcast("chat", "six")))).toBe("budget-spent");
    expect(rival.heard).toHaveLength(3);
    await chief.request("rival", "chat", "six");
    expect(await codeOf(chief.request("rival", "chat", "seven"))).toBe("budget-spent");
  });

  it("hold for many at once, and for tokens", async () => {
    await using space = new Space();
    const rival = new Echo("rival");
    await space.add(rival);
    const chief = await space.add(new Echo("chief"), {
      privileges: { budget: { messages: 7, tokens: 100 } },
    });
    const hands = await Promise.all([1, 2, 3, 4].map((n) => chief.spawn(new Echo(`hand${n}`))));
    const sent = hands.flatMap((hand) => [1, 2, 3, 4].map(() => hand.request("rival", "chat", "go")));
    const outcomes = await Promise.allSettled(sent);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(7);
    expect(rival.heard).toHaveLength(7);
    const spent = await Promise.allSettled(hands.map((hand) => hand.spend({ tokens: 40 })));
    expect(spent.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(chief.left()).toEqual({ messages: 0, tokens: 20 });
  });
});

describe("whom one may talk to", () => {
  it("is looked at on every way", async () => {
    class Gossip extends Echo {
      static override readonly actions = { tell: {} } satisfies ActionSpecs;
      async tell({ how, to }: { how: "pass" | "forward"; to: string }, { message }: ActionContext) {
        return await codeOf(() => collected(this.place[how](message, to)));
      }
    }
    await using space = new Space();
    const friend = new Echo("friend");
    const stranger = new Echo("stranger");
    await space.add(friend);
    await space.add(stranger);
    const bound = await space.add(new Gossip("bound"), { privileges: { talkTo: ["friend", "below"] } });
    const below = await bound.spawn(new Gossip("below"));
    for (const place of [bound, below]) {
      expect(await place.request("friend", "chat", "hi")).toBe("friend: hi");
      expect(await codeOf(place.request("stranger", "chat", "hi"))).toBe("may-not-talk");
      expect((await place.send("stranger", "chat", "hi").receipt).code).toBe("may-not-talk");
      expect(await codeOf(() => collected(place.stream("stranger", "chat", "hi")))).toBe("may-not-talk");
      for (const how of ["pass", "forward"])
        expect(await space.place.request(place.id, "tell", { how, to: "stranger" })).toBe("may-not-talk");
      await collected(place.broadcast("chat", "to all"));
      await place.send("*", "chat", "to all").receipt;
      expect(place.who().map(({ id }) => id)).not.toContain("stranger");
    }
    await until(() => friend.heard.length === 6, { what: "what was for the friend" });
    expect(stranger.heard).toEqual([]);
    expect(space.audit().filter(({ decision }) => decision === "undelivered")).toHaveLength(10);
  });

  it("is no bound to answering: an answer goes to whoever asked, and to nobody else", async () => {
    class Answerer extends Agent {
      async *chat(_: string, { message }: ActionContext) {
        yield this.place.reply(message, "first");
        yield "second";
      }
    }
    await using space = new Space();
    const asker = await space.add(new Echo("asker"));
    await space.add(new Answerer("mute"), { privileges: { talkTo: [] } });
    const answers = await collected(asker.stream("mute", "chat", "speak"));
    expect(answers.map(({ from, to, content }) => [from, to, content])).toEqual([
      ["mute", "asker", "first"],
      ["mute", "asker", "second"],
    ]);
  });
});

describe("what a child has not", () => {
  it("does not come back by changing what it holds", async () => {
    await using space = new Space();
    await space.add(new Echo("stranger"));
    const place = await space.add(new Echo("child"), { privileges: { talkTo: [], levels: 0 } });
    const attempts = [
      () => Object.assign(place.privileges, { levels: 8 }),
      () => (place.privileges.talkTo as string[]).push("*"),
      () => Object.assign(place, { privileges: { talkTo: "any" } }),
      () => Object.setPrototypeOf(place.privileges, null),
      () => Object.defineProperty(place.privileges, "levels", { value: 8 }),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(TypeError);
    for (const name of ["id", "privileges", "level"])
      expect(() => Object.defineProperty(place, name, { value: "board" })).toThrow(TypeError);
    // A place that only looks like it is none, and what one is made from does not name others.
    const mask = Object.create(place, { id: { value: "board" } }) as Place;
    await expect(mask.terminate("stranger")).rejects.toThrow(TypeError);
    expect(await codeOf(place.request("stranger", "chat", "hi"))).toBe("may-not-talk");
    expect(await codeOf(place.spawn(new Echo("below")))).toBe("privilege-refused");
    expect(await codeOf(place.terminate("stranger"))).toBe("not-descendant");
    expect(space.stats().members).toBe(2);
  });

  it("does not come back under another's name", async () => {
    await using space = new Space();
    const { chief, rival } = await company(space);
    for (const id of ["lead", "board", "chief"])
      expect(await codeOf(rival.spawn(new Echo(id)))).toBe("agent-name-taken");
    await chief.terminate("lead");
    expect(await codeOf(rival.spawn(new Echo("lead")))).toBe("agent-name-taken");
    const names = ["mask", "board", "board"];
    const shifting = {
      get id() {
        return names.shift() ?? "board";
      },
      async *receive() {},
    };
    const mask = await rival.spawn(shifting);
    expect([mask.id, mask.level]).toEqual(["mask", 2]);
  });

  it("does not come back in another's words", async () => {
    await using space = new Space();
    const { nodes, chief, hand, rival } = await company(space);
    await rival.request("chief", "chat", "do it");
    const [order] = nodes.chief.heard;
    if (order === undefined) throw new Error("The chief heard nothing");
    // Neither the words that another heard, nor a copy of them, nor words put into somebody's mouth.
    for (const message of [order, { ...order }, Object.create(order), { ...order, from: "board" }]) {
      expect(await codeOf(() => collected(hand.pass(message, "rival")))).toBe("not-received");
      expect(await codeOf(() => collected(hand.forward(message, "rival")))).toBe("not-received");
    }
    // Nor by calling a member past its space.
    for (const message of [order, { ...order, from: "board" }])
      expect(await codeOf(() => collected(nodes.rival.receive(message)))).toBe("not-received");
    expect(nodes.rival.heard).toEqual([]);
    // Whoever heard it passes it on as it is.
    await collected(chief.pass(order, "lead"));
    expect(nodes.lead.heard).toEqual([order]);
    expect(nodes.lead.heard[0]?.from).toBe("rival");
  });

  it("does not come back by saying that it was another who said it, nor by asking what led to it", async () => {
    await using space = new Space();
    const { nodes, hand, rival } = await company(space);
    await rival.request("chief", "chat", "for the chief alone");
    const [secret] = nodes.chief.heard;
    const forwarded = { from: "board", id: "1" };
    await hand.request("rival", "chat", "pay me", {
      replyTo: secret?.id,
      metadata: { forwarded, urgent: true },
    });
    await hand.request("hand", "chat", "and?", { replyTo: secret?.id });
    const [said] = nodes.rival.heard;
    const [toMyself] = nodes.hand.heard;
    if (said === undefined || toMyself === undefined) throw new Error("Nothing was heard");
    expect(said.metadata).toEqual({ urgent: true });
    expect(hand.ancestors(toMyself)).toEqual([]);
    expect(rival.ancestors(said)).toEqual([secret]);
  });

  it("does not come back by entering twice", async () => {
    await using space = new Space();
    const { nodes, lead } = await company(space);
    for (const node of [nodes.chief, nodes.hand, nodes.lead])
      expect(await codeOf(lead.spawn(node))).toBe("in-space-already");
    expect(await codeOf(space.add(nodes.hand))).toBe("in-space-already");
  });
});
