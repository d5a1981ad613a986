/** What a test module gets from "action-collective/test". */
import { describeError } from "./describe-error.js";
import { difference, show } from "./equal.js";
import { absolute, apply, includes, larger, PlatformError } from "./primordials.js";

export class AssertionError extends PlatformError {
  name = "AssertionError";
}

/** Tests of one module; more would be a mistake or an attack. */
const MAX_TESTS = 500;

/** A collector of tests and assertions for one round. */
export function createTestApi() {
  const tests = [];
  /** `open`: assertions that wait for a promise. */
  const counts = { assertions: 0, open: 0 };

  /** @param {boolean} holds @param {() => string} why */
  function check(holds, why) {
    counts.assertions++;
    if (!holds) throw new AssertionError(why());
  }

  const api = {
    /** @param {string} name @param {() => unknown} body */
    test(name, body) {
      if (typeof name !== "string" || typeof body !== "function")
        throw new TypeError("test takes a name and a function");
      if (tests.length >= MAX_TESTS) throw new RangeError(`more than ${MAX_TESTS} tests in one module`);
      tests[tests.length] = { name, body };
    },
    /** @param {unknown} condition @param {string} [message] */
    assert(condition, message) {
      check(Boolean(condition), () => message ?? "the condition is false");
    },
    /** @param {unknown} actual @param {unknown} expected @param {string} [message] */
    assertEquals(actual, expected, message) {
      const found = difference(actual, expected);
      check(found === undefined, () => (message === undefined ? `${found}` : `${message}: ${found}`));
    },
    /** @param {number} actual @param {number} expected @param {number} [tolerance] absolute or relative */
    assertAlmostEquals(actual, expected, tolerance = 1e-9) {
      const allowed = tolerance * larger(1, absolute(expected));
      const close = typeof actual === "number" && absolute(actual - expected) <= allowed;
      check(close, () => `${show(actual)} is not within ${tolerance} of ${show(expected)}`);
    },
    /** @param {Promise<unknown> | (() => unknown)} promiseOrFunction @param {string} [messageIncludes] */
    async assertRejects(promiseOrFunction, messageIncludes) {
      let thrown;
      counts.open++;
      try {
        await (typeof promiseOrFunction === "function"
          ? apply(promiseOrFunction, undefined, [])
          : promiseOrFunction);
      } catch (error) {
        thrown = { error };
      } finally {
        counts.open--;
      }
      check(thrown !== undefined, () => "expected an error, but none was thrown");
      const { name, message } = describeError(thrown.error);
      if (messageIncludes !== undefined && !includes(message, messageIncludes))
        throw new AssertionError(`the error "${name}: ${message}" does not contain "${messageIncludes}"`);
      return thrown.error;
    },
  };
  return { api, tests, counts };
}
