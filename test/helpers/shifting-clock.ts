/**
 * Loaded into a process before everything else (`NODE_OPTIONS=--import=…`): its wall clock is off by as many milliseconds
 * as the file named by TEST_CLOCK_FILE says, from the moment the file says so. Timers and `performance.now()` go on as
 * they do when a machine's clock is set.
 */
import { readFileSync } from "node:fs";

const file = process.env.TEST_CLOCK_FILE ?? "";
/** A clock is read thousands of times a second; the file need not be. */
const LOOK_MS = 20;
const RealDate = Date;
let shift = 0;
let lookedAt = Number.NEGATIVE_INFINITY;

function now(): number {
  if (performance.now() - lookedAt > LOOK_MS) {
    lookedAt = performance.now();
    try {
      shift = Number(readFileSync(file, "utf8")) || 0;
    } catch {
      shift = 0;
    }
  }
  return RealDate.now() + shift;
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, words, type) => Reflect.construct(target, words.length === 0 ? [now()] : words, type),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
