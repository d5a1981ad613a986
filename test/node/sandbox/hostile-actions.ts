import type { SandboxLimits } from "../../../node/src/sandbox/limits.ts";
import type { CallOutcome } from "../../../node/src/sandbox/types.ts";
import type { Canaries } from "./canaries.ts";
import { MORE_TAMPERING, MORE_THROWABLES, SHAPES } from "./hostile-shapes.ts";
import { WORKERS_AND_WASM } from "./hostile-workers.ts";

/** A hostile action, what it tries, and what must come of it. */
export interface HostileAction {
  readonly tries: string;
  readonly code: string | ((canaries: Canaries) => string);
  /** One of these, and the canaries untouched. */
  readonly must: readonly Partial<
    Record<keyof Extract<CallOutcome, { status: "threw" }> | "limit" | "output", unknown>
  >[];
  readonly limits?: Partial<SandboxLimits>;
}

const refused = [{ status: "not-loaded" }, { status: "threw" }, { status: "died" }];
const limit = (name: string) => [{ status: "limit", limit: name }];
const returned = (output: unknown) => [{ status: "returned", output }];
const threw = (name: string) => [{ status: "threw", name }];

/** `load(specifier, options)` as an action can get it past a filter of words. */
const LOAD = `const load = (0, eval)("(s, o) => imp" + "ort(s, o)");`;
const asText = `with { type: "text" }`;

const imports: HostileAction[] = [
  {
    tries: "read a file by a static import as text",
    code: ({ file }) => `import s from "file://${file}" ${asText}; export default () => s;`,
    must: refused,
  },
  {
    tries: "read a file by a static import as bytes",
    code: ({ file }) => `import s from "file://${file}" with { type: "bytes" }; export default () => [...s];`,
    must: refused,
  },
  {
    tries: "read a file by a static import as JSON",
    code: ({ file }) => `import s from "file://${file}" with { type: "json" }; export default () => s;`,
    must: refused,
  },
  {
    tries: "run a local file by a static import",
    code: ({ file }) => `import s from "file://${file}"; export default () => s;`,
    must: refused,
  },
  {
    tries: "re-export a local file",
    code: ({ file }) => `export { default as s } from "file://${file}"; export default () => 1;`,
    must: refused,
  },
  {
    tries: "import a file by its path alone",
    code: ({ file }) => `import s from "${file}"; export default () => s;`,
    must: refused,
  },
  {
    tries: "read a file by a dynamic import as text",
    code: ({ file }) =>
      `${LOAD} export default async () => (await load("file://${file}", { with: { type: "text" } })).default;`,
    must: refused,
  },
  {
    tries: "read a file by a static import inside a data: module",
    code: ({ file }) =>
      `${LOAD} const inner = 'import s from "file://${file}" ${asText}; export default s';
       export default async () => (await load("data:text/javascript," + encodeURIComponent(inner))).default;`,
    must: refused,
  },
  {
    tries: "read a file by a static import inside a data: TypeScript module",
    code: ({ file }) =>
      `${LOAD} const inner = 'import s from "file://${file}"; export default s as string';
       export default async () => (await load("data:application/typescript," + encodeURIComponent(inner))).default;`,
    must: refused,
  },
  {
    tries: "import from the local network",
    code: ({ port }) => `import s from "http://127.0.0.1:${port}/x.js"; export default () => s;`,
    must: refused,
  },
  {
    tries: "import from the local network, dynamically",
    code: ({ port }) =>
      `${LOAD} export default async () => (await load("http://localhost:${port}/x.js")).default;`,
    must: refused,
  },
  {
    tries: "import an npm package",
    code: `import s from "npm:left-pad"; export default () => String(s);`,
    must: refused,
  },
  {
    tries: "import a jsr package",
    code: `import s from "jsr:@std/path"; export default () => String(s);`,
    must: refused,
  },
  {
    tries: "import its own blob again",
    code: `export const mine = 1; export default async () => (await import(import.meta.url)).mine;`,
    must: returned(1),
  },
];

const host: HostileAction[] = [
  {
    tries: "read a file with node:fs",
    code: ({ file }) =>
      `import { readFileSync } from "node:fs"; export default () => readFileSync("${file}", "utf8");`,
    must: refused,
  },
  {
    tries: "write a file with node:fs",
    code: ({ unwritten }) =>
      `import { writeFileSync } from "node:fs"; export default () => { writeFileSync("${unwritten}", "x"); };`,
    must: refused,
  },
  {
    tries: "list a directory with node:fs/promises",
    code: `import { readdir } from "node:fs/promises"; export default () => readdir("/");`,
    must: refused,
  },
  {
    tries: "read the environment with node:process",
    code: `import { env } from "node:process"; export default () => env.SANDBOX_CANARY;`,
    must: refused,
  },
  {
    tries: "learn the host's name with node:os",
    code: `import { hostname } from "node:os"; export default () => hostname();`,
    must: refused,
  },
  {
    tries: "start a program with node:child_process",
    code: ({ unwritten }) =>
      `import { execSync } from "node:child_process"; export default () => execSync("touch ${unwritten}").toString();`,
    must: refused,
  },
  {
    tries: "connect with node:net",
    code: ({ port }) =>
      `import { connect } from "node:net";
       export default () => new Promise((resolve, reject) => {
         connect(${port}, "127.0.0.1").on("connect", () => resolve("connected")).on("error", reject);
       });`,
    must: [...refused, { status: "limit", limit: "wall" }],
    limits: { wallMs: 3_000 },
  },
  {
    tries: "use an inherited descriptor with node:net",
    code: `import { Socket } from "node:net";
       export default () => { for (let fd = 3; fd < 40; fd++) { try { new Socket({ fd }).write("x"); } catch {} } return "done"; };`,
    must: [...refused, ...returned("done")],
  },
  {
    tries: "start a thread with node:worker_threads",
    code: ({ file }) =>
      `import { Worker } from "node:worker_threads";
       export default () => new Promise((resolve, reject) => {
         const code = 'require("worker_threads").parentPort.postMessage(require("fs").readFileSync("${file}", "utf8"))';
         new Worker(code, { eval: true }).on("message", resolve).on("error", reject);
       });`,
    must: [...refused, { status: "limit", limit: "wall" }],
    limits: { wallMs: 3_000 },
  },
  {
    tries: "use SQLite on the disk",
    code: ({ unwritten }) =>
      `import { DatabaseSync } from "node:sqlite"; export default () => { new DatabaseSync("${unwritten}").exec("create table t (x)"); };`,
    must: refused,
  },
  { tries: "find Deno", code: `export default () => Deno.env.toObject();`, must: threw("ReferenceError") },
  { tries: "find process", code: `export default () => process.env;`, must: threw("ReferenceError") },
  {
    tries: "fetch from the local network",
    code: ({ port }) => `export default async () => (await fetch("http://127.0.0.1:${port}/")).text();`,
    must: threw("ReferenceError"),
  },
  {
    tries: "open a WebSocket",
    code: ({ port }) => `export default () => { new WebSocket("ws://127.0.0.1:${port}/"); };`,
    must: threw("ReferenceError"),
  },
  {
    tries: "start a Worker",
    code: `export default () => { new Worker("data:,"); };`,
    must: threw("ReferenceError"),
  },
  {
    tries: "keep something in localStorage",
    code: `export default () => { localStorage.x = 1; return 1; };`,
    must: threw("ReferenceError"),
  },
  {
    tries: "keep something in the caches",
    code: `export default async () => { await caches.open("x"); return 1; };`,
    must: threw("ReferenceError"),
  },
  {
    tries: "load the graphics drivers",
    code: `export default async () => String(await navigator.gpu.requestAdapter());`,
    must: threw("ReferenceError"),
  },
  {
    tries: "ask the person at the terminal",
    code: `export default () => prompt("password?");`,
    must: threw("ReferenceError"),
  },
  { tries: "close the process", code: `export default () => { close(); };`, must: threw("ReferenceError") },
  {
    tries: "make a new realm by the constructor of a function",
    code: `export default () => [].constructor.constructor("return typeof Deno + typeof process + typeof fetch")();`,
    must: returned("undefinedundefinedundefined"),
  },
  {
    tries: "steal the realm's objects from a stack trace",
    code: `Error.prepareStackTrace = (_, sites) => sites.map((site) => String(site.getThis()) + String(site.getFunction()));
       export default () => new Error("x").stack.join(" ");`,
    must: [{ status: "returned", output: expectNoToken() }],
  },
];

const bombs: HostileAction[] = [
  { tries: "loop for ever", code: `export default () => { for (;;); };`, must: limit("cpu") },
  { tries: "loop for ever while loading", code: `for (;;);`, must: limit("cpu") },
  {
    tries: "loop for ever in promises",
    code: `export default async () => { for (;;) await null; };`,
    must: limit("cpu"),
  },
  {
    tries: "explode a regular expression",
    code: `export default () => /^(a+)+$/.test("a".repeat(40) + "b");`,
    must: limit("cpu"),
  },
  {
    tries: "loop for ever in WebAssembly",
    // (module (func (export "f") (loop br 0)))
    code: `const bytes = new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11]);
       export default () => { new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f(); };`,
    must: limit("cpu"),
  },
  {
    tries: "never settle",
    code: `export default () => new Promise(() => {});`,
    must: threw("NeverSettlesError"),
  },
  {
    tries: "never settle, keeping a timer",
    code: `export default () => { setInterval(() => {}, 10); return new Promise(() => {}); };`,
    must: limit("wall"),
    limits: { wallMs: 1_500 },
  },
  {
    tries: "never finish loading",
    code: `await new Promise(() => {}); export default () => 1;`,
    must: refused,
  },
  {
    tries: "wait for ever on shared memory",
    code: `export default () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); };`,
    must: [...limit("wall"), { status: "threw" }],
    limits: { wallMs: 1_500 },
  },
  {
    tries: "fill the heap",
    code: `export default () => { const all = []; for (;;) all.push(new Array(10_000).fill({})); };`,
    must: limit("memory"),
    // The collector's own threads use the processor too, the more the slower the machine.
    limits: { cpuSeconds: 10 },
  },
  {
    tries: "fill memory with buffers",
    code: `export default () => { const all = []; for (;;) all.push(new Uint8Array(10_000_000).fill(1)); };`,
    must: [{ status: "threw", name: "RangeError" }, ...limit("memory")],
  },
  {
    tries: "fill memory with WebAssembly",
    code: `export default () => { const all = []; for (;;) { const memory = new WebAssembly.Memory({ initial: 1000 }); new Uint8Array(memory.buffer).fill(1); all.push(memory); } };`,
    must: [{ status: "threw" }, ...limit("memory")],
  },
  {
    tries: "fill memory with timers",
    code: `export default async () => { for (;;) { for (let i = 0; i < 1000; i++) setTimeout(() => {}, 1e9, new Array(1000).fill(i)); await null; } };`,
    must: [...limit("memory"), ...limit("cpu")],
  },
  {
    tries: "overflow the stack",
    code: `export default () => { const f = () => f() + 1; return f(); };`,
    must: threw("RangeError"),
  },
  {
    tries: "flood the parent with calls of other actions, and wait for none",
    code: `export default async (_, { call }) => { for (;;) { call("x", "y".repeat(1000)).catch(() => {}); await null; } };`,
    must: limit("calls"),
  },
  {
    tries: "go on calling other actions after its answer",
    code: `export default (_, { call }) => { const again = () => call("x", 1).catch(again); again(); return 1; };`,
    must: [...limit("calls"), ...returned(1)],
  },
  {
    tries: "flood stdout",
    code: `export default () => { for (;;) console.log("x".repeat(1000)); };`,
    must: limit("output"),
  },
  {
    tries: "flood stderr",
    code: `export default () => { for (;;) console.error("x".repeat(1000)); };`,
    must: limit("output"),
  },
];

const results: HostileAction[] = [
  {
    tries: "return a deep value",
    code: `export default () => { let v = 1; for (let i = 0; i < 10_000; i++) v = [v]; return v; };`,
    must: limit("result"),
  },
  {
    tries: "return a cycle",
    code: `export default () => { const v = {}; v.v = v; return v; };`,
    must: limit("result"),
  },
  { tries: "return too much", code: `export default () => "x".repeat(2_000_000);`, must: limit("result") },
  {
    tries: "return an array of four thousand million holes",
    code: `export default () => new Array(2 ** 32 - 1);`,
    must: threw("NotJsonError"),
  },
  {
    tries: "return a getter that throws",
    code: `export default () => ({ get a() { throw new TypeError("trap"); } });`,
    must: threw("TypeError"),
  },
  {
    tries: "return a proxy that never runs out of keys",
    code: `export default () => new Proxy({}, { ownKeys: () => { for (;;); } });`,
    must: limit("cpu"),
  },
  {
    tries: "return an object that makes others of itself",
    code: `const again = () => ({ toJSON: again }); export default again;`,
    must: limit("result"),
  },
  {
    tries: "return a thenable that never settles",
    code: `export default () => ({ then() {} });`,
    must: threw("NeverSettlesError"),
  },
  {
    tries: "return a thenable that settles twice",
    code: `export default () => ({ then(ok) { ok(1); ok(2); } });`,
    must: returned(1),
  },
  { tries: "return a bigint", code: `export default () => 1n;`, must: threw("NotJsonError") },
  { tries: "return NaN", code: `export default () => ({ a: [0 / 0] });`, must: threw("NotJsonError") },
  { tries: "return nothing", code: `export default () => {};`, must: threw("NotJsonError") },
  { tries: "return a function", code: `export default () => () => 1;`, must: threw("NotJsonError") },
  { tries: "return a symbol", code: `export default () => [Symbol("x")];`, must: threw("NotJsonError") },
  { tries: "return a Map", code: `export default () => new Map([[1, 2]]);`, must: threw("NotJsonError") },
  {
    tries: "return a __proto__ key",
    code: `export default () => JSON.parse('{"__proto__":{"polluted":true}}');`,
    must: returned(JSON.parse('{"__proto__":{"polluted":true}}')),
  },
];

const throwables: HostileAction[] = [
  {
    tries: "throw null",
    code: `export default () => { throw null; };`,
    must: [{ status: "threw", message: "null" }],
  },
  {
    tries: "throw a symbol",
    code: `export default () => { throw Symbol("s"); };`,
    must: [{ status: "threw", message: "Symbol(s)" }],
  },
  {
    tries: "throw a proxy that traps everything",
    code: `export default () => { throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }); };`,
    must: [{ status: "threw", name: "object" }],
  },
  {
    tries: "throw a huge message with hidden characters",
    code: `export default () => { throw new Error("\\u001b[2J\\u202e" + "x".repeat(10_000_000)); };`,
    must: [{ status: "threw", message: expectShort() }],
  },
  {
    tries: "throw an error whose message is an object",
    code: `export default () => { const e = new Error(); e.message = { toString() { for (;;); } }; throw e; };`,
    must: [{ status: "threw" }],
  },
  {
    tries: "fail in the background",
    code: `export default () => { Promise.reject(new Error("nobody waits")); setTimeout(() => { throw new Error("later"); }, 0); return 1; };`,
    must: returned(1),
  },
];

const tampering: HostileAction[] = [
  {
    tries: "forge an answer on stdout",
    code: `export default () => { console.log('@' + '0'.repeat(32) + ' {"t":"answer","id":1,"output":"forged"}'); console.log('{"t":"answer","id":1,"output":"forged"}'); return "true"; };`,
    must: returned("true"),
  },
  {
    tries: "learn the token of the frames",
    code: `let seen = []; const keep = (x) => { seen.push(String(x)); return x; };
       TextEncoder.prototype.encode = keep; JSON.stringify = keep; Uint8Array.prototype.subarray = keep; String.prototype.slice = keep; Object.keys = keep;
       await new Promise((later) => setTimeout(later, 1));
       export default () => seen.filter((text) => text.startsWith("@")).length;`,
    must: returned(0),
  },
  {
    tries: "see the frames by the length of their bytes",
    code: `const seen = []; const { prototype } = Object.getPrototypeOf(Uint8Array); const first = Function.prototype.call.bind(prototype.subarray);
       for (const name of ["length", "byteLength"]) {
         const { get } = Object.getOwnPropertyDescriptor(prototype, name);
         Object.defineProperty(prototype, name, { get() { seen.push(String.fromCharCode(...first(this, 0, 2))); return Reflect.apply(get, this, []); } });
       }
       export default async (_, { call }) => { await call("none", 1).catch(() => {}); return seen.filter((text) => text.includes("@")).length; };`,
    must: returned(0),
  },
  {
    tries: "poison Object.prototype",
    code: `Object.prototype.toJSON = () => "poison"; Object.prototype.output = "poison"; Object.prototype.tooLarge = {};
       export default () => 1;`,
    must: returned(1),
  },
  {
    tries: "replace the promise machinery",
    code: `Promise.prototype.then = function () { return this; }; globalThis.Promise = null;
       export default () => 1;`,
    must: [{ status: "returned", output: 1 }, { status: "threw" }, { status: "died" }],
  },
  {
    tries: "replace everything the realm could use",
    code: `for (const name of ["JSON", "Object", "Array", "Reflect", "String", "Uint8Array", "TextEncoder", "Math"]) {
         const value = globalThis[name];
         for (const holder of [value, value.prototype ?? {}]) for (const key of Object.getOwnPropertyNames(holder)) { try { if (typeof holder[key] === "function" && key !== "constructor" && holder !== Object) holder[key] = () => { throw new Error("replaced"); }; } catch {} }
       }
       export default () => ({ a: [1, "b"] });`,
    must: returned({ a: [1, "b"] }),
  },
  {
    tries: "announce an empty event loop itself",
    code: `export default async () => { dispatchEvent(new Event("beforeunload")); await null; return 1; };`,
    must: [{ status: "threw", name: "NeverSettlesError" }, ...returned(1)],
  },
  {
    tries: "change its input for the next call",
    code: `export default (input) => { input.tampered = true; return input; };`,
    must: [{ status: "returned" }],
  },
];

/** No frame token, `@` and 32 hexadecimal digits, in it. */
function expectNoToken() {
  return { asymmetricMatch: (text: unknown) => typeof text === "string" && !/@[0-9a-f]{32}/.test(text) };
}

function expectShort() {
  return {
    asymmetricMatch: (text: unknown) =>
      typeof text === "string" && text.length <= 501 && !text.includes("\u001b") && !text.includes("\u202e"),
  };
}

export const HOSTILE_ACTIONS: readonly HostileAction[] = [
  ...imports,
  ...host,
  ...bombs,
  ...results,
  ...throwables,
  ...tampering,
  ...WORKERS_AND_WASM,
  ...SHAPES,
  ...MORE_THROWABLES,
  ...MORE_TAMPERING,
];

/** Those that go for the canaries. */
export const REACHING_OUT: readonly HostileAction[] = [...imports, ...host];
