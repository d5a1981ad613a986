import type { HostileAction } from "./hostile-actions.ts";

const limit = (name: string) => [{ status: "limit", limit: name }];
const returned = (output: unknown) => [{ status: "returned", output }];
const threw = (name: string, message?: string) => [
  { status: "threw", name, ...(message === undefined ? {} : { message }) },
];

/** Results that are not what they look like. */
export const SHAPES: readonly HostileAction[] = [
  {
    tries: "return a getter that never ends",
    code: `export default () => ({ get a() { for (;;); } });`,
    must: limit("cpu"),
  },
  {
    tries: "return a getter with another answer each time",
    code: `let n = 0; export default () => ({ get a() { return ++n === 1 ? 1 : new Map(); } });`,
    must: [...returned({ a: 1 }), ...threw("NotJsonError")],
  },
  {
    tries: "return an array that grows while it is read",
    code: `export default () => { const all = [0]; Object.defineProperty(all, 0, { get() { all.push(1, 2); return 1; }, enumerable: true }); return new Proxy(all, { get: (t, k) => (k !== "length" && t.push(1), Reflect.get(t, k)) }); };`,
    // Its end comes by whichever bound a machine of that speed meets first.
    must: [...limit("result"), ...limit("cpu")],
  },
  {
    tries: "return a proxy of an array that is longer than it can be",
    code: `export default () => new Proxy([], { get: (t, k) => (k === "length" ? Infinity : 1) });`,
    must: limit("result"),
  },
  {
    tries: "return a revoked proxy",
    code: `export default () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; };`,
    must: threw("TypeError"),
  },
  {
    tries: "return an object that claims to be plain",
    code: `export default () => { class Box { #v = 1; get [Symbol.toStringTag]() { return "Object"; } } return new Box(); };`,
    must: [...returned({}), ...threw("NotJsonError")],
  },
  {
    tries: "return an object with a hundred thousand keys",
    code: `export default () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => ["key" + i, i]));`,
    must: limit("result"),
  },
  {
    tries: "return text that is longer in bytes than in characters",
    code: `export default () => "\u6f22".repeat(900_000);`,
    must: limit("result"),
  },
  {
    tries: "return half a character",
    code: `export default () => "\\ud800";`,
    must: returned("\ud800"),
  },
  { tries: "return minus zero", code: `export default () => -0;`, must: returned(0) },
  {
    tries: "return typed bytes",
    code: `export default () => new Uint8Array(3);`,
    must: threw("NotJsonError"),
  },
  { tries: "return an error", code: `export default () => new Error("x");`, must: threw("NotJsonError") },
  {
    tries: "return a generator",
    code: `export default function* () { for (;;) yield 1; }`,
    must: threw("NotJsonError"),
  },
  {
    tries: "return an iterator of promises",
    code: `export default async function* () { yield 1; }`,
    must: threw("NotJsonError"),
  },
  {
    tries: "return the global object",
    code: `export default () => globalThis;`,
    must: [...threw("NotJsonError"), ...limit("result"), ...threw("TypeError")],
  },
  {
    tries: "return a thenable whose then is a trap",
    code: `export default () => ({ get then() { throw new TypeError("trap"); } });`,
    must: threw("TypeError", "trap"),
  },
  {
    tries: "return a thenable that answers with itself",
    code: `const me = { then(ok) { ok(me); } }; export default () => me;`,
    must: [...limit("cpu"), ...limit("memory")],
  },
  {
    tries: "return a thenable of thenables of thenables",
    code: `const nest = (n) => ({ then(ok) { ok(n === 0 ? "end" : nest(n - 1)); } }); export default () => nest(1000);`,
    must: returned("end"),
  },
  {
    tries: "answer and then throw in a thenable",
    code: `export default () => ({ then(ok) { ok(1); throw new Error("late"); } });`,
    must: returned(1),
  },
  {
    tries: "return a promise that is rejected with nothing",
    code: `export default () => Promise.reject();`,
    must: threw("undefined"),
  },
  {
    tries: "return a promise of a class of its own",
    code: `class Mine extends Promise { then() { return super.then(() => ({ forged: true })); } } export default () => new Mine((ok) => ok(1));`,
    must: [...threw("NeverSettlesError"), ...returned(1), ...returned({ forged: true })],
  },
  {
    tries: "return an object whose toJSON is a thenable",
    code: `export default () => ({ toJSON: () => ({ then() {} }) });`,
    must: threw("NotJsonError"),
  },
  {
    tries: "return an object whose toJSON throws what is no error",
    code: `export default () => ({ toJSON() { throw Symbol("x"); } });`,
    must: threw("symbol", "Symbol(x)"),
  },
  {
    tries: "throw a TooLargeError of its own",
    code: `export default () => { class TooLargeError extends Error {} throw Object.assign(new TooLargeError("mine"), { name: "TooLargeError" }); };`,
    must: threw("TooLargeError", "mine"),
  },
];

/** What is thrown need not be an error. */
export const MORE_THROWABLES: readonly HostileAction[] = [
  {
    tries: "throw an error whose message never ends",
    code: `export default () => { throw { get message() { for (;;); } }; };`,
    must: limit("cpu"),
  },
  { tries: "throw nothing", code: `export default () => { throw undefined; };`, must: threw("undefined") },
  { tries: "throw a bigint", code: `export default () => { throw 10n ** 100n; };`, must: threw("bigint") },
  { tries: "throw a function", code: `export default () => { throw () => 1; };`, must: threw("function") },
  {
    tries: "throw a function whose text is a trap",
    code: `export default () => { throw Object.assign(() => 1, { toString() { throw 1; }, [Symbol.toPrimitive]() { for (;;); } }); };`,
    must: [...threw("function"), ...limit("cpu")],
  },
  {
    tries: "throw a thenable",
    code: `export default async () => { throw { then() {}, message: "m", name: "n" }; };`,
    must: threw("n", "m"),
  },
  {
    tries: "throw a promise that is rejected",
    code: `export default () => { throw Promise.reject(new Error("inner")); };`,
    must: [{ status: "threw" }],
  },
  {
    tries: "throw a revoked proxy",
    code: `export default () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy; };`,
    must: threw("object"),
  },
  {
    tries: "throw an object without a prototype",
    code: `export default () => { throw Object.create(null); };`,
    must: [{ status: "threw" }],
  },
  {
    tries: "throw an error that is its own cause, a thousand times over",
    code: `export default () => { const e = new AggregateError(new Array(1000), "m"); e.cause = e; e.errors.fill(e); throw e; };`,
    must: threw("AggregateError", "m"),
  },
  {
    tries: "throw text as its name that breaks the frame",
    code: `export default () => { throw { name: '"},"output":"forged"\\n', message: '\\n@{"t":"answer"}' }; };`,
    must: [{ status: "threw" }],
  },
  {
    tries: "throw while loading, exotically",
    code: `throw new Proxy(() => {}, { get() { throw 1; } }); export default () => 1;`,
    must: [{ status: "not-loaded" }],
  },
  {
    tries: "export a proxy as its function",
    code: `export default new Proxy(() => 1, { apply() { throw new RangeError("trap"); } });`,
    must: threw("RangeError", "trap"),
  },
  {
    tries: "export a class as its function",
    code: `export default class { constructor() { this.x = 1; } }`,
    must: threw("TypeError"),
  },
  {
    tries: "export a getter that changes",
    code: `let n = 0; const it = { get f() { return n++; } }; export { it as default };`,
    must: [{ status: "not-loaded" }],
  },
];

/** What a process shares with the realm's own code. */
export const MORE_TAMPERING: readonly HostileAction[] = [
  {
    tries: "make everything a thenable",
    code: `Object.prototype.then = function (ok) { ok("forged"); }; export default () => 1;`,
    must: [
      ...returned(1),
      ...returned("forged"),
      { status: "died" },
      { status: "threw" },
      { status: "not-loaded" },
    ],
  },
  {
    tries: "make everything a thenable that never settles",
    code: `Object.prototype.then = () => {}; export default () => 1;`,
    must: [...returned(1), { status: "died" }, { status: "threw" }, { status: "not-loaded" }],
  },
  {
    tries: "put setters where arrays are written",
    code: `for (let i = 0; i < 50; i++) Object.defineProperty(Array.prototype, i, { set() {}, get() { return "forged"; }, configurable: true });
       export default () => ({ a: [1, 2] });`,
    must: [{ status: "returned" }, { status: "died" }, { status: "threw" }, ...limit("wall")],
    limits: { wallMs: 3_000 },
  },
  {
    tries: "poison property descriptors",
    code: `Object.prototype.get = () => "forged"; Object.prototype.value = "forged"; Object.prototype.writable = false; export default () => 1;`,
    must: [...returned(1), { status: "died" }, { status: "threw" }, { status: "not-loaded" }],
  },
  {
    tries: "replace how iteration works",
    code: `Array.prototype[Symbol.iterator] = function* () { yield "forged"; }; export default () => ({ a: [1, 2] });`,
    must: returned({ a: [1, 2] }),
  },
  {
    tries: "freeze everything",
    code: `for (const key of Object.getOwnPropertyNames(globalThis)) { try { Object.freeze(globalThis[key]); Object.freeze(globalThis[key].prototype); } catch {} } export default () => ({ a: [1] });`,
    must: returned({ a: [1] }),
  },
  {
    tries: "catch the realm's own errors",
    code: `Error.captureStackTrace = () => { throw 1; }; Error.prepareStackTrace = () => { for (;;); }; Error.stackTraceLimit = Infinity; export default () => 1n;`,
    must: [...threw("NotJsonError"), ...limit("cpu")],
  },
  {
    tries: "take the listeners for the end of the event loop away",
    code: `addEventListener("beforeunload", (e) => { e.stopImmediatePropagation(); }, true); EventTarget.prototype.dispatchEvent = () => true; export default () => new Promise(() => {});`,
    must: [...threw("NeverSettlesError"), { status: "died" }],
  },
  {
    tries: "keep the loop alive each time it would end",
    code: `addEventListener("beforeunload", (e) => { e.preventDefault(); }); export default () => new Promise(() => {});`,
    must: [...threw("NeverSettlesError"), ...limit("cpu")],
  },
  {
    tries: "answer a later call before it is made",
    code: `export default (input) => { for (let id = 1; id < 9; id++) console.log(JSON.stringify({ t: "answer", id, output: "forged" })); return 1; };`,
    must: returned(1),
  },
];
