import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { content, listText } from "../network-lists/fixture.ts";
import { collective } from "./cli-run.ts";

/** A folder with a list that nobody has signed. It is of today: the command line has no other clock. */
async function unsigned() {
  const folder = await temporaryFolder();
  const moment = (days: number) =>
    new Date(Date.now() + days * 24 * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
  const file = join(folder.path, "ours.json");
  const listed = content({ issued: moment(-1), expires: moment(100) });
  await writeFile(file, listText(listed, []));
  return { ...folder, file, listed, home: join(folder.path, "maintainer"), moment };
}

describe("collective network", () => {
  it("leads from a key to a list that peers believe", async () => {
    await using list = await unsigned();
    const made = await collective(["network", "key", list.home]);
    const id = made.stdout.trim();
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^12D3KooW\w+\n$/) });
    expect(made.stderr).toContain("A new key was made");
    expect(await collective(["network", "key", list.home])).toEqual({
      code: 0,
      stdout: `${id}\n`,
      stderr: "",
    });

    const before = await collective(["network", "check", list.file, "--network-key", id]);
    expect(before).toMatchObject({ code: 1, stderr: expect.stringContaining("nobody has signed it") });

    const signed = await collective(["network", "sign", list.file, "--key", list.home]);
    expect(signed.code).toBe(0);
    expect(signed.stdout).toContain(id);
    expect(signed.stderr).toContain(`--network-list ${list.file} --network-key ${id}`);
    const good = await collective(["network", "check", list.file, "--network-key", id]);
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining("good: properly signed") });
    expect(good.stdout).toContain("in 99 days");
    // Nothing half written stays behind.
    expect((await readdir(list.path)).sort()).toEqual(["maintainer", "ours.json"]);

    const shown = await collective(["network", "show", list.file]);
    for (const text of ["Example Foundation", "/dnsaddr/net.example.org/p2p/", id])
      expect(shown.stdout).toContain(text);
    const json = await collective(["network", "show", list.file, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ ...list.listed, signatures: [{ key: id }] });
  });

  it("says by name what is wrong with a list", async () => {
    await using list = await unsigned();
    const id = (await collective(["network", "key", list.home])).stdout.trim();
    await collective(["network", "sign", list.file, "--key", list.home]);
    const text = await readFile(list.file, "utf8");
    await writeFile(list.file, text.replace("203.0.113.7", "203.0.113.8"));
    const check = () => collective(["network", "check", list.file, "--network-key", id]);
    const changed = await check();
    expect(changed).toMatchObject({ code: 1, stdout: "" });
    expect(changed.stderr).toContain(`changed after ${id} had signed it`);
    const shown = await collective(["network", "show", list.file]);
    expect(shown.stdout).toContain("does not hold");
    // Who trusts nobody believes nobody: without --network-key the maintainers', and they have not signed it.
    await writeFile(list.file, text);
    expect((await collective(["network", "check", list.file])).stderr).toContain(
      "not signed by anybody trusted",
    );
    // Edited and signed again it is good again.
    await writeFile(list.file, text.replace("203.0.113.7", "203.0.113.8"));
    await collective(["network", "sign", list.file, "--key", list.home]);
    expect((await check()).code).toBe(0);
    await writeFile(list.file, listText({ ...list.listed, expires: list.moment(-0.5) }, []));
    await collective(["network", "sign", list.file, "--key", list.home]);
    const expired = await collective(["network", "check", list.file, "--network-key", id, "--json"]);
    expect(JSON.parse(expired.stderr)).toMatchObject({ error: { code: "network-list-expired" } });
    await writeFile(list.file, '{"format": 1}');
    expect((await check()).stderr).toMatch(/not a network's list:[\s\S]*network: /);
  });

  it("shows the list that comes with the peer, and says that nobody operates a network yet", async () => {
    const shown = await collective(["network", "show"]);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout.replace(/\s+/g, " ")).toContain("No public network is operated yet");
    expect(await collective(["network", "show", "--network", "nobodys"])).toMatchObject({ code: 2 });
  });

  it("writes a new list, never over another, and renews one", async () => {
    await using list = await unsigned();
    const file = join(list.path, "new.json");
    const address = list.listed.operators[0]?.addresses[0] ?? "";
    const flags = ["--network", "mine", "--operator", "Us", "--address", address];
    const made = await collective(["network", "new", file, ...flags, "--json"]);
    expect(made.code).toBe(0);
    const { network, operators, expires } = JSON.parse(await readFile(file, "utf8"));
    expect({ network, operators }).toEqual({
      network: "mine",
      operators: [{ name: "Us", addresses: [address] }],
    });
    expect(Date.parse(expires) - Date.now()).toBeGreaterThan(364 * 24 * 3_600_000);
    expect(await collective(["network", "new", file, ...flags])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is such a file already"),
    });
    for (const wrong of [
      ["--days", "401"],
      ["--days", "0"],
      ["--address", "/ip4/1.2.3.4/tcp/1"],
    ])
      expect(await collective(["network", "new", `${file}2`, ...flags, ...wrong])).toMatchObject({ code: 2 });
    const suggested = list.listed.operators[0]?.addresses[0]?.split("/").at(-1) ?? "";
    const suggesting = join(list.path, "suggesting.json");
    await collective(["network", "new", suggesting, ...flags, "--suggest", suggested]);
    expect(JSON.parse(await readFile(suggesting, "utf8"))).toMatchObject({ suggests: [{ peer: suggested }] });
    expect((await collective(["network", "show", suggesting])).stdout).toMatch(
      new RegExp(`suggests +${suggested}`),
    );
    expect(await collective(["network", "new", `${file}2`, ...flags, "--suggest", "12D3"])).toMatchObject({
      code: 2,
    });
    const noName = ["--network", "No Name", ...flags.slice(2)];
    expect((await collective(["network", "new", `${file}2`, ...noName])).stderr).toContain(
      "network: must be",
    );
    await collective(["network", "key", list.home]);
    await writeFile(file, (await readFile(file, "utf8")).replaceAll(/"20\d\d-/g, '"2020-'));
    await writeFile(file, (await readFile(file, "utf8")).replace(/("issued": ")2020/, "$12019"));
    const old = await collective(["network", "sign", file, "--key", list.home]);
    expect(old).toMatchObject({ code: 0, stderr: expect.stringMatching(/^It has expired.*--days 365/) });
    await collective(["network", "sign", file, "--key", list.home, "--days", "10"]);
    const shown = JSON.parse((await collective(["network", "show", file, "--json"])).stdout);
    expect(Date.parse(shown.expires) - Date.now()).toBeLessThan(10 * 24 * 3_600_000);
    const id = shown.signatures[0].key;
    const soon = await collective(["network", "check", file, "--network-key", id]);
    expect(soon).toMatchObject({ code: 0, stderr: expect.stringContaining("It ends soon") });
  });

  it("refuses what it cannot sign with, or read", async () => {
    await using list = await unsigned();
    const nowhere = await collective(["network", "sign", list.file, "--key", join(list.path, "nobody")]);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining("collective network key") });
    expect(await collective(["network", "sign", list.file])).toMatchObject({ code: 2 });
    expect(await collective(["network", "check", list.file, "--network-key", "12D3KooW"])).toMatchObject({
      code: 2,
    });
    const missing = await collective(["network", "check", join(list.path, "none.json")]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("none.json") });
  });
});
