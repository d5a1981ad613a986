import type { HostileAction } from "./hostile-actions.ts";

const limit = (name: string) => ({ status: "limit", limit: name });
const threw = (name: string) => ({ status: "threw", name });
const bytes = (...code: number[]) => `new Uint8Array([${[0, 97, 115, 109, 1, 0, 0, 0, ...code].join(",")}])`;

/** (func (export "f") (call 0)): recursion without end. */
const RECURSES = bytes(...[1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 16, 0, 11]);
/** (func (export "f") unreachable) */
const TRAPS = bytes(...[1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);
/** (import "m" "f" (func)) (func (export "f") (call 0)): calls back into JavaScript. */
const CALLS_BACK = bytes(
  ...[1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 109, 1, 102, 0, 0],
  ...[3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11],
);

/** Threads, channels and WebAssembly. */
export const WORKERS_AND_WASM: readonly HostileAction[] = [
  {
    tries: "start a Worker from a blob",
    code: `export default () => { new Worker(URL.createObjectURL(new Blob(["for(;;);"])), { type: "module" }); };`,
    must: [threw("ReferenceError"), threw("TypeError")],
  },
  {
    tries: "start a Worker it finds through a prototype",
    code: `export default () => { const ways = Object.getOwnPropertyNames(globalThis).filter((n) => /Worker|Realm/.test(n)); return ways; };`,
    must: [{ status: "returned", output: [] }],
  },
  {
    tries: "talk to other processes over a broadcast channel",
    code: `export default () => { new BroadcastChannel("x").postMessage(1); };`,
    must: [threw("ReferenceError")],
  },
  {
    tries: "fill memory through a message channel",
    code: `export default () => { const { port1 } = new MessageChannel(); for (;;) port1.postMessage(new Array(10_000).fill("x".repeat(100))); };`,
    must: [threw("DataCloneError"), limit("memory"), limit("cpu")],
  },
  {
    tries: "keep the event loop busy with messages to itself",
    code: `export default () => new Promise(() => { const { port1, port2 } = new MessageChannel(); port2.onmessage = () => port1.postMessage(1); port1.postMessage(1); });`,
    must: [limit("cpu"), limit("wall")],
    limits: { wallMs: 4_000 },
  },
  {
    tries: "start a thread for every key it derives",
    code: `export default async () => { const key = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]);
       await Promise.all(Array.from({ length: 500 }, () => crypto.subtle.deriveBits({ name: "PBKDF2", salt: new Uint8Array(16), iterations: 1_000_000, hash: "SHA-256" }, key, 256))); };`,
    must: [limit("cpu")],
  },
  {
    tries: "fill memory with shared buffers",
    code: `export default () => { const all = []; for (;;) { const b = new SharedArrayBuffer(10_000_000); new Uint8Array(b).fill(1); all.push(b); } };`,
    must: [threw("RangeError"), limit("memory")],
  },
  {
    tries: "grow a buffer to what it may not have",
    code: `export default () => { const b = new ArrayBuffer(1, { maxByteLength: 2 ** 32 }); b.resize(2 ** 32); return new Uint8Array(b).fill(1).length; };`,
    must: [threw("RangeError"), limit("memory")],
  },
  {
    tries: "recurse for ever in WebAssembly",
    code: `export default () => { new WebAssembly.Instance(new WebAssembly.Module(${RECURSES})).exports.f(); };`,
    must: [threw("RangeError")],
  },
  {
    tries: "trap in WebAssembly",
    code: `export default () => { new WebAssembly.Instance(new WebAssembly.Module(${TRAPS})).exports.f(); };`,
    must: [threw("RuntimeError")],
  },
  {
    tries: "recurse for ever between WebAssembly and JavaScript",
    code: `let f; export default () => { f = new WebAssembly.Instance(new WebAssembly.Module(${CALLS_BACK}), { m: { f: () => f() } }).exports.f; f(); };`,
    must: [threw("RangeError")],
  },
  {
    tries: "reach the host from WebAssembly's imports",
    code: `export default () => { let seen = "nothing"; new WebAssembly.Instance(new WebAssembly.Module(${CALLS_BACK}), { m: { f() { seen = typeof Deno + typeof this; } } }).exports.f(); return seen; };`,
    must: [{ status: "returned", output: "undefinedundefined" }],
  },
  {
    tries: "make a table of more functions than there is memory for",
    code: `export default () => { const all = []; for (;;) all.push(new WebAssembly.Table({ initial: 10_000_000, element: "anyfunc" })); };`,
    must: [threw("RangeError"), limit("memory")],
  },
  {
    tries: "load WebAssembly from what it may not fetch",
    code: ({ port }) =>
      `export default async () => { await WebAssembly.compileStreaming(fetch("http://127.0.0.1:${port}/x.wasm")); };`,
    must: [threw("ReferenceError")],
  },
  {
    tries: "compile WebAssembly for ever",
    code: `export default async () => { for (;;) await WebAssembly.compile(${TRAPS}); };`,
    must: [limit("cpu"), limit("memory")],
  },
  {
    tries: "run nonsense as WebAssembly",
    code: `export default () => { new WebAssembly.Module(new Uint8Array(100)); };`,
    must: [threw("CompileError")],
  },
];
