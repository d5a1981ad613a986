import { expect, it } from "vitest";
import { type Endpoint, Fabric, type GossipFrame } from "./fabric.ts";
import { Kernel } from "./kernel.ts";
import { Trace } from "./trace.ts";

class Listener implements Endpoint {
  readonly address = "/ip4/70.1.1.1/tcp/4001";
  readonly heardIds: string[] = [];
  readonly neighbours = new Set<string>();
  running = true;
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  get name(): string {
    return this.id;
  }

  accepts(): boolean {
    return true;
  }

  opened({ id }: Endpoint): void {
    this.neighbours.add(id);
  }

  closed({ id }: Endpoint): void {
    this.neighbours.delete(id);
  }

  heard(_from: Endpoint, frame: GossipFrame): void {
    if (frame.kind === "message") this.heardIds.push(frame.message.id);
  }

  answerSync(_from: Endpoint, request: Uint8Array): Uint8Array {
    return Uint8Array.of(...request, 1);
  }

  contacts(): [] {
    return [];
  }

  bundle(): undefined {}
}

const MESSAGES = 1_000;

async function connected() {
  const kernel = new Kernel();
  const lines: string[] = [];
  const fabric = new Fabric(kernel, new Trace((line) => lines.push(line)), 7);
  const [a, b] = [new Listener("a"), new Listener("b")];
  fabric.add(a);
  fabric.add(b);
  const outcomes: boolean[] = [];
  fabric.dial(a, "b", (done) => outcomes.push(done));
  await kernel.run(5_000);
  expect(outcomes).toEqual([true]);
  expect([...a.neighbours, ...b.neighbours]).toEqual(["b", "a"]);
  const ask = (timeoutMs: number) =>
    new Promise<Uint8Array | undefined>((resolve) =>
      fabric.exchange(
        a,
        "b",
        { kind: "sync", requestBytes: 1, timeoutMs },
        (server) => {
          const answer = server.answerSync(a, Uint8Array.of(5));
          return answer && { answer, bytes: answer.length };
        },
        resolve,
      ),
    );
  const flood = async () => {
    for (let i = 0; i < MESSAGES; i++) {
      const message = { id: String(i), data: new Uint8Array(100) };
      kernel.after(i, () => fabric.send(a, "b", { kind: "message", message }));
    }
    await kernel.run(kernel.now + 20_000);
    return b.heardIds;
  };
  return { kernel, fabric, a, b, ask, flood };
}

it("delivers everything once and in order when nothing is wrong", async () => {
  const { flood, fabric } = await connected();
  expect(await flood()).toEqual(Array.from({ length: MESSAGES }, (_, i) => String(i)));
  expect(fabric.traffic.gossip).toEqual({ frames: MESSAGES, bytes: MESSAGES * 140 });
});

it("loses, doubles and reorders as many gossip frames as it is told to", async () => {
  const { flood, fabric } = await connected();
  Object.assign(fabric.conditions, { loss: 0.3, duplication: 0.1, reordering: 0.1 });
  const heard = await flood();
  const different = new Set(heard).size;
  expect(different).toBeGreaterThan(MESSAGES * 0.65);
  expect(different).toBeLessThan(MESSAGES * 0.75);
  expect(heard.length - different).toBeGreaterThan(MESSAGES * 0.04);
  expect(heard.length - different).toBeLessThan(MESSAGES * 0.1);
  expect(heard).not.toEqual([...heard].sort((x, y) => Number(x) - Number(y)));
});

it("answers a request in spite of loss, and says nothing across a partition until it heals", async () => {
  const { kernel, fabric, ask, a } = await connected();
  fabric.conditions.loss = 0.3;
  const lossy = Array.from({ length: 50 }, () => ask(10_000));
  await kernel.run(kernel.now + 10_000);
  const answered = (await Promise.all(lossy)).filter((answer) => answer !== undefined);
  // Sent again and again as TCP does, until the time is over.
  expect(answered.length).toBeGreaterThanOrEqual(45);
  expect(answered[0]).toEqual(Uint8Array.of(5, 1));

  fabric.conditions.loss = 0;
  fabric.partition((endpoint) => (endpoint === a ? 0 : 1));
  const cut = ask(10_000);
  await kernel.run(kernel.now + 10_000);
  expect(await cut).toBeUndefined();

  fabric.partition(undefined);
  const healed = ask(10_000);
  await kernel.run(kernel.now + 10_000);
  expect(await healed).toEqual(Uint8Array.of(5, 1));
});

it("ends a connection that stays cut, and the connections of whoever crashes", async () => {
  const { kernel, fabric, a, b } = await connected();
  fabric.partition((endpoint) => (endpoint === a ? 0 : 1));
  await kernel.run(kernel.now + 60_000);
  expect([a.neighbours.size, b.neighbours.size]).toEqual([0, 0]);

  fabric.partition(undefined);
  fabric.dial(b, "a", () => {});
  await kernel.run(kernel.now + 5_000);
  expect(a.neighbours).toEqual(new Set(["b"]));
  b.running = false;
  fabric.crash(b);
  expect(a.neighbours.size).toBe(0);
  const outcomes: boolean[] = [];
  fabric.dial(a, "b", (done) => outcomes.push(done));
  await kernel.run(kernel.now + 10_000);
  expect(outcomes).toEqual([false]);
});
