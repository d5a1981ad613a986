/** The main module of an action's process: loads one action, then answers calls one after the other. */
import { startClock } from "./clock.js";
import { describeError, errorJson } from "./describe-error.js";
import { frameWriter, readFrame } from "./frames.js";
import { load, moduleUrl } from "./load.js";
import { lockDown } from "./lockdown.js";
import { logToOneStream } from "./one-log.js";
import { TooLargeError, toJson } from "./plain-json.js";
import { addListener, apply, exit, preventDefault, stringifyJson } from "./primordials.js";
import { settled } from "./settle.js";
import { watchWishes } from "./wishes.js";

const hello = readFrame();
if (hello === null) exit(0);
const write = frameWriter(hello.token);
const log = console.error.bind(console);

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
if (hello.clock !== undefined) {
  startClock(hello.clock);
  watchWishes((wish) => write(`{"t":"wish","what":${stringifyJson(wish)}}`));
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
    if (call.load === undefined) said = await answer(action, call.input);
    else ({ action, said } = await reload(call.load));
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

/** @param {Function} action @param {unknown} input */
async function answer(action, input) {
  try {
    const { value: output } = await settled(() =>
      apply(action, undefined, [input, { secrets: hello.secrets }]),
    );
    return `"output":${toJson(output, hello.bounds)}`;
  } catch (error) {
    if (TooLargeError.is(error)) return `"tooLarge":${errorJson(error)}`;
    return `"error":${errorJson(error)}`;
  }
}
