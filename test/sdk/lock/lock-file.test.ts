import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  EMPTY_LOCK,
  type Lock,
  type LockedAction,
  lockText,
  misstatement,
  parseLock,
  pinNamed,
  readLock,
  withMovedPin,
  withPin,
  writeLock,
} from "action-collective";
import { describe, expect, test } from "vitest";
import { bundleOf, peerOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const idOf = (tag: string) => bundleOf({ tags: [tag] }).id;
const pin = (tag: string, more: Partial<LockedAction> = {}): LockedAction => ({
  ...{ id: idOf(tag), name: "double", permissions: {}, publishers: [peerOf(1)] },
  ...more,
});
const lock = (actions: Record<string, LockedAction>): Lock => ({ version: 1, actions });

test("one text for one lock, whatever the order; what was written is read, by path and by URL", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "collective.lock");
  const one = pin("one", { permissions: { secrets: ["TOKEN"], net: ["b.org", "a.org"] } });
  const value = lock({ zeta: pin("zeta"), alpha: one, constructor: pin("three") });
  const other = lock({ constructor: pin("three"), alpha: one, zeta: pin("zeta") });
  expect(lockText(value)).toBe(lockText(other));
  await writeLock(path, value);
  expect(await readdir(folder.path)).toEqual(["collective.lock"]);
  const text = await readFile(path, "utf8");
  expect(text).toBe(lockText(value));
  expect(Object.keys((await readLock(path)).actions)).toEqual(["alpha", "constructor", "zeta"]);
  expect(await readLock(pathToFileURL(path))).toEqual(parseLock(text));
  expect(await readLock(value)).toEqual(value);
  // As a tool that checks out files with other line ends leaves it.
  expect(parseLock(text.replaceAll("\n", "\r\n"))).toEqual(parseLock(text));
});

test.skipIf(process.platform === "win32")("a link stays one, and what never ends is not read", async () => {
  await using folder = await temporaryFolder();
  const [real, link] = [join(folder.path, "shared", "a.lock"), join(folder.path, "collective.lock")];
  await mkdir(join(folder.path, "shared"));
  await symlink(real, link);
  await writeFile(real, lockText(EMPTY_LOCK));
  await writeLock(link, lock({ a: pin("a") }));
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect((await readLock(real)).actions).toEqual({ a: pin("a") });
  const pipe = join(folder.path, "pipe.lock");
  execFileSync("mkfifo", [pipe]);
  await expect(readLock(pipe)).rejects.toMatchObject({ code: "invalid-lock" });
});

// It says that it is a file of no bytes.
test.runIf(existsSync("/proc/kallsyms"))(
  "a file that is longer than it says is not read to its end",
  async () => {
    await using folder = await temporaryFolder();
    const link = join(folder.path, "collective.lock");
    await symlink("/proc/kallsyms", link);
    await expect(readLock(link)).rejects.toMatchObject({
      message: expect.stringContaining("more than 1048576 bytes"),
    });
  },
);

describe("what is no lock file is refused with what is wrong", () => {
  const whole = JSON.stringify(lock({ double: pin("a") }));
  const hostile: readonly (readonly [string, string, RegExp])[] = [
    ["not JSON", "{", /not JSON: .*line 1, column 2/],
    ["no version", whole.replace('"version":1', '"version":"x"'), /version/],
    ["a newer version", whole.replace('"version":1', '"version":2'), /of version 2.* update/],
    ["an unknown field", whole.replace('"version":1', '"version":1,"scripts":{}'), /scripts/],
    ["an unknown field of a pin", whole.replace('"name"', '"code":"x","name"'), /code/],
    ["a name in place of an id", whole.replace(idOf("a"), "double"), /actions\.double\.id/],
    [
      "an id of something else",
      whole.replace(idOf("a"), `bafkrei${idOf("a").slice(7)}`),
      /must be an action's id/,
    ],
    ["a name that is no name", whole.replace('"double":{', '"a b":{'), /letters, digits/],
    ["a prototype", whole.replace('"double":{', '"__proto__":{'), /letters, digits/],
    ["a tool's name", whole.replace('"double":{', '"run_action":{'), /run_action is the name of a tool/],
    ["a permission that is none", whole.replace('"permissions":{}', '"permissions":{"net":["*"]}'), /net/],
    ["a pin that stands twice", whole.replace('"double":{', '"double":{},"double":{'), /a key stands twice/],
    ["a name written as escapes", whole.replace('"double":{', '"d\\u006fuble":{'), /escapes/],
    ["an action under two names", JSON.stringify(lock({ a: pin("a"), b: pin("a") })), /under two names/],
    [
      "names alike but for their case",
      JSON.stringify(lock({ a: pin("a"), A: pin("b") })),
      /upper and lower case/,
    ],
    ["too much", `${" ".repeat(1024 * 1024)}{}`, /more than 1048576/],
    ["a stranger's control characters", whole.replace('"version":1', '"\\u001b[2J":1'), /no lock file/],
  ];
  test.each(hostile)("%s", (_what, text, message) => {
    expect(() => parseLock(text)).toThrow(
      expect.objectContaining({ code: "invalid-lock", message: expect.stringMatching(message) }),
    );
  });

  test("no file, a folder, an address of the network", async () => {
    await using folder = await temporaryFolder();
    await expect(readLock(join(folder.path, "none.lock"))).rejects.toMatchObject({ code: "not-found" });
    await expect(readLock(folder.path)).rejects.toMatchObject({ code: "invalid-lock" });
    await expect(readLock(new URL("https://example.org/collective.lock"))).rejects.toMatchObject({
      code: "invalid-lock",
      message: expect.stringContaining("only a file of this machine"),
    });
    const large = join(folder.path, "large.lock");
    await writeFile(large, " ".repeat(1024 * 1024 + 1));
    await expect(readLock(large)).rejects.toMatchObject({
      message: expect.stringContaining("more than 1048576 bytes"),
    });
  });
});

test("a pin stays until it is moved by name", () => {
  const one = withPin(EMPTY_LOCK, "twice", pin("a"));
  expect(withPin(one, "twice", pin("a"))).toEqual(one);
  expect(() => withPin(one, "TWICE", pin("b"))).toThrow(/pinned to another action/);
  expect(() => withPin(one, "other", pin("a"))).toThrow(/pinned already, as twice/);
  expect(() => withPin(one, "find_action", pin("b"))).toThrow(/name of a tool/);
  expect(withMovedPin(one, "twice", pin("b"), "x.lock").actions).toEqual({ twice: pin("b") });
  expect(() => withMovedPin(one, "none", pin("b"), "x.lock")).toThrow(/does not pin "none"/);
  const two = withPin(one, "b", pin("b"));
  expect(pinNamed(two, idOf("b").slice(0, 30), "x.lock")[0]).toBe("b");
  expect(() => pinNamed(two, "bafyrei", "x.lock")).toThrow(/does not pin/);
});

test("what a lock file says of an action is compared with the action", () => {
  const asks = { net: ["b.org", "a.org"] };
  expect(
    misstatement(pin("a", { permissions: { net: ["a.org", "b.org"] } }), {
      name: "double",
      permissions: asks,
    }),
  ).toBe(undefined);
  expect(misstatement(pin("a"), { name: "double", permissions: asks })).toMatch(
    /says that it asks for nothing.* a\.org, b\.org/,
  );
  expect(misstatement(pin("a"), { name: "triple", permissions: {} })).toMatch(/its name is triple/);
});
