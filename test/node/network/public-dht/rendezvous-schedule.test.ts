import { describe, expect, test } from "vitest";
import {
  afterLookUp,
  afterMembersChanged,
  afterProviding,
  nextStep,
  type RendezvousPlan,
  type RendezvousView,
  startPlan,
} from "../../../../node/src/network/public-dht/rendezvous-schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The middle of every spread. */
const even = () => 0.5;
const view = (now: number, more: Partial<RendezvousView> = {}): RendezvousView => ({
  now,
  addresses: "/ip4/203.0.113.7/tcp/4010",
  members: 0,
  degree: 8,
  ...more,
});

/** Plays `ms` of a plan, where every step works, and tells when what was done. */
function play(ms: number, more: Partial<RendezvousView>, random = even): { at: number; what: string }[] {
  const done: { at: number; what: string }[] = [];
  let plan: RendezvousPlan = startPlan(0, random);
  for (let now = 0; now <= ms; ) {
    const seen = view(now, more);
    const step = nextStep(plan, seen);
    if (step.do === "wait") {
      expect(step.until).toBeGreaterThan(now);
      now = step.until;
      continue;
    }
    done.push({ at: now, what: step.do });
    plan = step.do === "provide" ? afterProviding(plan, seen, true, random) : afterLookUp(plan, seen, random);
  }
  return done;
}

describe("when the rendezvous is used", () => {
  test("both soon after the start, providing first", () => {
    expect(play(5_000, {})).toEqual([
      { at: 3_000, what: "provide" },
      { at: 3_000, what: "look-up" },
    ]);
  });

  test("alone, look-ups become rare: 30 s, then doubled, at most half an hour", () => {
    const lookUps = play(6 * HOUR, {}).filter(({ what }) => what === "look-up");
    const gaps = lookUps.slice(1).map(({ at }, index) => at - (lookUps[index]?.at ?? 0));
    expect(gaps.slice(0, 7).map((gap) => gap / MINUTE)).toEqual([0.5, 1, 2, 4, 8, 16, 30]);
    expect(Math.max(...gaps)).toBe(30 * MINUTE);
  });

  test("with some neighbours but not enough they are rarer still", () => {
    const lookUps = play(24 * HOUR, { members: 3 }).filter(({ what }) => what === "look-up");
    expect(lookUps.length).toBeGreaterThan(5);
    expect(lookUps.length).toBeLessThan(12);
  });

  test("with enough of them nothing is looked up, and we still can be found", () => {
    expect(play(50 * HOUR, { members: 8 }).map(({ what }) => what)).toEqual([
      "provide",
      "provide",
      "provide",
    ]);
  });

  test("who cannot be reached does not say where it is", () => {
    const done = play(30 * HOUR, { addresses: "" });
    expect(done.filter(({ what }) => what === "provide")).toEqual([]);
    expect(done.length).toBeGreaterThan(10);
  });

  test("it is provided again every 22 hours at the latest, before nodes forget it", () => {
    for (const lot of [0, 0.999]) {
      const [first, second] = play(40 * HOUR, { members: 8 }, () => lot);
      const gap = (second?.at ?? 0) - (first?.at ?? 0);
      expect(gap).toBeGreaterThan(18 * HOUR);
      expect(gap).toBeLessThanOrEqual(22 * HOUR);
    }
  });

  test("after a failure sooner, ever less soon", () => {
    let plan = startPlan(0, even);
    let now = plan.provideAt;
    const gaps: number[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      plan = afterProviding(plan, view(now), false, even);
      gaps.push((plan.provideAt - now) / MINUTE);
      now = plan.provideAt;
      expect(nextStep(plan, view(now - 1, { members: 8 }))).toMatchObject({ do: "wait" });
      expect(nextStep(plan, view(now, { members: 8 }))).toEqual({ do: "provide" });
    }
    expect(gaps).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120, 120]);
  });

  test("a new address is told, but a flickering one not with every change", () => {
    const plan = afterProviding(startPlan(0, even), view(0), true, even);
    const moved = { addresses: "/ip4/203.0.113.8/tcp/4010", members: 8 };
    expect(nextStep(plan, view(HOUR, moved))).toEqual({ do: "provide" });
    expect(nextStep(plan, view(MINUTE, moved))).toMatchObject({ do: "wait" });
    expect(nextStep(plan, view(10 * MINUTE, moved))).toEqual({ do: "provide" });
    expect(nextStep(plan, view(10 * MINUTE, { members: 8 }))).toMatchObject({ do: "wait" });
  });

  test("when the last neighbour is lost the next look-up is soon", () => {
    let plan = startPlan(0, even);
    for (let now = 0, times = 0; times < 9; times++, now += HOUR) plan = afterLookUp(plan, view(now), even);
    const now = 8 * HOUR + MINUTE;
    expect(nextStep(plan, view(now, { addresses: "" }))).toMatchObject({ do: "wait" });
    const lost = afterMembersChanged(plan, view(now), 2, even);
    expect(lost.lookUpAt).toBe(now + 30_000);
    expect(afterMembersChanged(plan, view(now), 0, even)).toBe(plan);
    expect(afterMembersChanged(plan, view(now, { members: 8 }), 2, even).lookUps).toBe(0);
  });
});
