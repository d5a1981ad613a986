/**
 * The main module of a test's process. Its `action` is a call that the parent relays to another process; what it
 * reports at the end is only the opinion of the test's author, and the parent treats it so.
 */
import { startClock } from "./clock.js";
import { describeError, errorJson } from "./describe-error.js";
import { frameWriter, readFrame } from "./frames.js";
import { load, moduleUrl } from "./load.js";
import { lockDown } from "./lockdown.js";
import { logToOneStream } from "./one-log.js";
import { toJson } from "./plain-json.js";
import { addListener, apply, exit, preventDefault, slice, stringifyJson } from "./primordials.js";
import { remoteCalls } from "./remote-calls.js";
import { settled } from "./settle.js";
import { createTestApi } from "./test-api.js";
import { nextTurn } from "./turn.js";

const hello = readFrame();
if (hello === null) exit(0);
const write = frameWriter(hello.token);
const calls = remoteCalls(write);

/** Failures outside any await, e.g. of an assertion in a promise nobody waits for. @type {unknown[]} */
let stray = [];
/** Calls and assertions that a test left behind when it ended, over the round. */
let unawaited = 0;

for (const kind of ["unhandledrejection", "error"]) {
  addListener(kind, (event) => {
    preventDefault(event);
    stray[stray.length] = event.reason ?? event.error;
  });
}

lockDown({ network: false });
logToOneStream();
if (hello.clock !== undefined) startClock(hello.clock);
write(`{"t":"ready"}`);
serve();

async function serve() {
  for (let frame = readFrame(); frame !== null; frame = readFrame()) {
    try {
      write(await runRound(frame.until));
    } catch (error) {
      write(`{"t":"not-loaded","error":${errorJson(error)}}`);
    }
  }
  exit(0);
}

/**
 * Loads the module afresh and runs its tests in order. @param {"all-run" | "first-failure"} until
 * @returns {Promise<string>} the report as JSON
 */
async function runRound(until) {
  stray = [];
  unawaited = 0;
  const { api, tests, counts } = createTestApi();
  await settled(async () => load(moduleUrl(await linked(api), hello.language)));
  let results = "";
  for (let at = 0; at < tests.length; at++) {
    const { json, failed } = await runTest(tests[at], counts);
    results += (at === 0 ? "" : ",") + json;
    if (failed && until === "first-failure") break;
  }
  return `{"t":"done","assertions":${counts.assertions},"unawaited":${unawaited},"tests":[${results}]}`;
}

/**
 * @param {{ name: string, body: () => unknown }} test @param {{ open: number }} counts
 * @returns {Promise<{ json: string, failed: boolean }>} its result
 */
async function runTest({ name, body }, counts) {
  const nameJson = `"name":${stringifyJson(slice(name, 0, 200))}`;
  const before = calls.open() + counts.open;
  try {
    await settled(() => apply(body, undefined, []));
    const left = calls.open() + counts.open - before;
    if (left > 0) unawaited += left;
    // Rejections that nobody handles are announced after a turn.
    await nextTurn();
    if (stray.length > 0) throw stray[0];
    return { json: `{${nameJson},"status":"passed"}`, failed: false };
  } catch (error) {
    const failure = describeError(error);
    const message = stringifyJson(`${failure.name}: ${failure.message}`);
    return { json: `{${nameJson},"status":"failed","message":${message}}`, failed: true };
  } finally {
    stray = [];
  }
}

/** The test's text with its two import specifiers replaced by modules that the realm made. */
async function linked(api) {
  const key = Symbol("action-collective");
  globalThis[key] = { api, action: call };
  const found = `globalThis[Object.getOwnPropertySymbols(globalThis).find((s) => s.description === "action-collective")]`;
  const targets = {
    test: moduleUrl(
      `export const { test, assert, assertEquals, assertAlmostEquals, assertRejects } = ${found}.api;`,
      "javascript",
    ),
    action: moduleUrl(`export default ${found}.action;`, "javascript"),
  };
  await load(targets.test);
  await load(targets.action);
  delete globalThis[key];
  let text = "";
  let from = 0;
  for (let at = 0; at < hello.imports.length; at++) {
    const { start, end, target } = hello.imports[at];
    text += slice(hello.code, from, start) + targets[target];
    from = end;
  }
  return text + slice(hello.code, from);
}

/** What the test sees as its action. @param {unknown} input */
function call(input) {
  return calls.ask((id) => `{"t":"call","id":${id},"input":${toJson(input, hello.bounds)}}`);
}
