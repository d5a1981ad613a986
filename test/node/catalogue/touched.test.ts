import { expect, test } from "vitest";
import { Touched } from "../../../node/src/catalogue/touched.ts";

test("everything is new to who looks first, then only what was touched since", () => {
  const writer = new Touched<number>();
  const touched = writer.reader();
  writer.mark(1);
  expect(touched.any).toBe(true);
  expect(touched.take()).toBe("all");
  expect(touched.any).toBe(false);
  expect(touched.take()).toEqual([]);
  for (const id of [2, 3, 2]) writer.mark(id);
  expect(touched.any).toBe(true);
  expect(touched.take()).toEqual([2, 3]);
  expect(touched.take()).toEqual([]);
  // Another reader is not robbed by the first.
  expect(writer.reader().take()).toBe("all");
});

test("very many changes are one: all", () => {
  const writer = new Touched<number>();
  const touched = writer.reader();
  touched.take();
  for (let id = 0; id < 20_000; id++) writer.mark(id);
  expect(touched.take()).toBe("all");
  writer.mark(7);
  expect(touched.take()).toEqual([7]);
});
