/**
 * Runs a command-line script without a process: its words, its standard input and its files come from the input of an action,
 * and what it prints is the output. It is bundled into actions, so it may use nothing from outside itself.
 *
 * @param {{ args?: string[], stdin?: string, files?: Record<string, string> }} input
 * @param {string} file where the script lies, by its own account
 * @param {(system: object) => unknown} script the script's own text, as a function
 * @returns {Promise<{ stdout: string, exitCode: number }>}
 */
export async function runCommandLine({ args = [], stdin = "", files = {} }, file, script) {
  const EXIT = Symbol("exit");
  const folder = "/skill";
  const known = new Map(Object.entries(files).map(([name, text]) => [absolute(name), text]));
  let stdout = "";
  let ended;
  let fault;
  let running = [];
  const listeners = new Map();

  /** What cannot be imitated is no answer, whatever the script does with the error. */
  const giveUp = (why) => {
    fault ??= new TypeError(why);
    throw fault;
  };
  const print = (text) => {
    if (typeof text !== "string") giveUp("it writes bytes");
    if (ended === undefined) stdout += text;
    return true;
  };
  const printed = (value) => {
    if (typeof value === "string") return value;
    if (typeof value === "bigint") return `${value}n`;
    if (Object.is(value, -0)) return "-0";
    if (value === null || /^(?:number|boolean|undefined)$/.test(typeof value)) return String(value);
    return giveUp("it prints an object in the form of its runtime: print JSON.stringify of it");
  };
  const log = (...values) => {
    if (values.length > 1 && typeof values[0] === "string" && values[0].includes("%"))
      giveUp("it prints with a format: print one text");
    print(`${values.map(printed).join(" ")}\n`);
  };
  const codeOf = (code) => (code === undefined ? 0 : Number(code) & 255);

  const process = {
    argv: ["node", file, ...args],
    env: {},
    exitCode: undefined,
    cwd: () => folder,
    exit(code) {
      ended ??= codeOf(code ?? process.exitCode);
      throw EXIT;
    },
    stdout: { write: print },
    stderr: { write: () => true },
    stdin: {
      fd: 0,
      setEncoding: () => process.stdin,
      resume: () => process.stdin,
      on(event, listener) {
        listeners.set(event, [...(listeners.get(event) ?? []), listener]);
        return process.stdin;
      },
      once: (event, listener) => process.stdin.on(event, listener),
      async *[Symbol.asyncIterator]() {
        if (stdin !== "") yield stdin;
      },
    },
  };

  function absolute(path) {
    const parts = [];
    for (const part of `${path.startsWith("/") ? "" : `${folder}/`}${path}`.split("/"))
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    return `/${parts.join("/")}`;
  }
  const textOf = (path) => {
    if (path === 0 || path === "/dev/stdin") return stdin;
    const text = known.get(absolute(pathOf(path)));
    if (text !== undefined) return text;
    const error = new Error(`ENOENT: no such file or directory, open '${path}'`);
    throw Object.assign(error, { code: "ENOENT", errno: -2, syscall: "open", path });
  };
  const pathOf = (path) => (path instanceof URL ? decodeURIComponent(path.pathname) : String(path));
  const fs = {
    readFileSync: textOf,
    existsSync: (path) => known.has(absolute(pathOf(path))),
    readFile: async (path) => textOf(path),
  };
  fs.promises = { readFile: fs.readFile };

  const normalize = (path) => {
    const isAbsolute = path.startsWith("/");
    const parts = [];
    for (const part of path.split("/"))
      if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
      else if (part !== "" && part !== "." && !(part === ".." && isAbsolute)) parts.push(part);
    const whole = `${isAbsolute ? "/" : ""}${parts.join("/")}`;
    if (whole === "") return path.endsWith("/") && path !== "" ? "./" : ".";
    return path.endsWith("/") && parts.length > 0 ? `${whole}/` : whole;
  };
  const trimmed = (path) => (path.length > 1 ? path.replace(/\/+$/, "") || "/" : path);
  const basename = (path, end = "") => {
    const name = trimmed(path).split("/").at(-1) ?? "";
    return end !== "" && name !== end && name.endsWith(end) ? name.slice(0, -end.length) : name;
  };
  const path = {
    sep: "/",
    delimiter: ":",
    normalize,
    basename,
    join: (...parts) => normalize(parts.filter((part) => part !== "").join("/")),
    resolve: (...parts) =>
      absolute(parts.reduce((from, to) => (to.startsWith("/") ? to : `${from}/${to}`), folder)),
    isAbsolute: (one) => one.startsWith("/"),
    dirname: (one) => {
      const at = trimmed(one).lastIndexOf("/");
      return at === -1 ? "." : at === 0 ? "/" : trimmed(trimmed(one).slice(0, at));
    },
    extname: (one) => /(?!^)(?<!^\.*)\.[^.]*$/.exec(basename(one))?.[0] ?? "",
  };
  path.parse = (one) => {
    const base = basename(one);
    const ext = path.extname(one);
    const at = trimmed(one).lastIndexOf("/");
    return {
      root: one.startsWith("/") ? "/" : "",
      dir: at === -1 ? "" : path.dirname(one),
      base,
      ext,
      name: base.slice(0, base.length - ext.length),
    };
  };
  const url = {
    fileURLToPath: (one) => decodeURIComponent(new URL(one).pathname),
    pathToFileURL: (one) => new URL(`file://${absolute(one)}`),
  };

  /** As a process ends: by `exit`, or with 1 when an error is caught nowhere. */
  const settle = async (work) => {
    try {
      await work();
    } catch (error) {
      if (error !== EXIT) ended ??= 1;
    }
  };
  const system = {
    process,
    console: { log, info: log, debug: log, error: () => {}, warn: () => {} },
    fs,
    path,
    url,
    module: { exports: {} },
    /** Promises that nobody awaits: a process ends when they are settled. */
    floating(value) {
      if (value !== process.stdin && typeof value?.then === "function") running.push(settle(() => value));
      return value;
    },
  };
  const all = async () => {
    while (running.length > 0) {
      const waited = running;
      running = [];
      await Promise.all(waited);
    }
  };
  await settle(() => script(system));
  await all();
  for (const event of [...(stdin === "" ? [] : ["data"]), "end", "close"])
    for (const listener of listeners.get(event) ?? []) {
      if (ended !== undefined) break;
      await settle(() => system.floating(event === "data" ? listener(stdin) : listener()));
      await all();
    }
  if (fault !== undefined) throw fault;
  return { stdout, exitCode: ended ?? codeOf(process.exitCode) };
}
