import type { ActionId, Bundle, Standing } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { ContentUnavailableError } from "../../../node/src/bundles/errors.ts";
import type { KnownAction } from "../../../node/src/catalogue/types.ts";
import { proveUsed } from "../../../node/src/verification/prove-used.ts";
import type { Outcome } from "../../../node/src/verification/report.ts";
import { DOUBLE, FOURFOLD, using } from "../uses/using.ts";

const EIGHTFOLD = using("eightfold", "export default () => 1;", { uses: [FOURFOLD.id, DOUBLE.id] });

/** What is known of some actions, and what verification makes of those whose standing is open. */
function setUp(standings: ReadonlyMap<Bundle, Standing>, says: Outcome | Error = "pass") {
  const bundles = new Map<string, Bundle>([...standings.keys()].map((bundle) => [bundle.id, bundle]));
  const proved = new Map<string, Standing>([...standings].map(([{ id }, standing]) => [id, standing]));
  const verified: string[] = [];
  const loaded: string[] = [];
  const blocked = new Set<string>();
  const waiting = new Set<string>();
  const parts = {
    known: (id: ActionId) => {
      const bundle = bundles.get(id);
      if (bundle === undefined) return undefined;
      const { manifest, bytes: manifestBytes } = bundle;
      return { id, manifest, manifestBytes, standing: proved.get(id), reason: "so it was" } as KnownAction;
    },
    refusal: (id: ActionId) => (blocked.has(id) ? { why: "you blocked it" } : undefined),
    waits: ({ id }: Pick<KnownAction, "id">) => waiting.has(id),
    verify: async (id: ActionId) => {
      verified.push(bundles.get(id)?.manifest.name ?? "?");
      if (says instanceof Error) throw says;
      if (says === "pass") proved.set(id, "passed");
      return { outcome: says, reason: `${says} it is` };
    },
    bundles: {
      load: async ({ id }: { id: ActionId }) => {
        const bundle = bundles.get(id);
        if (bundle === undefined || loaded.includes("nothing")) throw new ContentUnavailableError(id);
        loaded.push(bundle.manifest.name);
        return bundle;
      },
    },
  };
  const prove = (signal = new AbortController().signal) => proveUsed(EIGHTFOLD.manifest, parts, signal);
  return { prove, verified, loaded, blocked, waiting };
}

const both = (double: Standing, fourfold: Standing) =>
  new Map<Bundle, Standing>([
    [DOUBLE, double],
    [FOURFOLD, fourfold],
  ]);

test("what has passed is loaded and not proved again", async () => {
  const { prove, verified, loaded } = setUp(both("passed", "passed"));
  expect(await prove()).toMatchObject({
    named: [FOURFOLD.id, DOUBLE.id],
    actions: [
      { id: DOUBLE.id, name: "double", uses: [], source: { code: DOUBLE.code, language: "javascript" } },
      { id: FOURFOLD.id, name: "fourfold", uses: [DOUBLE.id] },
    ],
  });
  expect(verified).toEqual([]);
  expect(loaded.toSorted()).toEqual(["double", "fourfold"]);
});

test("what is pending is proved, those first that others use", async () => {
  const { prove, verified } = setUp(both("pending", "unknown"));
  expect(await prove()).toHaveProperty("actions");
  expect(verified).toEqual(["double", "fourfold"]);
});

test("one that failed fails what uses it, before anything else is proved", async () => {
  const { prove, verified } = setUp(both("pending", "failed"));
  expect(await prove()).toEqual({
    ...{ outcome: "fail", code: "used-action-failed", detail: "fourfold: so it was" },
  });
  expect(verified).toEqual([]);
});

test.each([
  ["fail", "fail", "used-action-failed", "double: fail it is"],
  ["unknown", "unknown", "used-action-unproved", "double: unknown it is"],
] as const)("one whose test ends with %s settles it", async (says, outcome, code, detail) => {
  const { prove, verified } = setUp(both("pending", "pending"), says);
  expect(await prove()).toEqual({ outcome, code, detail });
  expect(verified).toEqual(["double"]);
});

test("one that is not known, that nobody gives or that the user refuses leaves it open", async () => {
  const open = (detail: string) => ({
    ...{ outcome: "unknown", code: "used-action-unproved", detail: expect.stringContaining(detail) },
  });
  expect(await setUp(new Map([[FOURFOLD, "passed"]])).prove()).toEqual(open(DOUBLE.id));
  const gone = setUp(both("passed", "pending"), new ContentUnavailableError(FOURFOLD.id));
  expect(await gone.prove()).toEqual(open("fourfold: "));
  const emptied = setUp(both("passed", "passed"));
  emptied.loaded.push("nothing");
  expect(await emptied.prove()).toEqual(open("a used action: "));
  const refused = setUp(both("passed", "pending"));
  refused.blocked.add(FOURFOLD.id);
  expect(await refused.prove()).toEqual(open("fourfold is not tested: you blocked it"));
  expect(refused.verified).toEqual([]);
});

test("one that waits for its own turn is not run for the sake of another", async () => {
  const { prove, verified, waiting } = setUp(both("pending", "pending"));
  waiting.add(DOUBLE.id);
  expect(await prove()).toEqual({
    ...{ outcome: "unknown", code: "used-action-unproved", detail: "double is not proved here yet" },
  });
  expect(verified).toEqual([]);
});

test("a bug of ours and a caller who gives up are no verdict", async () => {
  await expect(setUp(both("passed", "pending"), new TypeError("a bug")).prove()).rejects.toThrow("a bug");
  const { prove } = setUp(both("passed", "pending"), new ContentUnavailableError(FOURFOLD.id));
  await expect(prove(AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
});
