import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { evidenceOf } from "../../../node/src/reputation/evidence.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { FeedbackDesk } from "../../../node/src/runs/feedback.ts";
import { bundleOf, NETWORK, peerOf, publicationOf, recordOf, verdictBodyOf } from "../../helpers/records.ts";

const [first, second, third] = [bundleOf(), bundleOf({ name: "triple" }), bundleOf({ name: "halve" })];
const SELF = 9;
const RATER = 2;

function setUp() {
  const catalogue = new Catalogue(":memory:");
  const { actions, records } = catalogue;
  for (const bundle of [first, second, third]) {
    actions.add(bundle, "network", 1);
    records.put(publicationOf(bundle, 1), 1);
  }
  const testimony = new Testimony(records, NETWORK);
  const reputation = new Reputation(evidenceOf(testimony, catalogue), peerOf(SELF));
  const rates = (bundle: typeof first, outcome: "pass" | "fail", author = RATER) => {
    records.put(recordOf("verdict", bundle, author, verdictBodyOf(outcome)), 1);
    reputation.rated(bundle.id, peerOf(author));
  };
  const proves = (bundle: typeof first, standing: "passed" | "failed") => {
    actions.change(bundle.id, { standing, reason: "", attempts: 0, due: 0 });
    reputation.proved(bundle.id);
  };
  return { catalogue, reputation, rates, proves };
}

test("a rater that turns out right, or wrong, lifts or lowers whatever else it spoke on", () => {
  const { reputation, rates, proves } = setUp();
  rates(first, "pass");
  rates(second, "pass");
  rates(third, "pass");
  const stranger = reputation.ofAction(first.id).value;
  proves(second, "passed");
  const right = reputation.ofAction(first.id).value;
  expect(right).toBeGreaterThan(stranger);
  proves(third, "failed");
  expect(reputation.ofAction(first.id).value).toBeLessThan(right);
  expect(reputation.ofRater(peerOf(RATER))).toMatchObject({ agreements: 1, disagreements: 1 });
});

test("a new verdict on one action changes what its author's word on another is worth", () => {
  const { reputation, rates, proves } = setUp();
  proves(second, "passed");
  rates(first, "pass");
  const before = reputation.ofAction(first.id).value;
  rates(second, "fail");
  expect(reputation.ofAction(first.id).value).toBeLessThan(before);
});

test("a publisher's praise of its own action is not heard", () => {
  const { reputation, rates } = setUp();
  const before = reputation.ofAction(first.id).value;
  rates(first, "pass", 1);
  expect(reputation.ofAction(first.id).value).toBe(before);
});

test("this peer's own use counts, though it is never published, and once though it is", () => {
  const { catalogue, reputation } = setUp();
  const before = reputation.ofAction(first.id).value;
  const used = { runs: 4, succeeded: 4, useful: 1, useless: 0 };
  catalogue.usage.count(first.id, used);
  reputation.changed(first.id);
  const { value, feedback } = reputation.ofAction(first.id);
  expect(value).toBeGreaterThan(before);
  expect(feedback).toEqual({ peers: 1, ...used });
  catalogue.records.put(recordOf("feedback", first, SELF, used), 1);
  reputation.changed(first.id);
  expect(reputation.ofAction(first.id)).toEqual({ ...reputation.ofAction(first.id), value, feedback });
});

test("saying that an action was useless lowers its score at once, where nothing is published", async () => {
  const { catalogue, reputation, proves } = setUp();
  proves(first, "passed");
  const before = reputation.ofAction(first.id).value;
  const parts = { catalogue, changed: reputation.changed.bind(reputation), log: () => {} };
  const desk = new FeedbackDesk(
    { ...parts, announcer: undefined as never },
    { publish: false, intervalMs: 1 },
  );
  expect(await desk.say(first.id, false)).toMatchObject({ useless: 1 });
  expect(reputation.ofAction(first.id).value).toBeLessThan(before);
  await desk.stop();
});
