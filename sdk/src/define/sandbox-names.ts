/**
 * What every program finds in the sandbox without asking: ECMAScript's own, and of the web platform what needs no
 * permission. More is there (it is Deno, with the host taken away); this is what an action may count on.
 */
const ALWAYS = [
  ..."undefined NaN Infinity globalThis isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI encodeURIComponent".split(
    " ",
  ),
  ..."Object Function Boolean Symbol Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError".split(
    " ",
  ),
  ..."Number BigInt Math Date String RegExp Array Map Set WeakMap WeakSet WeakRef FinalizationRegistry JSON Promise Proxy Reflect Intl Iterator".split(
    " ",
  ),
  ..."ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array".split(
    " ",
  ),
  ..."console structuredClone queueMicrotask setTimeout clearTimeout setInterval clearInterval performance crypto atob btoa escape unescape".split(
    " ",
  ),
  ..."URL URLSearchParams TextEncoder TextDecoder AbortController AbortSignal DOMException Event EventTarget Blob ReadableStream WritableStream TransformStream CompressionStream DecompressionStream Headers Request Response FormData".split(
    " ",
  ),
] as const;

/** There for an action that asks for hosts. */
const NETWORK = ["fetch", "WebSocket", "EventSource"] as const;

export const sandboxNames: ReadonlySet<string> = new Set(ALWAYS);
export const networkNames: ReadonlySet<string> = new Set(NETWORK);
