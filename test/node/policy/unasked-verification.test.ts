import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { VerificationQueue } from "../../../node/src/verification/queue.ts";
import { bundleOf } from "../../helpers/records.ts";
import { until } from "../../helpers/until.ts";

const RUNNER = "runner/2";
const WANTED = 5;
const REFUSED = 150;

/** A catalogue with some actions that the policy refuses and a few that it does not, and the queue over it. */
function setUp() {
  const catalogue = new Catalogue(":memory:");
  const { actions } = catalogue;
  const refused = new Set<ActionId>();
  const verified: ActionId[] = [];
  const add = (name: string) => {
    const bundle = bundleOf({ name });
    actions.add(bundle, "network", 1);
    actions.publishedBy(bundle.id, "somebody");
    return bundle.id;
  };
  for (let n = 0; n < REFUSED; n++) refused.add(add(`refused${n}`));
  const wanted = Array.from({ length: WANTED }, (_, n) => add(`wanted${n}`));
  const queue = new VerificationQueue(
    {
      actions,
      share: () => 1,
      verify: async (id) => {
        verified.push(id);
        actions.change(id, { standing: "passed", reason: "passed", runner: RUNNER, attempts: 0, due: 0 });
      },
      refusal: (id) => (refused.has(id) ? { why: "it is blocked" } : undefined),
      runner: RUNNER,
      clock: Date.now,
      loadPerCore: () => 0,
      log: () => undefined,
      warn: () => undefined,
    },
    // What is refused must cost none of these.
    { workers: 1, quietLoad: 1_000, perMinute: WANTED },
  );
  return { catalogue, actions, queue, refused, wanted, verified };
}

test("what the policy refuses is neither fetched nor tested unasked, and takes nobody's turn", async () => {
  const { catalogue, actions, queue, wanted, verified } = setUp();
  queue.wake();
  await until(() => verified.length === WANTED, { what: "the others to be verified" });
  expect(new Set(verified)).toEqual(new Set(wanted));
  expect(actions.counts()).toMatchObject({ pending: REFUSED, passed: WANTED });
  await queue.stop();
  catalogue.close();
});

test("it is looked at again once the policy changed", async () => {
  const { catalogue, actions, queue, refused, verified } = setUp();
  for (const id of actions.byPrefix("bafy", 1_000)) refused.add(id);
  queue.wake();
  await until(() => (actions.nextDue() ?? 0) > Date.now(), { what: "all to be put off" });
  expect(verified).toEqual([]);
  const [first] = refused;
  if (first === undefined) throw new Error("nothing is refused");
  refused.delete(first);
  actions.hurry(Date.now());
  queue.wake();
  await until(() => verified.length === 1, { what: "what is acceptable now" });
  expect(verified).toEqual([first]);
  await queue.stop();
  catalogue.close();
});

test("what was proved by another runner is not proved again while it is refused, and keeps its standing", async () => {
  const { catalogue, actions, queue, refused, wanted, verified } = setUp();
  const [old] = wanted;
  if (old === undefined) throw new Error("nothing is wanted");
  actions.change(old, { standing: "passed", reason: "passed", runner: "runner/1", attempts: 0, due: 0 });
  refused.add(old);
  queue.wake();
  await until(() => verified.length === WANTED - 1 && actions.stale(RUNNER, Date.now()) === undefined, {
    what: "the old proof to be put off",
  });
  expect(verified).not.toContain(old);
  expect(actions.standing(old)).toBe("passed");
  await queue.stop();
  catalogue.close();
});
