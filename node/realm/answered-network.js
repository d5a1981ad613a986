/**
 * `fetch` as verification gives it: a request is answered from what a case brings along, and nothing is really asked.
 * Installed before a stranger's text is loaded, and only where a case has such answers.
 */
import {
  defineProperty,
  indexOfText,
  ownProperty,
  PlatformTypeError,
  slice,
  uncurry,
} from "./primordials.js";

/** Characters of an address that an error shows. */
const MAX_SHOWN = 300;

/**
 * @param {() => void} tell is told when the first request is made
 * @returns {(answers: { method: string, url: string, status: number, headers: [string, string][], body: string | null }[]) => void}
 *   sets what is answered from now on
 */
export function installAnsweredFetch(tell) {
  const { Request, Response, AbortSignal } = globalThis;
  const reader = (name) => uncurry(ownProperty(Request.prototype, name).get);
  const urlOf = reader("url");
  const methodOf = reader("method");
  const signalOf = reader("signal");
  const throwIfAborted = uncurry(AbortSignal.prototype.throwIfAborted);
  let known = [];
  let told = false;

  /** @param {string} method @param {string} url */
  function answerTo(method, url) {
    for (let at = 0; at < known.length; at++)
      if (known[at].method === method && known[at].url === url) return known[at];
    throw new PlatformTypeError(`the case holds no answer to ${method} ${slice(url, 0, MAX_SHOWN)}`);
  }

  /** Takes what the platform's takes; a redirect is an answer like any other, and is not followed. */
  async function fetch(input, init) {
    if (!told) tell();
    told = true;
    const request = new Request(input, init);
    throwIfAborted(signalOf(request));
    const address = urlOf(request);
    const fragment = indexOfText(address, "#");
    const url = fragment < 0 ? address : slice(address, 0, fragment);
    const { status, headers, body } = answerTo(methodOf(request), url);
    const response = new Response(body, { __proto__: null, status, headers });
    defineProperty(response, "url", { __proto__: null, value: url, configurable: true });
    return response;
  }

  defineProperty(globalThis, "fetch", {
    __proto__: null,
    value: fetch,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return (answers) => {
    known = answers;
  };
}
