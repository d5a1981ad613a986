import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ActionDefinition, type Proof, readActionFolder } from "action-collective";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PeerProcess } from "../../helpers/processes.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { collective } from "./cli-run.ts";

let daemon: PeerProcess;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  [daemon, folder] = await Promise.all([PeerProcess.start(), temporaryFolder()]);
});
afterAll(async () => {
  await daemon[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const at = (name: string) => join(folder.path, name);
/** What action.json says of a definition. */
function descriptionOf({ code: _, test: __, language: ___, ...description }: ActionDefinition) {
  return description;
}
const run = (...argv: string[]) => collective(argv, { env: { COLLECTIVE_HOME: daemon.home } });

describe("collective new", () => {
  it("makes an action that passes and is strong as it stands, and says what to do next", async () => {
    const path = at("share-the-bill");
    const made = await run("new", path);
    expect(made).toMatchObject({ code: 0, stdout: `${path}\n` });
    expect(made.stderr).toContain(`collective publish ${path} --check`);
    expect((await readdir(path)).sort()).toEqual(["action.json", "action.test.ts", "action.ts"]);
    const checked = await run("publish", path, "--check", "--json");
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    const { name, verification, advice, kept } = JSON.parse(checked.stdout) as Proof;
    expect({ name, kept, advice }).toEqual({ name: "shareTheBill", kept: false, advice: [] });
    expect(verification).toMatchObject({ outcome: "pass", tests: [{ status: "passed" }] });
    const { killed = 0, mutants = 1 } = verification.strength ?? {};
    expect(killed / mutants).toBeGreaterThanOrEqual(0.8);
    expect((await daemon.client.status()).actions.known).toBe(0);
  });

  it("makes JavaScript too, which the collective then has already", async () => {
    const path = at("javascript");
    expect((await run("new", path, "--javascript", "--name", "shareTheBill", "--quiet")).stderr).toBe("");
    expect((await readdir(path)).sort()).toEqual(["action.js", "action.json", "action.test.js"]);
    const published = await run("publish", path);
    expect(published.stderr).toContain("Published shareTheBill: 5 of 5 cases passed, 1 of 1 tests passed");
    const first = published.stdout.trim();
    // Its code differs, so it is another action. One's own of that name is an earlier version, and no question.
    const again = await run("publish", at("share-the-bill"));
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain(
      `You published an earlier version; \`collective withdraw ${first}\` takes it back.`,
    );
    const same = await run("publish", path);
    expect(same).toMatchObject({ code: 0, stdout: published.stdout });
    expect(same.stderr).toContain("Had already published shareTheBill");
    // Its code under another name is the same again; what is only kept here counts for nothing.
    const copy = { ...(await readActionFolder(path)), name: "divideUp" };
    expect((await daemon.client.prove({ ...copy, tags: [] }, { keep: true })).kept).toBe(true);
    const { similar, earlier } = await daemon.client.prove(copy);
    expect(similar.map(({ name }) => name)).toEqual(["shareTheBill"]);
    expect(earlier).toBeUndefined();
    await cp(path, at("copy"), { recursive: true });
    await writeFile(join(at("copy"), "action.json"), JSON.stringify(descriptionOf(copy)));
    const twin = await run("publish", at("copy"));
    expect(twin).toMatchObject({ code: 7, stdout: "" });
    expect(twin.stderr).toContain(`  - ${first}  shareTheBill: Shares an amount evenly`);
    const shares = await daemon.client.run(published.stdout.trim(), { amount: 7, people: 2 });
    expect(shares.output).toEqual({ shares: [4, 3] });
  });

  it("leaves what publish can take from the code to the code", async () => {
    const path = at("area.ts");
    await writeFile(
      path,
      `/**
 * The area of a rectangle, in the square of the unit of its sides.
 * @licence MIT
 * @example area({ width: 2, height: 3 }) // => 6
 * @example area({ width: 1.5, height: 4 }) // => 6
 * @example area({ width: 0, height: 4 }) // => 0
 */
export default function area({ width, height }: { width: number; height: number }): number {
  return width * height;
}
`,
    );
    const published = await run("publish", path);
    expect(published.stderr).toContain(
      "From its types and comments: name, description, licence, input, output, cases.\n",
    );
    expect(published.stderr).toContain("Published area: 3 of 3 cases passed");
    expect(await daemon.client.show("area")).toMatchObject({
      description: "The area of a rectangle, in the square of the unit of its sides.",
      input: { properties: { width: { type: "number" } }, required: ["width", "height"] },
    });
    expect(await daemon.client.call("area", { width: 3, height: 5 })).toBe(15);
  });

  it("says of a lone file what is missing, once, in words of the file", async () => {
    const path = at("bare.ts");
    await writeFile(path, "export default ({ w, h }: { w: number; h: number }) => w * h;\n");
    expect(await run("publish", path)).toEqual({
      code: 1,
      stdout: "",
      stderr: [
        `error: ${path} is not a complete action:`,
        "  - name: it has none; name the exported function, or write @name parseInvoice in the comment above it",
        "  - description: it has none; say what it does in a comment above the exported function, /** … */",
        "  - licence: it has none; say under which others may use it: @licence MIT in the comment",
        "  - output: no schema; give the exported function a return type, or write @returns {{ sum: number }} in the comment",
        "  - cases: has no unit test: give at least 3, each @example f({ n: 2 }) // => 4 in the comment",
        "Mend it as listed, or make a folder of it, where action.json beside action.ts says what code cannot: `collective new`.",
        "",
      ].join("\n"),
    });
    await writeFile(path, "/** Broken. */\n\nexport default function (\n");
    const broken = await run("publish", path, "--check");
    expect(broken).toMatchObject({ code: 1, stdout: "" });
    expect(broken.stderr).toMatch(/\n {2}- bare\.ts cannot be read as a module: .*\(line [34]\)\n/);
  });

  it("makes one that asks a host, with what the network answers in its cases", async () => {
    const path = at("look-up");
    expect((await run("new", path, "--net", "api.example.org:8443")).code).toBe(0);
    expect(await readActionFolder(path)).toMatchObject({
      permissions: { net: ["api.example.org:8443"] },
      cases: [
        { fetches: [{ url: "https://api.example.org:8443/items/42" }] },
        { fetches: [{ url: "https://api.example.org:8443/items/a%20b" }] },
        { output: { found: false, title: "" } },
        { error: "status 500" },
      ],
    });
    const checked = await run("publish", path, "--check");
    expect(checked.stdout).toMatch(/^pass {2}lookUp: 4 of 4 cases passed, 2 of 2 tests passed/);
  });

  it("overwrites nothing", async () => {
    const path = at("mine");
    await mkdir(path);
    await writeFile(join(path, "action.js"), "mine");
    const refused = await run("new", path);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("holds action.js already; nothing was written");
    expect(await readdir(path)).toEqual(["action.js"]);
    expect(await readFile(join(path, "action.js"), "utf8")).toBe("mine");
    // Other files are no reason.
    await mkdir(at("other"));
    await writeFile(join(at("other"), "notes.md"), "x");
    expect(await run("new", at("other"), "--json")).toEqual({
      code: 0,
      stdout: `${JSON.stringify({ folder: at("other"), files: ["action.ts", "action.json", "action.test.ts"] }, null, 2)}\n`,
      stderr: "",
    });
  });

  it.each([
    [["123"], "cannot name an action"],
    [["x", "--name", "delete"], '"delete" cannot name'],
    [["x", "--name", "a b"], '"a b" cannot name'],
    [["x", "--name", "a".repeat(65)], "at most 64"],
    [["x", "--net", "https://example.org/"], "is no host"],
  ])("refuses %j with a way out", async ([place = "", ...options], words) => {
    const ran = await run("new", at(place), ...options);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(words);
    expect(await readdir(folder.path)).not.toContain(place);
  });
});
