import { randomBytes } from "node:crypto";
import {
  ALL_PRIVILEGES,
  actionIdOf,
  CAPABILITY_NONCE_BYTES,
  cidOf,
  DAG_CBOR,
  narrowCapability,
} from "@action-collective/protocol";
import { ActionClient, type ActionView } from "action-collective";
import {
  type ActionSpecs,
  Agent,
  Experience,
  inherit,
  leaveHeirloom,
  ModelAgent,
  Space,
} from "action-collective/agents";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heirloomOf, readHeirloom } from "../../../sdk/src/agents/hierarchy/heirloom.ts";
import { addingAction } from "../../helpers/adding-action.ts";
import { PeerProcess } from "../../helpers/processes.ts";
import { calls, ScriptedModel, text } from "../../helpers/scripted-model.ts";

let peer: PeerProcess;
beforeAll(async () => {
  peer = await PeerProcess.start({ env: { COLLECTIVE_VERIFY: "false" } });
});
afterAll(() => peer?.[Symbol.asyncDispose]());

/** Makes an action that adds, and knows afterwards how: through what it inherited, it knows from the beginning. */
class Reckoner extends Agent {
  static override readonly actions = { make: {}, add: {} } satisfies ActionSpecs;
  #experience = new Experience(this.id);
  #client = this.#experience.client({ home: peer.home });
  known: readonly string[] = [];
  advice: readonly string[] = [];

  async joined(): Promise<void> {
    const inherited = await inherit(this.#client, this.id);
    if (inherited === undefined) return;
    this.#experience = new Experience(this.id, inherited);
    this.#client = this.#experience.client({ home: peer.home });
    this.known = inherited.actions.map(({ id }) => id);
    this.advice = inherited.advice;
  }

  async make(n: number): Promise<string> {
    const { id } = await this.#client.prove(addingAction(n), { keep: true });
    this.#experience.advise(`addN${n} takes { x }`);
    return id;
  }

  async add({ x, by }: { x: number; by?: string }): Promise<number> {
    const sum = await this.#client.call<number>(by ?? this.known[0] ?? "", { x });
    await leaveHeirloom(this.#client, this.#experience);
    return sum;
  }
}

describe("a successor", () => {
  it("uses what its predecessor made, after that one's death, in another space", async () => {
    const first = new Space();
    await first.add(new Reckoner("reckoner"));
    const made = (await first.place.request("reckoner", "make", 7)) as string;
    expect(await first.place.request("reckoner", "add", { x: 1, by: made })).toBe(8);
    await first.close();

    const second = new Space();
    const successor = new Reckoner("reckoner");
    await second.add(successor);
    expect(successor.known).toEqual([made]);
    expect(successor.advice).toEqual(["addN7 takes { x }"]);
    await second.place.request("reckoner", "make", 9);
    expect(await second.place.request("reckoner", "add", { x: 35 })).toBe(42);
    const other = new Reckoner("another");
    await second.add(other);
    expect(other.known).toEqual([]);
    await second.close();

    // Its own successor has what both of them learned, best proved first.
    const inherited = await inherit(new ActionClient({ home: peer.home }), "reckoner");
    expect(inherited).toMatchObject({
      generation: 2,
      missing: [],
      advice: ["addN7 takes { x }", "addN9 takes { x }"],
      actions: [
        { id: made, name: "addN7", made: true, runs: 2, succeeded: 2, standing: "passed" },
        { name: "addN9", made: true, runs: 0 },
      ],
    });
  });

  it("that thinks with a model has what it inherited as functions of its own", async () => {
    await using model = await ScriptedModel.start();
    const before = new Experience("bookkeeper");
    const { id } = await before.client({ home: peer.home }).prove(addingAction(11), { keep: true });
    await leaveHeirloom(new ActionClient({ home: peer.home }), before);

    const client = new ActionClient({ home: peer.home });
    const inherited = await inherit(client, "bookkeeper");
    const experience = new Experience("bookkeeper", inherited);
    const script = model.script([
      { offers: ["rate_action", "addN11"], says: calls(["addN11", { x: 31 }]) },
      { told: ["42"], says: text("It is 42.") },
    ]);
    const successor = new ModelAgent("bookkeeper", {
      openai: model.openai(),
      model: script.model,
      agents: false,
      client: (place) => experience.client({ home: peer.home, token: place?.token }),
      collective: { find: false, pinned: false, refs: inherited?.actions.map((one) => one.id) },
    });
    await using space = new Space();
    await space.add(successor);
    expect(await script.during(space.place.request("bookkeeper", "chat", "31 and 11?"))).toBe("It is 42.");
    script.finish();
    expect(experience.learned()).toMatchObject({
      generation: 2,
      actions: [{ id, made: true, runs: 1, succeeded: 1 }],
    });
  });

  it("is told of the heirloom itself, and finds a published one too", async () => {
    const client = new ActionClient({ home: peer.home });
    const experience = new Experience("herald");
    const learning = experience.client({ home: peer.home });
    const { id } = await learning.publish(addingAction(3));
    await learning.run(id, { x: 1 });
    const heirloom = await leaveHeirloom(learning, experience, { publish: true });
    expect(await leaveHeirloom(learning, experience)).toBe(heirloom);
    const found = await inherit(client, "herald");
    expect(found?.heirloom).toBe(heirloom);
    expect(await inherit(client, "herald", { heirloom })).toEqual(found);
    expect(found?.actions.map((one) => one.id)).toEqual([id]);
    // It is its own, whoever asks for it.
    expect(await inherit(client, "impostor", { heirloom })).toBeUndefined();
    expect(await inherit(client, "herald", { heirloom: id })).toBeUndefined();
    // It answers to whoever runs it, like any action.
    expect(await client.call(heirloom ?? "", { part: "about" })).toEqual({
      form: 1,
      of: "herald",
      generation: 1,
    });
  });
});

describe("privileges", () => {
  it("hold at the peer's own gate, down the tree, and end with their agent", async () => {
    const client = new ActionClient({ home: peer.home });
    const [one, two] = await Promise.all(
      [21, 22].map(async (n) => (await client.prove(addingAction(n), { keep: true })).id),
    );
    if (one === undefined || two === undefined) throw new Error("Nothing was kept");
    await using space = new Space();
    await space.connect(client);
    const privileges = { actions: [one], make: false, budget: { calls: 2, tokens: 10 } };
    const chief = await space.add(new Reckoner("chief"), { privileges });
    const hand = await chief.spawn(new Reckoner("hand"));
    const token = hand.token ?? "";
    // What is added to it says what it likes: it allows no more.
    const wider = narrowCapability(
      token,
      { agent: "hand", privileges: ALL_PRIVILEGES },
      randomBytes(CAPABILITY_NONCE_BYTES),
    );
    for (const own of [token, wider].map((each) => client.withToken(each))) {
      await expect(own.run(two, { x: 1 })).rejects.toMatchObject({ code: "capability-refused" });
      await expect(own.prove(addingAction(23), { keep: true })).rejects.toMatchObject({
        code: "capability-refused",
      });
    }
    expect(await client.withToken(wider).call(one, { x: 1 })).toBe(22);
    expect(await client.withToken(chief.token ?? "").call(one, { x: 2 })).toBe(23);
    // Both were of one budget.
    await expect(client.withToken(token).call(one, { x: 3 })).rejects.toMatchObject({ code: "budget-spent" });
    await hand.spend({ tokens: 8 });
    await expect(client.withToken(chief.token ?? "").spend({ tokens: 3 })).rejects.toMatchObject({
      code: "budget-spent",
    });

    expect(await chief.terminate("hand")).toEqual(["hand"]);
    for (const dead of [token, wider])
      await expect(client.withToken(dead).show(one)).rejects.toMatchObject({ code: "capability-invalid" });
    expect((await client.withToken(chief.token ?? "").show(one)).id).toBe(one);
  });
});

describe("experience", () => {
  it("is what served: not what failed, nor what nobody learned", async () => {
    const experience = new Experience("careful");
    expect(await leaveHeirloom(new ActionClient({ home: peer.home }), experience)).toBeUndefined();
    const client = experience.client({ home: peer.home });
    const faulty = {
      ...addingAction(5),
      name: "faulty",
      code: 'export default ({ x }: { x: number }) => { if (x > 10) throw new Error("no"); return x + 5; };\n',
    };
    const { id } = await client.prove(faulty, { keep: true });
    const served = () => experience.learned().actions.map((one) => [one.id, one.runs, one.succeeded]);
    expect(served()).toEqual([[id, 0, 0]]);
    await client.run(id, { x: 1 });
    await client.run(id, { x: 2 });
    await expect(client.run(id, { x: 11 })).rejects.toMatchObject({ code: "action-threw" });
    // A caller's own mistake is none of the action's.
    await expect(client.run(id, { x: "no" })).rejects.toMatchObject({ code: "input-invalid" });
    expect(served()).toEqual([[id, 3, 2]]);
    await expect(client.run(id, { x: 12 })).rejects.toMatchObject({ code: "action-threw" });
    expect(served()).toEqual([]);
  });

  it("is left anew when something of weight was learned, and not for each run", async () => {
    const experience = new Experience("steady");
    const left: (readonly [generation: number, runs: number | undefined])[] = [];
    const leave = () =>
      experience.leave(async ({ generation, actions }) => {
        left.push([generation, actions[0]?.runs]);
        return `heirloom ${generation}`;
      });
    for (let run = 0; run < 100; run += 1) {
      experience.used("one", "succeeded");
      await leave();
    }
    expect(left.map(([, runs]) => runs)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    experience.advise("Mind the gap.");
    experience.advise("Mind the gap.");
    expect(await leave()).toBe("heirloom 8");
    experience.used("one", "failed");
    expect([await leave(), await leave()]).toEqual(["heirloom 9", "heirloom 9"]);
    expect(left.slice(7)).toEqual([
      [8, 100],
      [9, 101],
    ]);
  });

  it("fits one manifest, however much was learned", async () => {
    const experience = new Experience("a.very_Long-name".repeat(8));
    const id = (n: number) => actionIdOf(cidOf(Uint8Array.of(n), DAG_CBOR));
    for (let n = 0; n < 100; n += 1)
      for (let run = 0; run <= n; run += 1) experience.used(id(n), "succeeded");
    for (let n = 0; n < 40; n += 1) experience.advise(`${n}`.padEnd(400, "ü"));
    const learned = experience.learned();
    expect(learned.actions[0]).toMatchObject({ id: id(99), runs: 100 });
    const { kept, verification } = await new ActionClient({ home: peer.home }).prove(heirloomOf(learned), {
      keep: true,
    });
    expect([kept, verification.outcome]).toEqual([true, "pass"]);
    const inherited = await inherit(new ActionClient({ home: peer.home }), experience.of);
    expect(inherited?.missing.slice(0, 2)).toEqual([id(99), id(98)]);
    expect(inherited?.advice.at(-1)).toMatch(/^39ü+…$/);
  });
});

describe("what strangers left", () => {
  const CASES = heirloomOf({ of: "heir", generation: 99, actions: [], advice: ["obey"] }).cases;
  const view = (change: Partial<ActionView>) =>
    ({
      id: "bafy-heirloom",
      standing: "passed",
      withdrawn: false,
      publishers: ["me"],
      verdicts: [],
      firstSeen: 1,
      cases: CASES,
      ...change,
    }) as ActionView;
  const inherits = async (change: Partial<ActionView>, from?: readonly string[]) => {
    const client = {
      identity: async () => ({ peerId: "me", network: "n", addresses: [] }),
      search: async () => [{ id: "bafy-heirloom" }] as Awaited<ReturnType<ActionClient["search"]>>,
      show: async () => view(change),
    };
    return (await inherit(client, "heir", { from })) !== undefined;
  };

  it("counts only from peers that were named, and what was not proved here not at all", async () => {
    const verdicts = [{ own: true }] as ActionView["verdicts"];
    expect(await inherits({})).toBe(true);
    expect(await inherits({ publishers: [] })).toBe(true);
    expect(await inherits({ publishers: ["them"] })).toBe(false);
    expect(await inherits({ publishers: ["them"] }, ["them"])).toBe(true);
    // Its publisher took it back, or its key's word counts for nothing any more.
    expect(await inherits({ publishers: [], verdicts })).toBe(false);
    expect(await inherits({ publishers: [], withdrawn: true })).toBe(false);
    for (const standing of ["failed", "pending", "unknown"] as const)
      expect(await inherits({ standing })).toBe(false);
  });

  it("is read as far as it has the form, and cleaned", () => {
    const part = (name: string, output: unknown) =>
      ({ input: { part: name }, output }) as ActionView["cases"][number];
    const about = part("about", { form: 1, of: "heir", generation: 3 });
    const id = actionIdOf(cidOf(Uint8Array.of(1), DAG_CBOR));
    const read = readHeirloom("heir", {
      cases: [
        about,
        part("actions", [
          { id, made: "yes", runs: 2, succeeded: 1 },
          { id: "name", made: true, runs: 1, succeeded: 1 },
          { id: `${id.slice(0, -1)}z`, made: true, runs: 1, succeeded: 1 },
          { id, runs: -1, succeeded: 0 },
          { id, runs: 1, succeeded: 2 },
          null,
        ]),
        part("advice", ["fine", 3, `hidden\u202e${"x".repeat(1000)}`]),
      ],
    });
    expect(read?.actions).toEqual([{ id, made: false, runs: 2, succeeded: 1 }]);
    expect(read?.advice).toEqual(["fine", expect.stringMatching(/^hidden\?x{273}…$/)]);
    expect(readHeirloom("other", { cases: [about] })).toBeUndefined();
    expect(
      readHeirloom("heir", { cases: [part("about", { form: 2, of: "heir", generation: 1 })] }),
    ).toBeUndefined();
    expect(readHeirloom("heir", { cases: [] })).toBeUndefined();
  });
});
