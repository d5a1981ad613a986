import { expect, test } from "vitest";
import { mayVerify } from "../../../node/src/verification/pressure.ts";

const QUIET = { loadPerCore: 0.5, begun: 0, minuteAt: 1_000, now: 1_000 };
const LIMITS = { quietLoad: 2, perMinute: 10 };

test("a quiet machine verifies", () => {
  expect(mayVerify(QUIET, LIMITS)).toEqual({ go: true });
  expect(mayVerify({ ...QUIET, loadPerCore: 2, begun: 9 }, LIMITS)).toEqual({ go: true });
});

test("a busy one pauses until the load average is worked out anew", () => {
  expect(mayVerify({ ...QUIET, loadPerCore: 2.1 }, LIMITS)).toEqual({
    go: false,
    because: "load",
    againMs: 5_000,
  });
});

test("the user's number a minute is kept until the minute is over", () => {
  const full = { ...QUIET, begun: 10, now: 21_000 };
  expect(mayVerify(full, LIMITS)).toEqual({ go: false, because: "rate", againMs: 40_000 });
  expect(mayVerify({ ...full, now: 61_000 }, LIMITS)).toEqual({ go: true });
  // The clock was set back by an hour: a minute is waited for, not the hour.
  expect(mayVerify({ ...full, minuteAt: 3_600_000 }, LIMITS)).toEqual({
    go: false,
    because: "rate",
    againMs: 60_000,
  });
});
