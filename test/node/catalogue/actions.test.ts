import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { resolveAction } from "../../../node/src/catalogue/resolve.ts";
import { bundleOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

test("an action is found by id, by an unambiguous beginning, and by a name that only one has", () => {
  const catalogue = new Catalogue(":memory:");
  const { actions } = catalogue;
  const [first, second, twin] = [
    bundleOf(),
    bundleOf({ name: "triple" }),
    bundleOf({ name: "triple", tags: ["x"] }),
  ];
  for (const bundle of [first, second, twin]) actions.add(bundle, "network", 1);
  expect(resolveAction(actions, first.id)).toBe(first.id);
  expect(resolveAction(actions, first.id.slice(0, 20))).toBe(first.id);
  expect(resolveAction(actions, "double")).toBe(first.id);
  expect(() => resolveAction(actions, "triple")).toThrow(expect.objectContaining({ code: "ambiguous" }));
  for (const ref of ["nothing", "bafyrei", "%", "bafyreiz", "double'--", `bafyrei${"a".repeat(52)}`])
    expect(() => resolveAction(actions, ref), ref).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/not-found|invalid-id/) }),
    );
  catalogue.close();
});

test("pending actions come in the order they fall due, and not before", () => {
  const catalogue = new Catalogue(":memory:");
  const { actions } = catalogue;
  const bundles = ["a", "b", "c"].map((name) => bundleOf({ name }));
  for (const bundle of bundles) actions.add(bundle, "network", 1);
  const [a, b, c] = bundles.map((bundle) => bundle.id);
  if (a === undefined || b === undefined || c === undefined) throw new Error("three actions");
  actions.change(a, { standing: "pending", reason: "", attempts: 1, due: 500 });
  actions.change(b, { standing: "pending", reason: "", attempts: 1, due: 300 });
  actions.change(c, { standing: "passed", reason: "passed", report: { ok: true }, attempts: 0, due: 0 });
  expect(actions.due("rest", "-", 299, 10)).toEqual([]);
  expect(actions.nextDue()).toBe(300);
  expect(actions.due("rest", "-", 500, 10)).toEqual([b, a]);
  actions.hurry(10);
  expect(actions.due("rest", "-", 10, 10)).toHaveLength(2);
  expect(actions.report(c)).toEqual({ ok: true });
  expect(actions.counts()).toEqual({ passed: 1, failed: 0, pending: 2, unknown: 0 });
  catalogue.close();
});

test("a file that is not a catalogue is refused, named, and left as it is", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  await writeFile(path, "this is no database, but somebody's notes".repeat(100));
  expect(() => new Catalogue(path)).toThrow(
    expect.objectContaining({ code: "catalogue-unreadable", message: expect.stringContaining(path) }),
  );
});

test("whoever publishes a namesake does not take a name from the library, from oneself, or with what failed", () => {
  const catalogue = new Catalogue(":memory:");
  const { actions } = catalogue;
  const copies = Array.from({ length: 20 }, (_, i) => bundleOf({ tags: [`t${i}`] }));
  const mine = bundleOf({ tags: ["mine"] });
  for (const copy of copies) actions.add(copy, "network", 1);
  actions.add(mine, "network", 2);
  const ambiguous = expect.objectContaining({ code: "ambiguous" });
  expect(() => resolveAction(actions, "double")).toThrow(ambiguous);
  expect(resolveAction(actions, "double", { hidden: (id) => id !== mine.id })).toBe(mine.id);
  expect(resolveAction(actions, "DOUBLE", { own: (id) => id === mine.id })).toBe(mine.id);
  const starter = bundleOf();
  actions.add(starter, "library", 3);
  expect(resolveAction(actions, "double")).toBe(starter.id);
  // A stranger publishes the library's action too: it stays the library's.
  actions.add(starter, "network", 4);
  expect(resolveAction(actions, "double")).toBe(starter.id);
  expect(() => resolveAction(actions, "double", { own: (id) => id === mine.id })).toThrow(ambiguous);
  const fail = (id: typeof mine.id) =>
    actions.change(id, { standing: "failed", reason: "", attempts: 0, due: 0 });
  for (const { id } of [...copies, starter]) fail(id);
  expect(resolveAction(actions, "double")).toBe(mine.id);
  fail(mine.id);
  expect(() => resolveAction(actions, "double")).not.toThrow(expect.objectContaining({ code: "not-found" }));
  catalogue.close();
});

test("standings are counted and names found in indexes, past no manifest", () => {
  const catalogue = new Catalogue(":memory:");
  const plan = (sql: string) =>
    catalogue.database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row.detail))
      .join("; ");
  expect(plan("SELECT standing, count(*) FROM actions GROUP BY standing")).toContain(
    "COVERING INDEX actions_by_standing",
  );
  const byName =
    plan(`SELECT id, standing = 'failed' AS failed, starter FROM actions WHERE name = 'x' COLLATE NOCASE
    ORDER BY standing = 'failed', starter DESC, first_seen LIMIT 9`);
  expect(byName).toContain("INDEX actions_by_name");
  expect(byName).not.toContain("TEMP B-TREE");
  catalogue.close();
});
