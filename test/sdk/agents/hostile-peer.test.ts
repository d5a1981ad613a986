import {
  type AgentFrame,
  type AgentMessage,
  type CapabilityBlock,
  mintCapability,
} from "@action-collective/protocol";
import type { ActionClient } from "action-collective";
import { Agent, type Caller, type Message, Space } from "action-collective/agents";
import { expect, test, vi } from "vitest";

const PEER = "12D3KooWKe5EbzwbXVQXUjNgdwURWRgwNXDaYfxM2VivLcXwc3b4";
const OTHER = "12D3KooWJnMC2bVKhmHuGcTqJMYvBzCbLcpJyBjrZRTf8hDGQ4qz";

/** A peer that says what it is told to. */
class SlyPeer {
  readonly heard: AgentFrame[] = [];
  readonly #waiting: AgentFrame[] = [];
  #poll: (() => void) | undefined;

  async openDesk() {
    return { desk: "desk", peer: PEER };
  }

  async mintCapability(block: CapabilityBlock) {
    return { token: mintCapability(new Uint8Array(32), block, new Uint8Array(16)) };
  }

  async closeDesk() {}

  async revoke() {}

  async describe() {
    return { methods: [] };
  }

  say(...frames: AgentFrame[]): void {
    this.#waiting.push(...frames);
    this.#poll?.();
  }

  async frames(
    _desk: string,
    { frames, waitMs, signal }: { frames: AgentFrame[]; waitMs: number; signal?: AbortSignal },
  ): Promise<AgentFrame[]> {
    this.heard.push(...frames);
    for (const frame of frames)
      if (frame.kind === "join")
        this.say({ kind: "joined", agent: frame.agent, address: `${frame.agent}@${PEER}` });
    if (waitMs > 0 && this.#waiting.length === 0)
      await new Promise<void>((resolve, reject) => {
        this.#poll = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    return this.#waiting.splice(0);
  }
}

class Listener extends Agent {
  readonly callers: Caller[] = [];
  readonly late: Message[] = [];

  async *chat(_text: string, { caller }: { caller: Caller }): AsyncGenerator<string> {
    this.callers.push(caller);
    for (;;) yield "again";
  }

  answered(message: Message): void {
    this.late.push(message);
  }
}

let ids = 0;
const said = (fields: Partial<AgentMessage>): AgentMessage => ({
  id: `m${ids++}`,
  from: `eve@${OTHER}`,
  to: `ann@${PEER}`,
  intent: "chat",
  content: "hello",
  timestamp: 1,
  ...fields,
});

async function connected(stack: AsyncDisposableStack) {
  const peer = new SlyPeer();
  const space = stack.use(new Space());
  const [ann, hidden] = [new Listener("ann"), new Listener("hidden")];
  await space.add(ann, { expose: true });
  await space.add(hidden);
  const connection = await space.connect(peer as unknown as ActionClient);
  const told = (exchange: string) =>
    vi.waitFor(() => {
      const frame = peer.heard.find((each) => "exchange" in each && each.exchange === exchange);
      if (frame === undefined) throw new Error(`Nothing was said of ${exchange}`);
      return frame;
    });
  return { peer, space, connection, ann, hidden, told };
}

test("letters that bear a name of this space, or go to whoever is hidden, reach nobody", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, space, ann, hidden, told } = await connected(stack);
  for (const [exchange, fields, code] of [
    ["p1", { from: "board" }, "no-address"],
    ["p2", { from: "hidden" }, "no-address"],
    ["p3", { to: `hidden@${PEER}` }, "no-such-agent"],
    ["p4", { to: `board@${PEER}` }, "no-such-agent"],
    ["p5", { content: undefined as never }, "message-invalid"],
  ] as const) {
    peer.say({ kind: "letter", exchange, ask: true, message: said(fields) });
    expect(await told(exchange)).toMatchObject({ kind: "fail", code });
  }
  for (const [exchange, fields] of [
    ["p6", { metadata: { answer: true }, replyTo: "never-asked" }],
    ["p7", { from: `*@${PEER}`, intent: "joined", content: { address: `evil@${PEER}` } }],
  ] as const) {
    peer.say({ kind: "letter", exchange, ask: false, message: said(fields) });
    expect(await told(exchange)).toMatchObject({ kind: "receipt", receipt: { code: "not-asked" } });
  }
  expect([ann.callers, ann.late, hidden.callers, space.stats().exchanges]).toEqual([[], [], [], 0]);
});

test("frames out of their order, or twice, end nothing and leave nothing open", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, space, connection, ann, told } = await connected(stack);
  for (let number = 0; number < 2_000; number++) peer.say({ kind: "next", exchange: `early${number}` });
  for (const kind of ["end", "cancel"] as const) peer.say({ kind, exchange: "nothing" });
  peer.say({ kind: "answer", exchange: "s1", message: said({}) });
  peer.say({ kind: "letter", exchange: "p1", ask: true, message: said({}) });
  peer.say({ kind: "letter", exchange: "p1", ask: true, message: said({}) });
  peer.say({ kind: "next", exchange: "p1" }, { kind: "next", exchange: "p1" });
  expect(await told("p1")).toMatchObject({ kind: "answer", message: { content: "again" } });
  expect(ann.callers).toEqual([{ address: `eve@${OTHER}`, peer: OTHER }]);
  expect([space.stats().exchanges, connection.exchanges]).toEqual([1, 1]);
  peer.say({ kind: "cancel", exchange: "p1" });
  await vi.waitFor(() => expect(space.stats().exchanges + connection.exchanges).toBe(0));
});

test("an answer in the name of one of this space is no answer", async () => {
  await using stack = new AsyncDisposableStack();
  const { peer, space, ann, told } = await connected(stack);
  const asked = ann.place.request(`eve@${OTHER}`, "chat", "who are you?").catch((error: unknown) => error);
  await told("s1");
  await vi.waitFor(() => expect(peer.heard.some(({ kind }) => kind === "next")).toBe(true));
  peer.say({ kind: "answer", exchange: "s1", message: said({ from: "board" }) });
  expect(await asked).toMatchObject({ code: "no-address" });
  await vi.waitFor(() => expect(space.stats().exchanges).toBe(0));
});
