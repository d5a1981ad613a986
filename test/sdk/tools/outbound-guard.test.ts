import { NetworkMemory, OutboundGuard, OutboundRefusedError } from "action-collective";
import { expect, test } from "vitest";

const HOUR_MS = 3_600_000;
const question = { ref: "x", id: "bafyx", what: "x could send it" };

test("guards that share a memory close together, until it forgets: counted from the last look at the network", async () => {
  let now = 0;
  const memory = new NetworkMemory({ clock: () => now, forgetMs: HOUR_MS });
  const [one, other] = [new OutboundGuard(undefined, memory), new OutboundGuard(undefined, memory)];
  one.saw({ granted: { net: [] } });
  expect(other.closed).toBe(false);
  one.saw({ granted: { net: ["a.example:443"] } });
  now = HOUR_MS - 1;
  other.saw({ granted: { net: ["b.example:443"] } });
  now += HOUR_MS - 1;
  await expect(one.pass(question)).rejects.toThrow(OutboundRefusedError);
  await expect(one.pass(question)).rejects.toThrow("a.example:443");
  now += 1;
  expect([one.closed, other.closed]).toEqual([false, false]);
  await one.pass(question);
});

test("a guard of its own never forgets", () => {
  const guard = new OutboundGuard(undefined);
  guard.saw({ granted: { net: ["a.example:443"] } });
  expect(guard.closed).toBe(true);
  expect(new OutboundGuard(undefined).closed).toBe(false);
});
