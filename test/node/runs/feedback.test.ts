import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import type { Announcer } from "../../../node/src/publishing/announcer.ts";
import { FeedbackDesk } from "../../../node/src/runs/feedback.ts";
import { bundleOf, recordOf } from "../../helpers/records.ts";
import { until } from "../../helpers/until.ts";

test("what was counted before a kill is published after it, however many actions it is", async () => {
  const catalogue = new Catalogue(":memory:");
  const used = { runs: 1, succeeded: 1, useful: 0, useless: 0 };
  const bundles = Array.from({ length: 201 }, (_, i) => bundleOf({ name: `action-${i}` }));
  const byId = new Map(bundles.map((bundle) => [bundle.id, bundle]));
  catalogue.transaction(() => {
    for (const bundle of bundles) {
      catalogue.actions.add(bundle, "network", 1);
      catalogue.usage.count(bundle.id, used);
    }
  });
  const gossiped = new Set<string>();
  const announcer = {
    store: (_kind: string, id: ActionId) => recordOf("feedback", byId.get(id) ?? bundleOf(), 1, used),
    gossip: async ({ subject }: { subject: string }) => gossiped.add(subject).size,
  } as unknown as Announcer;
  const parts = { catalogue, announcer, changed: () => {}, log: () => {} };
  const desk = new FeedbackDesk(parts, { publish: true, intervalMs: 1 });
  await until(() => gossiped.size === bundles.length, { what: "all feedback" });
  expect(catalogue.usage.dirty(1)).toEqual([]);
  await desk.stop();
  catalogue.close();
});
