import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { PeerEvent } from "@action-collective/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addingAction } from "../../helpers/adding-action.ts";
import { PeerProcess } from "../../helpers/processes.ts";
import { until } from "../../helpers/until.ts";
import { codeOf } from "./sample-dashboard.ts";

/** Takes a link as the page does. @returns how to ask for more */
async function logIn(url: string) {
  const { origin } = new URL(url);
  const answer = await fetch(`${origin}/session`, {
    method: "POST",
    headers: { origin, "content-type": "application/json" },
    body: JSON.stringify({ code: codeOf(url) }),
  });
  if (answer.status !== 200) throw new Error(`the link was answered with ${answer.status}`);
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const { csrf } = (await answer.json()) as { csrf: string };
  return (path: string) => fetch(origin + path, { headers: { cookie, "x-collective-csrf": csrf } });
}

/** Reads a stream of events to its end. */
function follow(stream: Response) {
  const events: PeerEvent[] = [];
  const read = async () => {
    let text = "";
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (text + chunk).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks)
        if (block.startsWith("data: ")) events.push(JSON.parse(block.slice(6)) as PeerEvent);
    }
  };
  return { events, ended: read().catch(() => undefined) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe("the dashboard of a real peer", () => {
  let peer: PeerProcess;
  let port: number;
  const opened = new AsyncDisposableStack();
  beforeAll(async () => {
    port = await freePort();
    peer = opened.use(await PeerProcess.start({ env: { COLLECTIVE_DASHBOARD_PORT: `${port}` } }));
  });
  afterAll(() => opened.disposeAsync());
  it("listens from its first link on, and not before", async () => {
    expect(await isOpen(port)).toBe(false);
    const { url } = await peer.client.openDashboard();
    expect(await isOpen(Number(new URL(url).port))).toBe(true);
  });

  it("tells what happens, in order, and ends with the peer", async () => {
    const ask = await logIn((await peer.client.openDashboard()).url);
    const { events, ended } = follow(await ask("/api/v1/events"));
    await until(() => events.length > 0, { what: "the state" });
    const { id } = await peer.client.publish(addingAction(7));
    const receipt = await peer.client.run(id, { x: 1 });
    await peer.client.say({ peer: "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp", level: 1 });
    await until(() => events.some(({ type }) => type === "rules"), { what: "what happened to be told" });
    const of = <T extends PeerEvent["type"]>(type: T) =>
      events.filter((event): event is Extract<PeerEvent, { type: T }> => event.type === type);
    expect(events[0]).toMatchObject({ type: "status", status: { peerId: peer.started.peerId } });
    const { name } = addingAction(7);
    const author = peer.started.peerId;
    expect(of("arrived")).toContainEqual(
      expect.objectContaining({ kind: "publication", subject: id, name, author, via: "own" }),
    );
    expect(of("verified")).toContainEqual(expect.objectContaining({ id, name, outcome: "pass" }));
    expect(of("run-started")).toEqual([expect.objectContaining({ run: receipt.run, id, name })]);
    expect(of("run-ended")).toEqual([
      { type: "run-ended", run: expect.objectContaining({ run: receipt.run, id, name, status: "ok" }) },
    ]);
    const order = events.map(({ type }) => type).filter((type) => type !== "status" && type !== "arrived");
    expect(order).toEqual(["verified", "run-started", "run-ended", "rules"]);
    expect(await peer.stop()).toBe(0);
    await ended;
  });
});
