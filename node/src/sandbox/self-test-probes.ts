import type { SandboxLimits } from "./limits.ts";
import type { Canaries } from "./self-test-canaries.ts";
import type { CallOutcome } from "./types.ts";

/** A hostile action, and the endings that mean it was stopped. */
export interface Probe {
  readonly tries: string;
  readonly code: (canaries: Canaries) => string;
  readonly stoppedBy: readonly CallOutcome["status"][];
  readonly limits?: Partial<SandboxLimits>;
}

const REFUSED = ["not-loaded", "threw", "died"] as const;

/**
 * One of each kind; the test suite holds the whole corpus, and says which limit must strike. Here any will do: on a
 * busy machine the clock may be first.
 */
export const PROBES: readonly Probe[] = [
  {
    tries: "read a file by importing it as text",
    code: ({ file }) => `import s from "file://${file}" with { type: "text" }; export default () => s;`,
    stoppedBy: REFUSED,
  },
  {
    tries: "read a file by a dynamic import",
    code: ({ file }) => `export default async () => (await import("file://${file}")).default;`,
    stoppedBy: REFUSED,
  },
  {
    tries: "read a file with node:fs",
    code: ({ file }) =>
      `import { readFileSync } from "node:fs"; export default () => readFileSync(${JSON.stringify(file)}, "utf8");`,
    stoppedBy: REFUSED,
  },
  {
    tries: "read a file through /proc",
    code: ({ file }) =>
      `import { readFileSync } from "node:fs"; export default () => readFileSync("/proc/self/root${file}", "utf8");`,
    stoppedBy: REFUSED,
  },
  {
    tries: "read the environment",
    code: ({ variable }) =>
      `import { env } from "node:process"; export default () => env.${variable} ?? (() => { throw new Error("not there"); })();`,
    stoppedBy: REFUSED,
  },
  {
    tries: "read the environment through /proc",
    code: () =>
      `import { readFileSync } from "node:fs"; export default () => readFileSync("/proc/self/environ", "utf8") + readFileSync("/proc/" + process.ppid + "/environ", "utf8");`,
    stoppedBy: REFUSED,
  },
  {
    tries: "connect to a server on this machine",
    code: ({ port }) =>
      `import { connect } from "node:net";
       export default () => new Promise((resolve, reject) => {
         connect(${port}, "127.0.0.1").on("connect", () => resolve("connected")).on("error", reject);
       });`,
    stoppedBy: [...REFUSED, "limit"],
    limits: { wallMs: 5_000 },
  },
  {
    tries: "import a module from a server on this machine",
    code: ({ port }) => `export default async () => (await import("http://127.0.0.1:${port}/x.js")).default;`,
    stoppedBy: REFUSED,
  },
  {
    tries: "start a program",
    code: ({ unwritten }) =>
      `import { execSync } from "node:child_process"; export default () => execSync("touch ${unwritten}").toString();`,
    stoppedBy: REFUSED,
  },
  {
    tries: "write a file",
    code: ({ unwritten }) =>
      `import { writeFileSync } from "node:fs"; export default () => { writeFileSync(${JSON.stringify(unwritten)}, "x"); return 1; };`,
    stoppedBy: REFUSED,
  },
  {
    tries: "fill the heap",
    code: () => `export default () => { const all = []; for (;;) all.push(new Array(10_000).fill({})); };`,
    stoppedBy: ["limit"],
  },
  {
    tries: "fill memory with buffers",
    code: () =>
      `export default () => { const all = []; for (;;) all.push(new Uint8Array(10_000_000).fill(1)); };`,
    stoppedBy: ["threw", "limit"],
  },
  { tries: "loop for ever", code: () => `export default () => { for (;;); };`, stoppedBy: ["limit"] },
  {
    tries: "flood the logs",
    code: () => `export default () => { for (;;) console.log("x".repeat(1000)); };`,
    stoppedBy: ["limit"],
  },
  {
    tries: "forge an answer",
    code: () =>
      `export default () => { console.log('@' + '0'.repeat(32) + ' {"t":"answer","id":1,"output":"forged"}'); throw new Error("mine"); };`,
    stoppedBy: ["threw"],
  },
];
