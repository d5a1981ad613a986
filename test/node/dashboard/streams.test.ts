import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { PeerEvent } from "@action-collective/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DASHBOARD_LIMITS } from "../../../node/src/dashboard/limits.ts";
import { until } from "../../helpers/until.ts";
import { sampleHandlers } from "../api/sample-api.ts";
import { errorOf, sampleDashboard } from "./sample-dashboard.ts";

type Sample = Awaited<ReturnType<typeof sampleDashboard>>;
const EVENTS = "/api/v1/events";
const rules = (at: number): PeerEvent => ({ type: "rules", at });

/** What a page hears. */
function listenTo(stream: IncomingMessage) {
  let text = "";
  let isOver = false;
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  for (const end of ["end", "error", "close"] as const)
    stream.on(end, () => {
      isOver = true;
    });
  return {
    get comments() {
      return text.split("\n\n").filter((block) => block.startsWith(":")).length;
    },
    get events(): PeerEvent[] {
      return text
        .split("\n\n")
        .slice(0, -1)
        .filter((block) => block.startsWith("data: "))
        .map((block) => JSON.parse(block.slice(6)) as PeerEvent);
    },
    ended: () => until(() => isOver, { what: "the stream to end" }),
    heard: (at: number) =>
      until(() => text.includes(`"at":${at}}`), { what: `what happened at ${at} to be told` }),
  };
}

describe("the stream of events", () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await sampleDashboard({ limits: { heartbeatMs: 50 } });
  });
  afterAll(() => sample[Symbol.asyncDispose]());

  it("begins with the peer's state, and goes on with what happens", async () => {
    const stream = await sample.open(EVENTS, { headers: await sample.logIn() });
    expect(stream.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    const page = listenTo(stream);
    await until(() => page.events.length === 1, { what: "the state" });
    expect(page.events[0]).toMatchObject({ type: "status", status: { version: "0.1.0" } });
    sample.events.publish(rules(1));
    sample.events.publish(rules(2));
    await page.heard(2);
    expect(page.events.filter(({ type }) => type === "rules")).toEqual([rules(1), rules(2)]);
    await until(() => page.comments > 1, { what: "signs of life" });
    stream.destroy();
    await until(() => !sample.events.listened, { what: "nobody to listen" });
  });

  it("ends with its session, and not only at its next sign of life", async () => {
    await using sample = await sampleDashboard({ limits: { statusMs: 60_000, heartbeatMs: 60_000 } });
    const keys = await sample.logIn();
    const page = listenTo(await sample.open(EVENTS, { headers: keys }));
    await until(() => page.events.length > 0, { what: "the state" });
    const { origin } = sample;
    await sample.ask("/session", { method: "DELETE", headers: { ...keys, origin } });
    await page.ended();
    expect(sample.events.listened).toBe(false);
  });

  it("is open at most eight times, and a place is free again when one ends", async () => {
    const keys = await sample.logIn();
    const open = () => sample.open(EVENTS, { headers: keys });
    const streams = await Promise.all(Array.from({ length: DASHBOARD_LIMITS.streams }, open));
    expect(streams.map(({ statusCode }) => statusCode)).toEqual(streams.map(() => 200));
    const refused = await sample.ask(EVENTS, { headers: keys });
    expect([refused.status, errorOf(refused).code]).toEqual([503, "busy"]);
    // Everything else goes on.
    expect((await sample.ask("/api/v1/status", { headers: keys })).status).toBe(200);
    streams[0]?.destroy();
    const again = await until(
      async () => {
        const stream = await open();
        if (stream.statusCode === 200) return stream;
        stream.resume();
        return undefined;
      },
      { what: "a free place" },
    );
    for (const stream of [...streams, again]) stream.destroy();
    await until(() => !sample.events.listened, { what: "nobody to listen" });
  });
});

describe("a stream that does not go well", () => {
  it("costs a bounded memory while its reader takes nothing, and is cut after a while", async () => {
    await using sample = await sampleDashboard({ limits: { slowReaderMs: 300, streams: 1 } });
    const keys = await sample.logIn();
    const { cookie, ...csrf } = keys;
    const socket = connect(sample.port, "127.0.0.1");
    socket.on("error", () => undefined);
    const headers = [`Host: 127.0.0.1:${sample.port}`, `Cookie: ${cookie}`];
    headers.push(`x-collective-csrf: ${csrf["x-collective-csrf"]}`);
    socket.write(`GET ${EVENTS} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    socket.pause();
    await until(() => sample.events.listened, { what: "the stream to open" });
    const event: PeerEvent = {
      ...{ type: "verified", id: "bafy", name: "echo", outcome: "fail" },
      ...{ reason: "x".repeat(20_000), at: 0 },
    };
    await until(
      () => {
        for (let n = 0; n < 300; n++) sample.events.publish(event);
        return !sample.events.listened;
      },
      { what: "the reader to be cut", everyMs: 5 },
    );
    // Its place is free, although it did not hang up.
    const another = await until(
      async () => {
        const stream = await sample.open(EVENTS, { headers: keys });
        return stream.statusCode === 200 ? stream : stream.resume() && undefined;
      },
      { what: "a free place" },
    );
    another.destroy();
    socket.destroy();
  });

  it("tells a reader that fell behind how much it missed", async () => {
    await using sample = await sampleDashboard();
    const page = listenTo(await sample.open(EVENTS, { headers: await sample.logIn() }));
    await until(() => page.events.length === 1, { what: "the state" });
    for (let n = 1; n <= 1_000; n++) sample.events.publish(rules(n));
    await page.heard(1_000);
    const [, missed, ...rest] = page.events;
    expect(missed).toEqual({ type: "left-out", events: 1_000 - 256 });
    expect(rest).toHaveLength(256);
  });

  it("tells the state again when it is another, and who is connected", async () => {
    let peers = 0;
    const status = await sampleHandlers().status({
      ...{ ref: "", body: undefined, signal: AbortSignal.timeout(1_000), caller: "user" },
    });
    await using sample = await sampleDashboard({
      limits: { statusMs: 5 },
      changed: { status: async () => ({ ...status, peers }) },
    });
    const page = listenTo(await sample.open(EVENTS, { headers: await sample.logIn() }));
    await until(() => page.events.length >= 2, { what: "the first look" });
    peers = 2;
    await until(() => page.events.some(({ type }) => type === "peers"), { what: "who is connected" });
    expect(page.events).toContainEqual({ type: "peers", connected: 2, at: expect.any(Number) });
    await until(() => page.events.some((event) => event.type === "status" && event.status.peers === 2), {
      what: "the new state",
    });
    // What did not change is not told again: at most the first look, and the one that found the change.
    expect(page.events.filter(({ type }) => type === "status").length).toBeLessThanOrEqual(3);
  });

  it("does not keep the server from closing", async () => {
    await using sample = await sampleDashboard();
    const keys = await sample.logIn();
    const pages = await Promise.all(
      [1, 2, 3].map(async () => listenTo(await sample.open(EVENTS, { headers: keys }))),
    );
    await until(() => pages.every(({ events }) => events.length === 1), { what: "the state" });
    await sample.dashboard.close();
    await Promise.all(pages.map((page) => page.ended()));
    expect(sample.events.listened).toBe(false);
  });
});
