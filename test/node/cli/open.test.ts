import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openerOf, redirectPage } from "../../../node/src/cli/open-browser.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { peer } from "./cli-run.ts";

const URL_TEXT = "http://127.0.0.1:4012/#login=once";

/** A folder with an `xdg-open` that writes down what it was given, and how it ends. */
async function screen(exitCode: number) {
  const folder = await temporaryFolder();
  const script = join(folder.path, "xdg-open");
  const notes = join(folder.path, "arguments");
  await writeFile(script, `#!/bin/sh\nprintf '%s\\n' "$@" > "${notes}"\nexit ${exitCode}\n`);
  await chmod(script, 0o755);
  return {
    env: { PATH: folder.path, DISPLAY: ":0" },
    given: () => readFile(notes, "utf8"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

describe("collective open", () => {
  it("only prints the link when asked to, or where nobody would see a browser", async () => {
    await using asked = await peer();
    expect(await asked.run(["open", "--print"], { env: { DISPLAY: ":0" } })).toEqual({
      ...{ code: 0, stdout: `${URL_TEXT}\n`, stderr: "" },
    });
    const printed = await asked.run(["open"]);
    expect(printed.stdout).toBe(`${URL_TEXT}\n`);
    expect(printed.stderr).toContain("in a browser on this machine");
    const document = await asked.run(["open", "--print", "--json"]);
    expect(JSON.parse(document.stdout)).toEqual({
      ...{ url: URL_TEXT, expiresAt: 1_700_000_060_000, opened: false },
    });
  });

  // There, the program is another one.
  it.runIf(process.platform === "linux")(
    "gives the browser a file that only the user can read, not the link",
    async () => {
      await using asked = await peer();
      await using screened = await screen(0);
      const opened = await asked.run(["open"], { env: screened.env });
      expect(opened).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("opens in your") });
      const page = join(asked.home, "open-dashboard.html");
      expect(await screened.given()).toBe(`${page}\n`);
      expect((await stat(page)).mode & 0o777).toBe(0o600);
      expect(await readFile(page, "utf8")).toBe(redirectPage(URL_TEXT));
    },
  );

  it.runIf(process.platform === "linux")("prints the link when nothing could be opened", async () => {
    await using asked = await peer();
    await using screened = await screen(3);
    expect((await asked.run(["open"], { env: screened.env })).stdout).toBe(`${URL_TEXT}\n`);
    const without = { PATH: "/nonexistent", DISPLAY: ":0" };
    expect((await asked.run(["open"], { env: without })).stdout).toBe(`${URL_TEXT}\n`);
  });

  it("knows what opens a file, and where there is nobody to see it", () => {
    expect(openerOf("linux", { DISPLAY: ":0" })).toBe("xdg-open");
    expect(openerOf("linux", { WAYLAND_DISPLAY: "wayland-0" })).toBe("xdg-open");
    expect(openerOf("linux", { DISPLAY: "" })).toBeUndefined();
    expect(openerOf("darwin", {})).toBe("open");
    expect(openerOf("darwin", { SSH_CONNECTION: "a b c d" })).toBeUndefined();
    expect(openerOf("win32", {})).toBe("explorer.exe");
  });

  it("writes a page that leads to the link and to nothing else", () => {
    expect(redirectPage(URL_TEXT)).toContain(`content="0; url=${URL_TEXT}"`);
    const crooked = redirectPage('http://127.0.0.1:1/?a=1&b="><script>#x');
    expect(crooked).toContain("http://127.0.0.1:1/?a=1&amp;b=%22%3E%3Cscript%3E#x");
    expect(crooked).not.toContain("<script");
  });
});
