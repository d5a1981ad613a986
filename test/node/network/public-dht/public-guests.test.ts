import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GUEST_MS, MAX_GUESTS } from "../../../../node/src/network/limits.ts";
import { Guests } from "../../../../node/src/network/neighbours/guests.ts";

const FETCHES = ["/ipfs/id/1.0.0", "/ipfs/bitswap/1.2.0"];

describe("strangers who come to fetch", () => {
  let hungUp: string[];
  const guests = (open = true) => new Guests({ open, hangUp: (peer) => hungUp.push(peer) });

  beforeEach(() => {
    hungUp = [];
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("are welcome when bundles are announced, if they came by themselves and can fetch", () => {
    expect(guests().welcome("a", "inbound", FETCHES)).toBe(true);
    expect(guests().welcome("a", "outbound", FETCHES)).toBe(false);
    expect(guests().welcome("a", "inbound", ["/ipfs/kad/1.0.0"])).toBe(false);
    expect(guests(false).welcome("a", "inbound", FETCHES)).toBe(false);
  });

  test("are few, and their place is free again when they left", () => {
    const some = guests();
    for (let count = 0; count < MAX_GUESTS; count++)
      expect(some.welcome(`peer ${count}`, "inbound", FETCHES)).toBe(true);
    expect(some.welcome("one more", "inbound", FETCHES)).toBe(false);
    expect(some.welcome("peer 3", "inbound", FETCHES)).toBe(true);
    some.left("peer 3");
    expect(some.has("peer 3")).toBe(false);
    expect(some.welcome("one more", "inbound", FETCHES)).toBe(true);
    expect(some.size).toBe(MAX_GUESTS);
  });

  test("are hung up on when their time is over, whatever they say until then", () => {
    const some = guests();
    some.welcome("a", "inbound", FETCHES);
    vi.advanceTimersByTime(GUEST_MS - 1);
    some.welcome("a", "inbound", FETCHES);
    expect(hungUp).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(hungUp).toEqual(["a"]);
  });

  test("who turned out to be one of us is not", () => {
    const some = guests();
    some.welcome("a", "inbound", FETCHES);
    some.left("a");
    vi.advanceTimersByTime(2 * GUEST_MS);
    expect(hungUp).toEqual([]);
  });
});
