import type { PeerEvent } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { EventBuffer } from "../../../node/src/events/event-buffer.ts";
import { EventHub } from "../../../node/src/events/event-hub.ts";
import { tellEvents } from "../../../node/src/events/tell-events.ts";

const peers = (connected: number): PeerEvent => ({ type: "peers", connected, at: 0 });
const arrived = (subject: string): PeerEvent => ({
  ...{ type: "arrived", kind: "verdict", author: "author", subject },
  ...{ via: "gossip", at: 0 },
});

describe("the event hub", () => {
  it("tells every listener, until it has had enough", () => {
    const hub = new EventHub(() => 0);
    const heard: [string, PeerEvent][] = [];
    const first = hub.subscribe((event) => heard.push(["first", event]));
    hub.subscribe((event) => heard.push(["second", event]));
    hub.publish(peers(1));
    first();
    hub.publish(peers(2));
    expect(heard).toEqual([
      ["first", peers(1)],
      ["second", peers(1)],
      ["second", peers(2)],
    ]);
  });

  it("tells at most twenty arrivals a second, and how many it left out", () => {
    let now = 0;
    const hub = new EventHub(() => now);
    const heard: PeerEvent[] = [];
    hub.subscribe((event) => heard.push(event));
    for (let n = 0; n < 100; n++) hub.publish(arrived(`${n}`));
    expect(heard).toEqual(Array.from({ length: 20 }, (_, n) => arrived(`${n}`)));
    // What is not an arrival is told whatever arrives.
    hub.publish(peers(1));
    expect(heard.slice(20)).toEqual([{ type: "left-out", events: 80 }, peers(1)]);
    now = 1_000;
    hub.publish(arrived("later"));
    expect(heard.at(-1)).toEqual(arrived("later"));
  });

  it("does not tell a newcomer what was left out for others", () => {
    const hub = new EventHub(() => 0);
    const leave = hub.subscribe(() => undefined);
    for (let n = 0; n < 30; n++) hub.publish(arrived(`${n}`));
    leave();
    const heard: PeerEvent[] = [];
    hub.subscribe((event) => heard.push(event));
    hub.publish(peers(1));
    expect(heard).toEqual([peers(1)]);
  });

  it("has nothing put together while nobody listens", () => {
    const hub = new EventHub(() => 0);
    let looked = 0;
    const actions = {
      get: () => {
        looked++;
        return undefined;
      },
    };
    const tell = tellEvents({ hub, actions, clock: () => 7 });
    tell.verified("bafy" as never);
    expect(looked).toBe(0);
    const heard: PeerEvent[] = [];
    hub.subscribe((event) => heard.push(event));
    tell.verified("bafy" as never);
    tell.rules();
    expect(looked).toBe(1);
    expect(heard).toEqual([{ type: "rules", at: 7 }]);
  });
});

describe("a reader's buffer", () => {
  it("hands over what waits, in order", async () => {
    const buffer = new EventBuffer();
    const filled = buffer.filled(60_000);
    buffer.push(peers(1));
    buffer.push(peers(2));
    await filled;
    expect(buffer.take()).toEqual([peers(1), peers(2)]);
    expect(buffer.take()).toEqual([]);
  });

  it("keeps the newest when it is full, and counts the others with those left out before", () => {
    const buffer = new EventBuffer(3);
    buffer.push({ type: "left-out", events: 10 });
    for (let n = 0; n < 5; n++) buffer.push(peers(n));
    expect(buffer.take()).toEqual([{ type: "left-out", events: 12 }, peers(2), peers(3), peers(4)]);
  });

  it("wakes its reader after a while, or when told, with nothing", async () => {
    const buffer = new EventBuffer();
    await buffer.filled(1);
    const waiting = buffer.filled(60_000);
    buffer.wake();
    await waiting;
    expect(buffer.take()).toEqual([]);
  });
});
