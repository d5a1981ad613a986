import { type ActionId, limits, type Manifest, type Permissions } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { closureOf, narrowed } from "../../../node/src/uses/closure.ts";

/** Actions by one letter each, with what each uses and asks for. */
function world(actions: Record<string, { uses?: string; asks?: Permissions }>) {
  const manifests = new Map(
    Object.entries(actions).map(([name, { uses, asks = {} }]) => {
      const manifest = { name, permissions: asks, ...(uses === undefined ? {} : { uses: [...uses] }) };
      return [name, manifest as unknown as Manifest];
    }),
  );
  const known = (id: ActionId) => manifests.get(id);
  const root = known("r" as ActionId);
  if (root === undefined) throw new Error("no root");
  return closureOf(root, known);
}

test("an action that uses none leads to none", () => {
  expect(world({ r: {} })).toEqual({ kind: "complete", ids: [] });
});

test("each comes once, after those that it uses", () => {
  expect(world({ r: { uses: "ab" }, a: { uses: "bc" }, b: { uses: "c" }, c: {} })).toEqual({
    kind: "complete",
    ids: ["c", "b", "a"],
  });
});

test("one that is not known leaves it open, and the others are still named", () => {
  expect(world({ r: { uses: "ab" }, b: {} })).toEqual({ kind: "incomplete", unknown: "a", ids: ["b"] });
});

test("eight are allowed and nine are not, however they are reached", () => {
  const chain = (length: number) =>
    Object.fromEntries(
      [..."abcdefghi"]
        .slice(0, length)
        .map((name, at, all) => [name, at + 1 < all.length ? { uses: all[at + 1] ?? "" } : {}]),
    );
  expect(limits.uses).toBe(8);
  expect(world({ r: { uses: "a" }, ...chain(8) })).toMatchObject({ kind: "complete" });
  expect(world({ r: { uses: "a" }, ...chain(9) })).toEqual({
    kind: "too-much",
    why: "it uses more than 8 actions, directly or through others",
  });
});

test("a web of actions that all use each other is walked once", () => {
  const names = [..."abcdefgh"];
  const web = Object.fromEntries(
    names.map((name, at) => [name, { uses: names.slice(at + 1).join("") }] as const),
  );
  expect(world({ r: { uses: "abcdefgh" }, ...web })).toEqual({
    kind: "complete",
    ids: names.toReversed(),
  });
});

test("what is used asks for nothing that the user of it does not ask for, at any depth", () => {
  const asks = { net: ["a.org", "b.org:443"], secrets: ["TOKEN"] };
  const nested = (wish: Permissions) =>
    world({ r: { uses: "a", asks }, a: { uses: "b" }, b: { asks: wish } });
  for (const fine of [{ net: ["a.org"] }, { net: ["a.org:8080", "b.org:443"] }, { secrets: ["TOKEN"] }])
    expect(nested(fine)).toMatchObject({ kind: "complete" });
  for (const [more, named] of [
    [{ net: ["b.org"] }, "b.org"],
    [{ net: ["b.org:80"] }, "b.org:80"],
    [{ net: ["x.a.org"] }, "x.a.org"],
    [{ secrets: ["OTHER"] }, "OTHER"],
  ] as const)
    expect(nested(more as unknown as Permissions)).toEqual({
      kind: "too-much",
      why: `b, which it uses, asks for ${named}, and it does not`,
    });
});

test("what is unknown does not hide that something known asks for more", () => {
  expect(world({ r: { uses: "xa" }, a: { asks: { net: ["a.org"] } } })).toMatchObject({ kind: "too-much" });
});

test("grants are handed on only as far as they are asked for", () => {
  const granted = { net: ["a.org", "b.org:443"], secrets: { TOKEN: "t", KEY: "k" } };
  expect(narrowed(granted, {})).toEqual({ net: [], secrets: {} });
  expect(narrowed(granted, { net: ["a.org:80", "b.org", "c.org"], secrets: ["KEY", "NONE"] })).toEqual({
    net: ["a.org:80"],
    secrets: { KEY: "k" },
  });
});
