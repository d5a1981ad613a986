import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { Kernel } from "./kernel.ts";
import { below, streamOf } from "./random.ts";

it("runs events in the order of their times, and those of one time as they were planned", async () => {
  const kernel = new Kernel();
  const ran: string[] = [];
  const note = (what: string) => () => ran.push(`${what}@${kernel.now}`);
  for (const [delay, what] of [
    [5, "c"],
    [1, "a"],
    [5, "d"],
    [2, "b"],
    [9, "never"],
  ] as const)
    kernel.after(delay, note(what));
  kernel.after(3, note("cancelled")).cancel();
  await kernel.run(8);
  expect(ran).toEqual(["a@1", "b@2", "c@5", "d@5"]);
  expect(kernel.now).toBe(8);
});

it("keeps the order of a thousand random events", async () => {
  const random = streamOf(1, "events");
  const kernel = new Kernel();
  const ran: number[] = [];
  for (let i = 0; i < 1_000; i++) kernel.after(below(random, 100), () => ran.push(kernel.now));
  await kernel.run(100);
  expect(ran).toHaveLength(1_000);
  expect(ran).toEqual([...ran].sort((a, b) => a - b));
});

it("lets time stand still until what a promise leads to has happened", async () => {
  const kernel = new Kernel();
  const ran: string[] = [];
  kernel.after(1, () => {
    kernel.hold(
      (async () => {
        for (let i = 0; i < 20; i++) await Promise.resolve();
        kernel.after(1, () => ran.push("follows"));
      })(),
    );
  });
  kernel.after(3, () => ran.push("later"));
  await kernel.run(10);
  expect(ran).toEqual(["follows", "later"]);
});

it("fails with the promise that it holds", async () => {
  const kernel = new Kernel();
  kernel.after(1, () => kernel.hold(Promise.reject(new Error("broken"))));
  await expect(kernel.run(10)).rejects.toThrow("broken");
  await pause(0);
});

it("draws the same numbers from one seed and one name, others from another", () => {
  const draw = (seed: number, name: string) => {
    const random = streamOf(seed, name);
    return Array.from({ length: 2_000 }, random);
  };
  const numbers = draw(1, "links");
  expect(draw(1, "links")).toEqual(numbers);
  expect(draw(2, "links")).not.toEqual(numbers);
  expect(draw(1, "dials")).not.toEqual(numbers);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toBeCloseTo(0.5, 1);
});
