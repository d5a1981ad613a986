/** The main module of an action's process: loads one action, then answers calls one after the other. */
import { installAnsweredFetch } from "./answered-network.js";
import { startClock } from "./clock.js";
import { describeError, errorJson } from "./describe-error.js";
import { frameWriter, readFrame } from "./frames.js";
import { load, moduleUrl } from "./load.js";
import { lockDown } from "./lockdown.js";
import { logToOneStream } from "./one-log.js";
import { TooLargeError, toJson } from "./plain-json.js";
import {
  addListener,
  apply,
  exit,
  PlatformTypeError,
  preventDefault,
  slice,
  stringifyJson,
} from "./primordials.js";
import { remoteCalls, remoteError } from "./remote-calls.js";
import { settled } from "./settle.js";
import { watchWishes } from "./wishes.js";

const hello = readFrame();
if (hello === null) exit(0);
const write = frameWriter(hello.token);
const calls = remoteCalls(write);
const log = console.error.bind(console);

/** Of an id that an action calls; a real one has 59. */
const MAX_ID = 100;

// A stray failure in the background is no answer: it goes to the log, and the call goes on.
for (const kind of ["unhandledrejection", "error"]) {
  addListener(kind, (event) => {
    preventDefault(event);
    const { name, message } = describeError(event.reason ?? event.error);
    log(`uncaught in the background: ${name}: ${message}`);
  });
}

lockDown({ network: hello.network });
logToOneStream();
const tellWish = (wish) => write(`{"t":"wish","what":${stringifyJson(wish)}}`);
const answerNetwork = hello.answered ? installAnsweredFetch(() => tellWish("net: fetch")) : () => {};
if (hello.clock !== undefined) {
  startClock(hello.clock);
  watchWishes(tellWish);
}
write(`{"t":"ready"}`);
serve();

/** @param {{ code: string, language: "typescript" | "javascript" }} source */
async function loadAction({ code, language }) {
  const { value: loaded } = await settled(() => load(moduleUrl(code, language)));
  const action = loaded.default;
  if (typeof action !== "function") throw new TypeError("the module default-exports no function");
  return action;
}

async function serve() {
  let action;
  try {
    action = await loadAction(hello);
  } catch (error) {
    write(`{"t":"not-loaded","error":${errorJson(error)}}`);
    exit(0);
  }
  write(`{"t":"loaded"}`);
  for (let call = readFrame(); call !== null; call = readFrame()) {
    let said;
    if (call.load === undefined) said = await answer(action, call);
    else ({ action, said } = await reload(call.load));
    // A call is over when those that it made are: what comes next from the parent is the next call, and no answer.
    while (calls.open() > 0) await calls.answers();
    write(`{"t":"answer","id":${call.id},${said}}`);
  }
  exit(0);
}

/** Another module in the same process. @param {{ code: string, language: "typescript" | "javascript" }} source */
async function reload(source) {
  try {
    return { action: await loadAction(source), said: `"output":null` };
  } catch (error) {
    return { action: undefined, said: `"error":${errorJson(error)}` };
  }
}

/** @param {Function} action @param {{ input: unknown, network?: object[] }} asked */
async function answer(action, { input, network }) {
  answerNetwork(network ?? []);
  try {
    const { value: output } = await settled(() =>
      apply(action, undefined, [input, { secrets: hello.secrets, call }]),
    );
    return `"output":${toJson(output, hello.bounds)}`;
  } catch (error) {
    if (TooLargeError.is(error)) return `"tooLarge":${errorJson(error)}`;
    return `"error":${errorJson(error)}`;
  }
}

/** What an action calls those with that it uses. @param {unknown} id @param {unknown} input */
async function call(id, input) {
  if (typeof id !== "string") throw new PlatformTypeError("call takes the id of an action and its input");
  const action = stringifyJson(slice(id, 0, MAX_ID));
  const json = jsonOf(input);
  return await calls.ask((number) => `{"t":"call","id":${number},"action":${action},"input":${json}}`);
}

/** An input that is too large is the caller's error, and no result that is. @param {unknown} input */
function jsonOf(input) {
  try {
    return toJson(input, hello.bounds);
  } catch (error) {
    throw remoteError(describeError(error));
  }
}
