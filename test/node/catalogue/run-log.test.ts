import type { ActionId } from "@action-collective/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import type { RunEntry } from "../../../node/src/catalogue/types.ts";
import { bundleOf } from "../../helpers/records.ts";

const bundle = bundleOf();
const agent = { id: "cap-1", name: "researcher" };
let catalogue: Catalogue;
let runs = 0;

beforeEach(() => {
  catalogue = new Catalogue(":memory:");
  catalogue.actions.add(bundle, "network", 1);
});
afterEach(() => catalogue.close());

function entry(given: Partial<RunEntry> = {}): RunEntry {
  runs += 1;
  return { id: `run-${runs}`, action: bundle.id, started: runs, durationMs: 1, status: "ok", ...given };
}
const addAll = (entries: readonly RunEntry[], how: "addRun" | "addRefusal") =>
  catalogue.transaction(() => {
    for (const one of entries) catalogue.usage.log[how](one);
  });
test("a run is kept with its agent, its right and its grants, and comes back newest first", () => {
  const granted = { net: ["api.example.org"], secrets: ["KEY"] };
  const first = entry({ agent, permitted: "approved-once", granted });
  const second = entry({ status: "action-threw" });
  addAll([first, second], "addRun");
  const { log } = catalogue.usage;
  const name = bundle.manifest.name;
  expect(log.list({ limit: 10 })).toEqual([
    { ...second, place: 2, name, granted: {} },
    { ...first, place: 1, name },
  ]);
  expect(log.list({ limit: 10, failed: true }).map(({ id }) => id)).toEqual([second.id]);
  expect(log.list({ limit: 10, before: 2 }).map(({ id }) => id)).toEqual([first.id]);
  expect(log.list({ limit: 10, action: "bafyother" as ActionId })).toEqual([]);
});

test("the same refusal of the same agent is one line that counts, and moves to the front", () => {
  const refused = { status: "approval-needed", agent };
  const { log } = catalogue.usage;
  expect(log.addRefusal(entry(refused))).toBe(1);
  log.addRefusal(entry({ status: "approval-needed" }));
  expect(log.addRefusal(entry(refused))).toBe(2);
  expect(log.list({ limit: 10 })).toMatchObject([
    { agent, attempts: 2, status: "approval-needed", id: `run-${runs}` },
    { attempts: 1, status: "approval-needed" },
  ]);
  expect(catalogue.usage.counters(bundle.id)).toMatchObject({ runs: 0 });
  expect(catalogue.usage.lastUsed(bundle.id)).toBeUndefined();
});

test("however many are refused, no run is pushed out, and one agent pushes out no other's", () => {
  addAll([entry()], "addRun");
  const other = { id: "cap-2", name: "other" };
  addAll([entry({ status: "refused-by-policy", agent: other })], "addRefusal");
  const flood = Array.from({ length: 3_000 }, (_, i) =>
    entry({ status: "refused-by-policy", action: `bafy${i}` as ActionId, agent }),
  );
  addAll(flood, "addRefusal");
  const kept = catalogue.usage.log.list({ limit: 10_000 });
  expect(kept.filter((one) => one.agent?.id === agent.id)).toHaveLength(200);
  expect(kept[0]?.action).toBe("bafy2999");
  expect(kept.filter((one) => one.agent?.id === other.id)).toHaveLength(1);
  expect(kept.at(-1)).toMatchObject({ status: "ok", place: 1 });
});

test("refusals of many agents, and runs, have a bound each", () => {
  addAll(
    Array.from({ length: 2_300 }, (_, i) =>
      entry({ status: "busy", agent: { id: `cap-${i}`, name: "one of many" } }),
    ),
    "addRefusal",
  );
  const bounded = catalogue.usage.log.list({ limit: 20_000 });
  expect(bounded).toHaveLength(2_000);
  expect(bounded[0]?.agent?.id).toBe("cap-2299");
  addAll(
    Array.from({ length: 10_200 }, () => entry()),
    "addRun",
  );
  const all = catalogue.usage.log.list({ limit: 20_000 });
  const ran = all.filter(({ attempts }) => attempts === undefined);
  expect(ran.length).toBeGreaterThanOrEqual(10_000);
  expect(ran.length).toBeLessThan(10_064);
  expect(ran[0]?.id).toBe(`run-${runs}`);
  expect(all.length - ran.length).toBe(2_000);
});

test("runs stay bounded also where each is followed by a refusal, which takes the places in between", () => {
  catalogue.transaction(() => {
    for (let i = 0; i < 10_200; i++) {
      catalogue.usage.log.addRun(entry());
      catalogue.usage.log.addRefusal(entry({ status: "busy", agent }));
    }
  });
  const ran = catalogue.usage.log.list({ limit: 20_000 }).filter(({ attempts }) => attempts === undefined);
  expect(ran.length).toBeGreaterThanOrEqual(10_000);
  expect(ran.length).toBeLessThan(10_064);
});
