/** The main module of an action's process: loads one action, then answers calls one after the other. */
import { describeError, errorJson } from "./describe-error.js";
import { frameWriter, readFrame } from "./frames.js";
import { load, moduleUrl } from "./load.js";
import { lockDown } from "./lockdown.js";
import { TooLargeError, toJson } from "./plain-json.js";
import { addListener, apply, exit, preventDefault } from "./primordials.js";
import { settled } from "./settle.js";

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
write(`{"t":"ready"}`);
serve();

async function loadAction() {
  const { value: loaded } = await settled(() => load(moduleUrl(hello.code, hello.language)));
  const action = loaded.default;
  if (typeof action !== "function") throw new TypeError("the module default-exports no function");
  return action;
}

async function serve() {
  let action;
  try {
    action = await loadAction();
  } catch (error) {
    write(`{"t":"not-loaded","error":${errorJson(error)}}`);
    exit(0);
  }
  write(`{"t":"loaded"}`);
  for (let call = readFrame(); call !== null; call = readFrame()) {
    write(`{"t":"answer","id":${call.id},${await answer(action, call.input)}}`);
  }
  exit(0);
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
