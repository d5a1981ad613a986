import { expect, test } from "vitest";
import { onceATurn, onceIn } from "../../../node/src/metrics/once-in.ts";

test("however many ask, it is made once in a while, and anew when that is over or the clock was set back", async () => {
  let [now, made] = [1_000, 0];
  const get = onceIn(
    100,
    () => now,
    async () => ++made,
  );
  expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1]);
  now += 99;
  expect(await get()).toBe(1);
  now += 1;
  expect(await get()).toBe(2);
  now -= 500;
  expect(await get()).toBe(3);
});

test("one that failed is made again for the next who asks", async () => {
  let made = 0;
  const get = onceIn(
    100,
    () => 0,
    async () => {
      made += 1;
      if (made === 1) throw new Error("first");
      return made;
    },
  );
  await expect(get()).rejects.toThrow("first");
  expect(await get()).toBe(2);
});

test("what many read in one turn of the event loop is read once, and anew in the next", async () => {
  let reads = 0;
  const read = onceATurn(() => ++reads);
  expect([read(), read()]).toEqual([1, 1]);
  await new Promise((done) => setImmediate(done));
  await new Promise((done) => setImmediate(done));
  expect(read()).toBe(2);
});
