import { access, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readApiFile } from "action-collective";
import { describe, expect, it } from "vitest";
import {
  chooseSocketPath,
  discardSocketPath,
  removeApiFile,
  writeApiFile,
} from "../../../node/src/api/api-file.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { call, listen, TOKEN } from "./sample-api.ts";

const file = (pid: number) => ({ pid, url: "http://127.0.0.1:1", token: TOKEN, version: "0.1.0" });

describe("api.json", () => {
  it("is written for its owner alone, and read back by the SDK", async () => {
    await using folder = await temporaryFolder();
    await writeApiFile(folder.path, { ...file(7), socket: "/s" });
    expect((await stat(join(folder.path, "api.json"))).mode & 0o777).toBe(0o600);
    expect(await readApiFile(folder.path)).toEqual({ ...file(7), socket: "/s" });
  });

  it("goes when its own peer goes, not when another has taken over", async () => {
    await using folder = await temporaryFolder();
    await writeApiFile(folder.path, file(7));
    await removeApiFile(folder.path, 77);
    expect(await readFile(join(folder.path, "api.json"), "utf8")).toContain('"pid": 7');
    await removeApiFile(folder.path, 7);
    expect(await readApiFile(folder.path)).toBeUndefined();
    await removeApiFile(folder.path, 7);
  });
});

describe("the unix socket's place", () => {
  it("is the home when the path is short enough", async () => {
    expect(await chooseSocketPath("/home/someone/.action-collective")).toBe(
      "/home/someone/.action-collective/api.sock",
    );
    await discardSocketPath("/home/someone/.action-collective", "/home/someone/.action-collective/api.sock");
  });

  it("is a private temporary folder when the home's path is too long, and that folder is cleared away", async () => {
    await using folder = await temporaryFolder();
    const home = join(folder.path, "x".repeat(100));
    await mkdir(home);
    const socketPath = (await chooseSocketPath(home)) ?? "";
    expect(socketPath.length).toBeLessThan(100);
    expect((await stat(dirname(socketPath))).mode & 0o777).toBe(0o700);
    await using server = await listen({ socketPath });
    expect((await call(server, "/health")).status).toBe(200);
    await server.close();
    await discardSocketPath(home, socketPath);
    await expect(access(dirname(socketPath))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("clears away what a killed peer left, and nothing else", async () => {
    await using folder = await temporaryFolder();
    const home = join(folder.path, "x".repeat(100));
    await mkdir(home);
    const left = (await chooseSocketPath(home)) ?? "";
    await writeFile(left, "");
    await writeApiFile(home, { ...file(7), socket: left });
    const next = (await chooseSocketPath(home)) ?? "";
    await expect(access(dirname(left))).rejects.toMatchObject({ code: "ENOENT" });
    await writeApiFile(home, { ...file(7), socket: join(folder.path, "api.sock") });
    await writeFile(join(folder.path, "api.sock"), "somebody's");
    await discardSocketPath(home, next);
    await discardSocketPath(home, await chooseSocketPath(home));
    expect(await readFile(join(folder.path, "api.sock"), "utf8")).toBe("somebody's");
  });
});
