import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Home, readConfigText, replaceFile } from "../../../node/src/home.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe("a peer's home", () => {
  it("is made for its owner alone, with a key that stays the same", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "deep", "home");
    const first = await Home.open(path);
    expect(first.seed).toHaveLength(32);
    expect(await modeOf(path)).toBe(0o700);
    expect(await modeOf(first.file("key"))).toBe(0o600);
    expect((await readFile(first.file("key"), "utf8")).trim()).toBe(Buffer.from(first.seed).toString("hex"));
    await first.close();
    const second = await Home.open(path);
    expect(second.seed).toEqual(first.seed);
    await second.close();
  });

  it("is closed to others when it was open", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "config.json"), "{}");
    await chmod(folder.path, 0o755);
    const home = await Home.open(folder.path);
    expect(await modeOf(folder.path)).toBe(0o700);
    await home.close();
  });

  it("is never a folder that holds something else, nor a file", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "thesis.txt"), "precious");
    await chmod(folder.path, 0o755);
    await expect(Home.open(folder.path)).rejects.toMatchObject({
      code: "home-unusable",
      message: expect.stringContaining("thesis.txt"),
      remedy: expect.stringContaining("--home"),
    });
    expect(await modeOf(folder.path)).toBe(0o755);
    expect(await readdir(folder.path)).toEqual(["thesis.txt"]);
    await expect(Home.open(join(folder.path, "thesis.txt"))).rejects.toMatchObject({ code: "home-unusable" });
  });

  it("refuses a key that others can read, and says how to mend it", async () => {
    await using folder = await temporaryFolder();
    await (await Home.open(folder.path)).close();
    const key = join(folder.path, "key");
    await chmod(key, 0o640);
    await expect(Home.open(folder.path)).rejects.toMatchObject({
      code: "key-exposed",
      message: expect.stringContaining("0640"),
      remedy: expect.stringContaining(`chmod 600 ${key}`),
    });
    await chmod(key, 0o600);
    await (await Home.open(folder.path)).close();
  });

  it("never overwrites a key that is damaged", async () => {
    for (const damaged of ["", "not a key", "ab".repeat(31), "AB".repeat(32), "x".repeat(5_000)]) {
      await using folder = await temporaryFolder();
      const key = join(folder.path, "key");
      await writeFile(key, damaged, { mode: 0o600 });
      await expect(Home.open(folder.path)).rejects.toMatchObject({
        code: "key-damaged",
        remedy: expect.stringContaining("move it away"),
      });
      expect(await readFile(key, "utf8")).toBe(damaged);
    }
  });

  it("belongs to one living peer, whose process it names", async () => {
    await using folder = await temporaryFolder();
    const home = await Home.open(folder.path);
    await expect(Home.open(folder.path)).rejects.toMatchObject({ code: "already-running", pid: process.pid });
    await home.close();
    const again = await Home.open(folder.path);
    await again.close();
  });

  it("is free again after kill -9, and not before", async () => {
    await using folder = await temporaryFolder();
    const home = new URL("../../../node/src/home.ts", import.meta.url).href;
    const script = `const { Home } = await import(${JSON.stringify(home)});
      await Home.open(${JSON.stringify(folder.path)}); console.log("held"); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["-C", "source", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(holder.stdout, "data");
      await expect(Home.open(folder.path)).rejects.toMatchObject({
        code: "already-running",
        pid: holder.pid,
      });
    } finally {
      holder.kill("SIGKILL");
    }
    await once(holder, "exit");
    const home2 = await Home.open(folder.path);
    expect(await readFile(home2.file("peer.pid"), "utf8")).toBe(`${process.pid}\n`);
    await home2.close();
    expect(await readdir(folder.path)).toEqual(["key", "peer.lock"]);
  });

  it("says so when the lock file is something else", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "peer.lock"), "x".repeat(4096));
    await expect(Home.open(folder.path)).rejects.toMatchObject({
      code: "home-unusable",
      message: expect.stringContaining("peer.lock"),
    });
  });

  it("replaces files whole, readable by their owner only", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "api.json");
    await writeFile(path, "old", { mode: 0o644 });
    await replaceFile(path, "new");
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await modeOf(path)).toBe(0o600);
    expect(await readdir(folder.path)).toEqual(["api.json"]);
  });

  it("may have no config.json", async () => {
    await using folder = await temporaryFolder();
    expect(await readConfigText(folder.path, "config.json")).toBeUndefined();
    expect(await readConfigText(join(folder.path, "nowhere"), "config.json")).toBeUndefined();
    await mkdir(join(folder.path, "config.json"));
    await expect(readConfigText(folder.path, "config.json")).rejects.toMatchObject({ code: "home-unusable" });
  });
});
