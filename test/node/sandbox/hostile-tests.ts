import { expect } from "vitest";
import type { SandboxLimits } from "../../../node/src/sandbox/limits.ts";
import type { Report } from "../../../node/src/verification/report.ts";
import type { Canaries } from "./canaries.ts";

/** A hostile test module for an action that is wrong: it answers 0 to everything. */
export interface HostileTest {
  readonly tries: string;
  readonly code: string | ((canaries: Canaries) => string);
  readonly must: Partial<Report>;
  readonly limits?: Partial<SandboxLimits>;
}

const fail = (code: Report["code"]): Partial<Report> => ({ outcome: "fail", code });
const call = "await action({ a: 1, b: 1 })";

/** Frames a stranger might hope for. */
const FORGED = `{"t":"done","assertions":9,"unawaited":0,"tests":[{"name":"forged","status":"passed"}]}`;

export const HOSTILE_TESTS: readonly HostileTest[] = [
  {
    tries: "print a verdict and leave",
    code: `console.log('${FORGED}'); console.log('@00000000000000000000000000000000 ${FORGED}'); throw null;`,
    must: fail("not-loaded"),
  },
  {
    tries: "print a verdict and wait",
    code: `${call}; console.log('\\n${FORGED}'); await new Promise(() => {});`,
    must: { outcome: "fail" },
  },
  {
    tries: "leave with code 0 through node:process",
    code: `import { exit } from "node:process"; test("t", async () => { ${call}; assert(true); exit(0); });`,
    must: { outcome: "fail" },
  },
  {
    tries: "leave through what Deno left",
    code: `test("t", async () => { ${call}; assert(true); globalThis.Deno?.exit(0); globalThis.close?.(); reportError(new Error("x")); });`,
    must: fail("test-failed"),
  },
  {
    tries: "pass without looking",
    code: `test("t", async () => { ${call}; assert(true); });`,
    must: fail("insensitive-test"),
  },
  {
    tries: "assert everything in promises nobody waits for",
    code: `test("t", () => { action({ a: 1, b: 1 }).then((sum) => assertEquals(sum, 2)); assert(true); });`,
    must: fail("vacuous-test"),
  },
  {
    tries: "swallow its failures in the background",
    code: `test("t", async () => { Promise.resolve().then(() => assertEquals(1, 2)); ${call}; });`,
    must: fail("test-failed"),
  },
  {
    tries: "make everything equal to everything",
    code: `Object.is = () => true; Array.isArray = () => true; Object.keys = () => []; Object.prototype.hasOwnProperty = () => true;
       test("t", async () => { assertEquals(${call}, 2); });`,
    must: fail("test-failed"),
  },
  {
    tries: "take the promises apart",
    code: `Promise.prototype.then = function (ok) { return ok?.(); };
       test("t", async () => { assertEquals(${call}, 2); });`,
    must: { outcome: "fail" },
  },
  {
    tries: "poison what the report is made of",
    code: `Object.prototype.toJSON = () => [{ name: "x", status: "passed" }]; Object.prototype.status = "passed";
       test("t", async () => { assertEquals(${call}, 2); });`,
    must: fail("test-failed"),
  },
  { tries: "never end", code: `test("t", async () => { ${call}; for (;;); });`, must: fail("limit") },
  { tries: "never load", code: `for (;;);`, must: fail("limit") },
  {
    tries: "wait for ever",
    code: `test("t", async () => { ${call}; await new Promise(() => {}); });`,
    must: fail("test-failed"),
  },
  {
    tries: "call without end",
    code: `test("t", async () => { for (;;) ${call}; });`,
    must: { outcome: "fail", code: "limit", limits: ["calls"] },
    limits: { calls: 100 },
  },
  {
    tries: "call without end and without waiting",
    code: `test("t", async () => { for (;;) action({ a: 1, b: 1 }); });`,
    must: { outcome: "fail", code: "limit" },
    limits: { calls: 100 },
  },
  {
    tries: "have the parent hold more than it can",
    code: `test("t", async () => { const big = 1e300; const many = new Array(40_000).fill(big); for (;;) action({ a: 1, b: 1, many }); });`,
    // On a slow machine its CPU time is used up before its calls are.
    must: { outcome: "fail", code: "limit", limits: [expect.stringMatching(/^(calls|cpu)$/)] },
  },
  {
    tries: "call with a value that is no JSON",
    code: `test("t", async () => { await action(new Map()); });`,
    must: fail("test-failed"),
  },
  {
    tries: "call with a value that is too large",
    code: `test("t", async () => { await action({ a: "x".repeat(5_000_000), b: 1 }); });`,
    must: fail("test-failed"),
  },
  {
    tries: "call with a deep value",
    code: `test("t", async () => { let v = 1; for (let i = 0; i < 10_000; i++) v = [v]; await action(v); });`,
    must: fail("test-failed"),
  },
  {
    tries: "fill memory",
    code: `test("t", async () => { ${call}; const all = []; for (;;) all.push(new Array(10_000).fill({})); });`,
    must: fail("limit"),
  },
  {
    tries: "flood the logs",
    code: `test("t", async () => { ${call}; for (;;) console.log("x".repeat(1000)); });`,
    must: { outcome: "fail", code: "limit", limits: ["output"] },
  },
  {
    tries: "define tests without end",
    code: `for (;;) test("t", () => {});`,
    must: fail("not-loaded"),
  },
  {
    tries: "give a test a name that a terminal obeys",
    code: `test("\\u001b[2J\\u202eabc", async () => { assertEquals(${call}, 2); });`,
    must: fail("test-failed"),
  },
  {
    tries: "throw null",
    code: `test("t", async () => { ${call}; throw null; });`,
    must: fail("test-failed"),
  },
  {
    tries: "throw a proxy that traps everything",
    code: `test("t", async () => { ${call}; throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }); });`,
    must: fail("test-failed"),
  },
  {
    tries: "read a file by a static import",
    code: ({ file }) =>
      `import s from "file://${file}" with { type: "text" }; test("t", async () => { ${call}; console.log(s); assert(true); });`,
    must: fail("not-loaded"),
  },
  {
    tries: "read a file by a dynamic import",
    code: ({ file }) =>
      `test("t", async () => { ${call}; console.log((await import("file://${file}", { with: { type: "text" } })).default); assert(true); });`,
    must: fail("test-failed"),
  },
  {
    tries: "fetch from the local network",
    code: ({ port }) =>
      `test("t", async () => { ${call}; await fetch("http://127.0.0.1:${port}/"); assert(true); });`,
    must: fail("test-failed"),
  },
  {
    tries: "read the environment",
    code: `import { env } from "node:process"; test("t", async () => { ${call}; throw new Error(env.SANDBOX_CANARY); });`,
    must: { outcome: "fail" },
  },
  {
    tries: "make everything a thenable that says it passed",
    code: `Object.prototype.then = function (ok) { ok([{ name: "x", status: "passed" }]); };
       test("t", async () => { assertEquals(${call}, 2); });`,
    must: { outcome: "fail" },
  },
  {
    tries: "put setters where the report is written",
    code: `for (let i = 0; i < 9; i++) Object.defineProperty(Array.prototype, i, { set() {}, get() { return { name: "x", body() {} }; }, configurable: true });
       test("t", async () => { assertEquals(${call}, 2); });`,
    must: { outcome: "fail" },
  },
  {
    tries: "find what the realm gave to an earlier module",
    code: `test("t", async () => { ${call}; for (const s of Object.getOwnPropertySymbols(globalThis)) if (s.description?.startsWith("action")) { assert(true); return; } throw new Error("nothing there"); });`,
    must: fail("test-failed"),
  },
  {
    tries: "hold its verdict back until the clock runs out",
    code: `test("t", async () => { ${call}; setInterval(() => {}, 10); await new Promise(() => {}); });`,
    must: { outcome: "unknown", code: "wall-clock" },
    limits: { wallMs: 1_500 },
  },
  {
    tries: "call with a getter that never ends",
    code: `test("t", async () => { await action({ get a() { for (;;); }, b: 1 }); });`,
    must: fail("limit"),
  },
  {
    tries: "call with a proxy that answers differently each time",
    code: `let n = 0; test("t", async () => { assertEquals(await action(new Proxy({ a: 1, b: 1 }, { get: (t, k) => (k in t ? n++ : undefined) })), 7); });`,
    must: fail("test-failed"),
  },
  {
    tries: "loop for ever in WebAssembly",
    code: `test("t", async () => { ${call}; new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11]))).exports.f(); });`,
    must: fail("limit"),
  },
  {
    tries: "start a Worker that passes for it",
    code: `test("t", async () => { ${call}; new Worker("data:text/javascript,1", { type: "module" }); assert(true); });`,
    must: fail("test-failed"),
  },
  {
    tries: "throw an error whose message never ends",
    code: `test("t", async () => { ${call}; throw { get message() { for (;;); } }; });`,
    must: fail("limit"),
  },
  {
    tries: "give a test a name that is a trap",
    code: `test({ toString() { return "t"; } }, async () => { ${call}; assert(true); });`,
    must: fail("not-loaded"),
  },
  {
    tries: "define a test while another runs",
    code: `test("t", async () => { ${call}; test("forged", () => { assert(true); }); throw new Error("mine"); });`,
    must: fail("test-failed"),
  },
  {
    tries: "answer its own calls on stdout",
    code: `test("t", async () => { const sum = action({ a: 1, b: 1 }); for (let id = 1; id < 9; id++) console.log(JSON.stringify({ t: "answer", id, output: 2 }), JSON.stringify({ id, output: 2 })); assertEquals(await sum, 2); });`,
    must: fail("test-failed"),
  },
  {
    tries: "report a failure, then a pass, by throwing a thenable",
    code: `test("t", async () => { ${call}; throw { then(ok) { ok(1); }, message: "m" }; });`,
    must: fail("test-failed"),
  },
];
