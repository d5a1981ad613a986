import type { Canaries } from "./canaries.ts";

/** What a stranger would do with everything that lockdown takes away: all of it must be stopped by the walls behind. */
export interface BareAction {
  readonly tries: string;
  readonly code: (canaries: Canaries) => string;
}

const attempt = (tries: string, body: (canaries: Canaries) => string): BareAction => ({
  tries,
  code: (canaries) => `export default async () => { ${body(canaries)} };`,
});

export const BARE_ACTIONS: readonly BareAction[] = [
  attempt("read a file with Deno.readTextFile", ({ file }) => `return await Deno.readTextFile("${file}");`),
  attempt("read a file with Deno.open", ({ file }) => `return (await Deno.open("${file}")).readable;`),
  attempt("read a file with fetch", ({ file }) => `return await (await fetch("file://${file}")).text();`),
  attempt(
    "read a file by a symbolic link",
    ({ file, unwritten }) => `Deno.symlinkSync("${file}", "${unwritten}");`,
  ),
  attempt("list a folder", () => `return [...Deno.readDirSync("/")].map((e) => e.name);`),
  attempt("watch a file", ({ file }) => `for await (const e of Deno.watchFs("${file}")) return e.paths;`),
  attempt(
    "write a file with Deno.writeTextFile",
    ({ unwritten }) => `await Deno.writeTextFile("${unwritten}", "x");`,
  ),
  attempt("make a temporary file", () => `return Deno.makeTempFileSync();`),
  attempt("read the environment with Deno.env", () => `return Deno.env.toObject();`),
  attempt("read the environment with process.env", () => `return { ...process.env };`),
  attempt("read the environment through /proc", () => `return Deno.readTextFileSync("/proc/self/environ");`),
  attempt("learn the host's name", () => `return Deno.hostname();`),
  attempt(
    "connect with Deno.connect",
    ({ port }) => `(await Deno.connect({ port: ${port} })).close(); return "connected";`,
  ),
  attempt(
    "connect by another name of the address",
    ({ port }) => `(await Deno.connect({ hostname: "0x7f.1", port: ${port} })).close(); return "connected";`,
  ),
  attempt(
    "connect by IPv6",
    ({ port }) =>
      `(await Deno.connect({ hostname: "::ffff:127.0.0.1", port: ${port} })).close(); return "connected";`,
  ),
  attempt("listen", () => `Deno.listen({ port: 0 }); return "listens";`),
  attempt(
    "send a datagram",
    ({ port }) =>
      `const s = Deno.listenDatagram({ port: 0, transport: "udp" }); await s.send(new Uint8Array(1), { hostname: "127.0.0.1", port: ${port}, transport: "udp" });`,
  ),
  attempt("ask the resolver", () => `return await Deno.resolveDns("localhost", "A");`),
  attempt(
    "fetch from the local network",
    ({ port }) => `return await (await fetch("http://127.0.0.1:${port}/")).text();`,
  ),
  attempt(
    "open a WebSocket",
    ({ port }) =>
      `await new Promise((ok, no) => { const s = new WebSocket("ws://127.0.0.1:${port}/"); s.onopen = ok; s.onerror = no; });`,
  ),
  attempt(
    "start a program with Deno.Command",
    ({ unwritten }) => `return new Deno.Command("/bin/touch", { args: ["${unwritten}"] }).outputSync().code;`,
  ),
  attempt("load a native library", () => `Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {});`),
  attempt("kill the parent", () => `Deno.kill(Deno.ppid, "SIGKILL");`),
  attempt("kill by node:process", () => `process.kill(process.ppid, "SIGKILL");`),
  attempt(
    "raise its own permissions",
    () =>
      `return (await Deno.permissions.request({ name: "read" })).state === "granted" ? Deno.readTextFileSync("/etc/passwd") : (() => { throw new Error("denied"); })();`,
  ),
  attempt("leave with code 0", () => `Deno.exit(0);`),
  attempt(
    "read a file in a Worker",
    ({ file }) => `
    const url = URL.createObjectURL(new Blob(['postMessage(Deno.readTextFileSync("${file}"))'], { type: "text/javascript" }));
    return await new Promise((ok, no) => { const w = new Worker(url, { type: "module" }); w.onmessage = (e) => ok(e.data); w.onerror = (e) => { e.preventDefault(); no(new Error(e.message)); }; });`,
  ),
  attempt(
    "read a file in a Worker that asks for more",
    ({ file }) => `
    const url = URL.createObjectURL(new Blob(['postMessage(Deno.readTextFileSync("${file}"))'], { type: "text/javascript" }));
    return await new Promise((ok, no) => { const w = new Worker(url, { type: "module", deno: { permissions: { read: true } } }); w.onmessage = (e) => ok(e.data); w.onerror = (e) => { e.preventDefault(); no(new Error(e.message)); }; });`,
  ),
  attempt(
    "import a file in a Worker as its main module",
    ({ file }) => `
    return await new Promise((ok, no) => { const w = new Worker("file://${file}", { type: "module" }); w.onmessage = (e) => ok(e.data); w.onerror = (e) => { e.preventDefault(); no(new Error(e.message)); }; });`,
  ),
  attempt("persist in localStorage", () => `localStorage.setItem("x", "1"); return "kept";`),
  attempt(
    "persist in the caches",
    () => `await (await caches.open("x")).put("http://a/", new Response("x")); return "kept";`,
  ),
  attempt(
    "persist in a key-value store",
    ({ unwritten }) => `await (await Deno.openKv("${unwritten}")).set(["x"], 1); return "kept";`,
  ),
  attempt("write to its own source", () => `Deno.writeTextFileSync(new URL(import.meta.url).pathname, "x");`),
  attempt(
    "use io_uring through a descriptor",
    () =>
      `const fs = await import("node:fs"); for (let fd = 3; fd < 64; fd++) { try { fs.writeSync(fd, "x"); } catch {} } throw new Error("nothing");`,
  ),
];
