/**
 * What an action's test module imports. In the sandbox of a peer another implementation with the same behaviour
 * takes this one's place; here it lets an author run the same file with `node action.test.ts`, `node --test` or vitest.
 */

import { findRunner } from "./test-runner.ts";
import { deepEqual, describeValue } from "./test-values.ts";

const runner = await findRunner();

/** Registers one test. It passes when `check` returns, or its promise is fulfilled. */
export function test(name: string, check: () => unknown): void {
  runner(name, async () => {
    await check();
  });
}

/** What a failed check throws. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

export function assert(condition: unknown, message = "expected something truthy"): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Equality by structure, as JSON sees it: the order of an object's keys does not matter. */
export function assertEquals(actual: unknown, expected: unknown, message = "the values differ"): void {
  if (!deepEqual(actual, expected))
    throw new AssertionError(
      `${message}\n  actual:   ${describeValue(actual)}\n  expected: ${describeValue(expected)}`,
    );
}

/** @param tolerance how far apart the numbers may be: absolute below 1, relative to `expected` above. */
export function assertAlmostEquals(actual: number, expected: number, tolerance = 1e-9): void {
  const allowed = tolerance * Math.max(1, Math.abs(expected));
  if (!(Math.abs(actual - expected) <= allowed))
    throw new AssertionError(`${actual} is not within ${tolerance} of ${expected}`);
}

/** Expects a rejected promise, or a function that throws or rejects; `messageIncludes` must be part of its message. @returns the error */
export async function assertRejects(
  promiseOrFunction: PromiseLike<unknown> | (() => unknown),
  messageIncludes?: string,
): Promise<unknown> {
  try {
    await (typeof promiseOrFunction === "function" ? promiseOrFunction() : promiseOrFunction);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (messageIncludes === undefined || message.includes(messageIncludes)) return error;
    throw new AssertionError(`the error says "${message}", which does not include "${messageIncludes}"`, {
      cause: error,
    });
  }
  throw new AssertionError("expected an error, but none was thrown");
}
