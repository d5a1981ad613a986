import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sandbox, type SandboxOptions } from "../../../node/src/sandbox/sandbox.ts";
import { type Canaries, layCanaries } from "./canaries.ts";
import { REACHING_OUT } from "./hostile-actions.ts";
import { BARE_ACTIONS } from "./hostile-bare.ts";
import { NO_FILTER } from "./no-filter.ts";

const LIMITS = { cpuSeconds: 1, wallMs: 4_000, memoryMb: 128, heapMb: 64 };

/** Every wall that can be the outermost, and Deno's permissions alone. */
const WALLS: readonly { name: string; options: SandboxOptions }[] = [
  { name: "the best wall here", options: {} },
  { name: "Deno alone", options: { bubblewrap: null, setpriv: null } },
];

describe.each(WALLS)(
  "with neither scan nor lockdown, behind $name, hostile code that tries to",
  ({ options }) => {
    let sandbox: Sandbox;
    let canaries: Canaries;

    beforeAll(async () => {
      canaries = await layCanaries();
      sandbox = await openWithoutLockdown(options);
    });

    afterAll(async () => {
      await sandbox.stop();
      await canaries.verify("");
      await canaries.close();
    });

    it.concurrent("find Deno again does, so that what follows proves something", async () => {
      const source = {
        code: "export default () => typeof Deno.readTextFile;",
        language: "javascript",
      } as const;
      expect(await sandbox.runOnce(source, {})).toMatchObject({ status: "returned", output: "function" });
    });

    const actions = [...BARE_ACTIONS, ...REACHING_OUT.filter(({ limits }) => limits === undefined)];
    it.concurrent.each(actions)("$tries", async ({ code }) => {
      const text = typeof code === "string" ? code : code(canaries);
      const outcome = await sandbox.runOnce({ code: text, language: "javascript" }, {}, { limits: LIMITS });
      expect(outcome.status, JSON.stringify(outcome)).not.toBe("unavailable");
      expect(JSON.stringify(outcome)).not.toMatch(/connected|listens|kept|root:x:0/);
      await canaries.verify(outcome);
    });
  },
);

/** The realm's main modules lie in a scratch folder of the sandbox; there, the call of the lockdown is taken out. */
async function openWithoutLockdown(options: SandboxOptions): Promise<Sandbox> {
  const before = process.env.TMPDIR;
  const own = mkdtempSync(join(tmpdir(), "bare-"));
  process.env.TMPDIR = own;
  try {
    const sandbox = await Sandbox.open({ ...options, limits: LIMITS, processes: 4, filter: NO_FILTER });
    const [scratch = ""] = readdirSync(own);
    for (const main of ["action-main.js", "test-main.js"]) {
      const path = join(own, scratch, "realm", main);
      const text = readFileSync(path, "utf8");
      const without = text.replace(/^lockDown\(.*\);$/m, "");
      expect(without).not.toBe(text);
      writeFileSync(path, without);
    }
    return sandbox;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    afterAll(() => rmSync(own, { recursive: true, force: true }));
  }
}
