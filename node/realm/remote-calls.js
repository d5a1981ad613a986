/** Calls that the parent answers: those of a test to its action, and those of an action to the ones it uses. */
import { readFrameAsync } from "./frames.js";
import { exit, PlatformError, PlatformPromise } from "./primordials.js";
import { nextTurn } from "./turn.js";

/** @param {(json: string) => void} write */
export function remoteCalls(write) {
  /** By id. @type {Record<number, { resolve: Function, reject: Function }>} */
  const waiting = { __proto__: null };
  let open = 0;
  let lastId = 0;
  /** @type {Promise<void> | undefined} */
  let reading;

  /** Reads only while an answer is due, so that code that waits for nothing leaves the event loop empty. */
  async function readAnswers() {
    while (open > 0) {
      const answer = await readFrameAsync();
      if (answer === null) exit(0);
      // Deno may answer a read at once. A turn of the event loop first: a test that ends without awaiting this call
      // must always be seen to, and not only when the machine is slow.
      await nextTurn();
      const { resolve, reject } = waiting[answer.id];
      delete waiting[answer.id];
      open--;
      if (answer.error === undefined) resolve(answer.output);
      else reject(remoteError(answer.error));
    }
    reading = undefined;
  }

  return {
    /** @param {(id: number) => string} frameOf the frame that asks, as JSON text @returns {Promise<any>} */
    ask(frameOf) {
      return new PlatformPromise((resolve, reject) => {
        const id = ++lastId;
        write(frameOf(id));
        waiting[id] = { resolve, reject };
        open++;
        reading ??= readAnswers();
      });
    },
    /** Calls that wait for their answer. */
    open: () => open,
    /** Settles once those that wait now are answered; others may have come by then. */
    answers: () => reading,
  };
}

/** @param {{ name: string, message: string }} error */
export function remoteError({ name, message }) {
  const error = new PlatformError(message);
  error.name = name;
  return error;
}
