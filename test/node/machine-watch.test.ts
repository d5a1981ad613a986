import { expect, test } from "vitest";
import { type MachineState, remarksOn } from "../../node/src/machine-watch.ts";

const HOUR_MS = 3_600_000;
const usual: MachineState = { wall: 1_000_000, steady: 0, handles: true, freeBytes: 1e9 };
const later = (change: Partial<MachineState>): MachineState => ({
  ...{ ...usual, wall: usual.wall + 5_000, steady: 5_000 },
  ...change,
});
const said = (before: MachineState, now: MachineState) =>
  remarksOn(before, now).map(({ message }) => message);

test("a machine that goes its way is not spoken of", () => {
  expect(said(usual, later({}))).toEqual([]);
  // A clock that is corrected a little, and a process that was held up for a minute.
  expect(said(usual, later({ wall: usual.wall + 6_000 }))).toEqual([]);
  expect(said(usual, later({ wall: usual.wall + 90_000, steady: 90_000 }))).toEqual([]);
});

test("a clock that is set says how far, in either direction", () => {
  expect(said(usual, later({ wall: usual.wall + 5_000 + 24 * HOUR_MS }))).toEqual([
    expect.stringContaining("went forward by 24.0 h"),
  ]);
  expect(said(usual, later({ wall: usual.wall + 5_000 - HOUR_MS }))).toEqual([
    expect.stringContaining("set back by 1.0 h"),
  ]);
});

test("handles and room are missed once, and once it is said that they are back", () => {
  const out = later({ handles: false, freeBytes: 4_096 });
  expect(said(usual, out)).toEqual([
    expect.stringContaining("no file handles"),
    expect.stringContaining("disk that holds the home is full"),
  ]);
  expect(said(out, out)).toEqual([]);
  expect(said(out, later({}))).toEqual([
    expect.stringContaining("file handles again"),
    expect.stringContaining("room on the disk again"),
  ]);
});

test("a system that does not say how much room there is has enough", () => {
  expect(said(usual, later({ freeBytes: undefined }))).toEqual([]);
});
