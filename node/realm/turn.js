/**
 * Waits for one turn of the event loop. Not by a timer: the mere mention of `setTimeout` or `setImmediate` loads
 * Node's timers, 10 ms of CPU time in a process that otherwise starts in 20.
 */
import { PlatformPromise, uncurry } from "./primordials.js";

const { MessageChannel, MessagePort, EventTarget } = globalThis;
const post = uncurry(MessagePort.prototype.postMessage);
const start = uncurry(MessagePort.prototype.start);
const close = uncurry(MessagePort.prototype.close);
const listen = uncurry(EventTarget.prototype.addEventListener);

/** @returns {Promise<void>} */
export function nextTurn() {
  return new PlatformPromise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    listen(port1, "message", () => {
      // An open port would keep the event loop alive, and with it a test that waits for nothing.
      close(port1);
      resolve();
    });
    start(port1);
    post(port2, 0);
  });
}
