/**
 * A promise that nothing can settle any more leaves the event loop empty: Deno then announces `beforeunload`,
 * and whoever waits is told at once instead of when the clock runs out.
 */
import { addListener, PlatformError, PlatformPromise, preventDefault } from "./primordials.js";

export class NeverSettlesError extends PlatformError {
  name = "NeverSettlesError";
}

/** @type {((error: Error) => void) | undefined} */
let giveUp;

addListener("beforeunload", (event) => {
  if (giveUp === undefined) return;
  preventDefault(event);
  giveUp(new NeverSettlesError("it waits for a promise that nothing can settle"));
});

/** @template T @param {() => T | Promise<T>} work @returns {Promise<{ value: T }>} boxed */
export async function settled(work) {
  try {
    const { value } = await new PlatformPromise((resolve, reject) => {
      giveUp = reject;
      // Boxed, and without a prototype: a value with a `then` must not be waited for a second time.
      attempt(work, (value) => resolve({ __proto__: null, value }), reject);
    });
    return { value };
  } finally {
    giveUp = undefined;
  }
}

/** @param {() => unknown} work @param {(value: any) => void} done @param {(error: any) => void} failed */
async function attempt(work, done, failed) {
  try {
    done(await work());
  } catch (error) {
    failed(error);
  }
}
