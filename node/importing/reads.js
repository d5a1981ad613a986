/**
 * Loaded before the user's test runner (`NODE_OPTIONS=--import`) and its workers: whoever reads one of the recorded modules
 * gets the text that records its calls. No file of the user's is changed, and no runner needs to know.
 */
import fs from "node:fs";
import module, { syncBuiltinESMExports } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const listed = JSON.parse(fs.readFileSync(process.env.COLLECTIVE_RECORD_FILES ?? "", "utf8"));
/** Where the recording text of a module lies, by the module's path. */
const texts = new Map(Object.entries(listed));

function replaced(path) {
  if (typeof path === "number") return undefined;
  const name = path instanceof URL ? fileURLToPath(path) : String(path);
  return texts.get(name) ?? texts.get(resolve(name));
}

const reading = (original) =>
  function read(path, ...rest) {
    return original.call(this, replaced(path) ?? path, ...rest);
  };
/** A tool that reads a module and writes it back would write what records into it. */
const writing = (original) =>
  function write(path, ...rest) {
    if (replaced(path) !== undefined)
      throw new Error(`${path} is being recorded by collective import and is not written meanwhile`);
    return original.call(this, path, ...rest);
  };

for (const name of ["readFileSync", "readFile"]) fs[name] = reading(fs[name]);
fs.promises.readFile = reading(fs.promises.readFile);
for (const name of ["writeFileSync", "writeFile"]) fs[name] = writing(fs[name]);
fs.promises.writeFile = writing(fs.promises.writeFile);
syncBuiltinESMExports();

// Node's own loader reads by other ways.
module.registerHooks?.({
  load(url, context, next) {
    const text = url.startsWith("file:") ? replaced(new URL(url.split("?")[0])) : undefined;
    const loaded = next(url, context);
    return text === undefined ? loaded : { ...loaded, source: fs.readFileSync(text, "utf8") };
  },
});
