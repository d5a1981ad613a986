import { describe, expect, it } from "vitest";
import { eventsIn } from "../../dashboard/src/event-stream.ts";

describe("the stream of events, as the page reads it", () => {
  it("finds whole events however they were cut, and leaves comments out", () => {
    const stream =
      ': hello\n\ndata: {"type":"rules","at":1}\n\n: beat\n\ndata: {"type":"rules","at":2}\r\n\r\n';
    for (let cut = 0; cut <= stream.length; cut++) {
      const first = eventsIn(stream.slice(0, cut));
      const second = eventsIn(first.rest + stream.slice(cut));
      expect([...first.events, ...second.events]).toEqual([
        { type: "rules", at: 1 },
        { type: "rules", at: 2 },
      ]);
      expect(second.rest).toBe("");
    }
  });

  it("goes on after what is no JSON, and keeps no endless beginning", () => {
    expect(eventsIn('data: {nonsense\n\ndata: {"type":"rules","at":3}\n\n').events).toEqual([
      { type: "rules", at: 3 },
    ]);
    expect(eventsIn(`data: ${"x".repeat(2_000_000)}`).rest).toBe("");
  });
});
