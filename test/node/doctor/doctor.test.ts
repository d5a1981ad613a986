import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../../../node/src/cli/main.ts";
import type { Diagnosis } from "../../../node/src/doctor/types.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

async function doctor(home: string, ...flags: string[]) {
  let stdout = "";
  const stdin = (async function* () {})();
  const code = await main(["--home", home, "doctor", ...flags], {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => true },
    stdin,
    // Nothing of the developer's own: not the ports of a peer that runs, not the files of hosts.
    env: { PATH: process.env.PATH, HOME: home, COLLECTIVE_PORT: "0", COLLECTIVE_API_PORT: "0" },
  });
  return { code, stdout };
}

test("the doctor tries this machine for real, and leaves no trace of it", async () => {
  await using folder = await temporaryFolder();
  const home = join(folder.path, "home");
  const { code, stdout } = await doctor(home, "--json");
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  expect(diagnosis.checks.filter(({ status }) => status === "problem")).toEqual([]);
  expect(diagnosis).toMatchObject({ ok: true, selfTest: { harm: [] } });
  expect(diagnosis.selfTest?.probes.every(({ stopped }) => stopped)).toBe(true);
  expect(code).toBe(0);
  expect(existsSync(home)).toBe(false);
});

test("an exposed key and wrong settings are found, with the way out, and the code is 1", async () => {
  await using folder = await temporaryFolder();
  const home = join(folder.path, "home");
  await mkdir(home, { mode: 0o700 });
  await writeFile(join(home, "key"), "x");
  await chmod(join(home, "key"), 0o644);
  await writeFile(join(home, "config.json"), '{"memoryMb":"x"}', { mode: 0o600 });
  const { code, stdout } = await doctor(home);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^The peer's home\nproblem {2}/m);
  expect(stdout).toMatch(/^Begin with settings: /m);
  expect(stdout).toMatch(/^problem {2}settings: .*\n(?:.*\n)*? +→ Mend them/m);
  expect(stdout).toContain(`problem  home: ${join(home, "key")} is open to others (mode 0644)`);
  expect(stdout).toContain(`→ Run: chmod 600 ${join(home, "key")}`);
  expect(stdout).toMatch(/^ok +self-test: \d+ of \d+ hostile probes stopped, every canary untouched$/m);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^2 problems, /);
  expect((await readdir(home)).sort()).toEqual(["config.json", "key"]);
});
