/**
 * Says what an action looks for of the things that were taken away. Deno's own log of permission checks cannot tell:
 * what is gone is never checked. To look is not to try, and honest code asks whether there is a `fetch`; so this is
 * something to know about an action, no reason to fail it.
 */
import { defineProperty, hasOwn } from "./primordials.js";

const KINDS = {
  __proto__: null,
  net: ["fetch", "WebSocket", "WebSocketStream", "EventSource", "WebTransport", "XMLHttpRequest"],
  host: ["Deno", "process", "navigator", "location"],
  storage: ["localStorage", "sessionStorage", "caches"],
  threads: ["Worker", "SharedWorker", "BroadcastChannel"],
};

/** @param {(wish: string) => void} tell is told each wish once, e.g. "net: fetch" */
export function watchWishes(tell) {
  for (const kind in KINDS)
    for (const name of KINDS[kind]) if (!hasOwn(globalThis, name)) watch(kind, name, tell);
}

/** @param {string} kind @param {string} name @param {(wish: string) => void} tell */
function watch(kind, name, tell) {
  let told = false;
  const become = (value) =>
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  defineProperty(globalThis, name, {
    get() {
      if (!told) tell(`${kind}: ${name}`);
      told = true;
      return undefined;
    },
    set: become,
    configurable: true,
    enumerable: false,
  });
}
