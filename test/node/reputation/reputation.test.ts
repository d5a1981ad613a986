import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { FeedbackDesk } from "../../../node/src/runs/feedback.ts";
import { bundleOf, peerOf, publicationOf, recordOf, verdictBodyOf } from "../../helpers/records.ts";
import { runningPeer } from "../api/running-peer.ts";

const [first, second, third] = [bundleOf(), bundleOf({ name: "triple" }), bundleOf({ name: "halve" })];
const SELF = 9;
const RATER = 2;
const DAY = 24 * 60 * 60_000;

function setUp() {
  const catalogue = new Catalogue(":memory:");
  const { actions, records } = catalogue;
  for (const bundle of [first, second, third]) {
    actions.add(bundle, "network", 1);
    records.put(publicationOf(bundle, 1), 1);
  }
  const time = { now: 2_000 };
  const reputation = new Reputation({ catalogue, self: peerOf(SELF), clock: () => time.now });
  const rates = (bundle: typeof first, outcome: "pass" | "fail", author = RATER, revision = 1) => {
    records.put(recordOf("verdict", bundle, author, verdictBodyOf(outcome), revision), 1);
  };
  /** As verification settles it. */
  const proves = (bundle: typeof first, standing: "passed" | "failed") =>
    catalogue.transaction(() => {
      const before = actions.standing(bundle.id);
      if (before === "pending") catalogue.audits.write(bundle.id, peerOf(SELF));
      actions.change(bundle.id, { standing, reason: "", attempts: 0, due: 0 });
    });
  const value = (bundle = first) => reputation.ofAction(bundle.id).value;
  return { catalogue, reputation, rates, proves, value, time };
}

test("a rater that turns out right, or wrong, lifts or lowers whatever else it spoke on", () => {
  const { reputation, rates, proves, value } = setUp();
  rates(first, "pass");
  rates(second, "fail");
  rates(third, "pass");
  const stranger = value();
  proves(second, "failed");
  const right = value();
  expect(right).toBeGreaterThan(stranger);
  proves(third, "failed");
  expect(value()).toBeLessThan(right);
  expect(reputation.ofRater(peerOf(RATER))).toMatchObject({ agreements: 1, disagreements: 1 });
});

test("speaking after the answer earns nothing, and changing one's word after it does not help", () => {
  const { reputation, rates, proves } = setUp();
  rates(first, "pass");
  proves(first, "failed");
  proves(second, "passed");
  const wrong = reputation.ofRater(peerOf(RATER));
  expect(wrong).toMatchObject({ agreements: 0, disagreements: 1 });
  rates(first, "fail", RATER, 2);
  rates(second, "pass");
  expect(reputation.ofRater(peerOf(RATER))).toEqual(wrong);
  rates(second, "pass", 3);
  expect(reputation.ofRater(peerOf(3))).toEqual({ value: 0.5, agreements: 0, disagreements: 0 });
});

test("when the answer itself changes, what was said before it is held against the new one", () => {
  const { reputation, rates, proves } = setUp();
  rates(first, "pass");
  rates(first, "fail", 3);
  proves(first, "passed");
  expect(reputation.ofRater(peerOf(RATER))).toMatchObject({ agreements: 1, disagreements: 0 });
  rates(first, "pass", 4);
  proves(first, "failed");
  expect(reputation.ofRater(peerOf(RATER))).toMatchObject({ agreements: 0, disagreements: 1 });
  expect(reputation.ofRater(peerOf(3))).toMatchObject({ agreements: 1, disagreements: 0 });
  expect(reputation.ofRater(peerOf(4))).toMatchObject({ agreements: 0, disagreements: 0 });
});

test("a publisher's praise of its own action is not heard", () => {
  const { rates, value } = setUp();
  const before = value();
  rates(first, "pass", 1);
  expect(value()).toBe(before);
});

test("this peer's own use counts, though it is never published, and once though it is", () => {
  const { catalogue, reputation, value } = setUp();
  const before = value();
  const used = { runs: 4, succeeded: 4, useful: 1, useless: 0 };
  catalogue.usage.count(first.id, used);
  const counted = reputation.ofAction(first.id);
  expect(counted.value).toBeGreaterThan(before);
  expect(counted.feedback).toEqual({ peers: 1, ...used });
  catalogue.records.put(recordOf("feedback", first, SELF, used), 1);
  expect(reputation.ofAction(first.id)).toEqual(counted);
});

test("saying that an action was useless lowers its score at once, where nothing is published", async () => {
  const { catalogue, reputation, proves, value } = setUp();
  proves(first, "passed");
  const before = value();
  const parts = { catalogue, changed: () => reputation.soon(), random: () => 0.5, log: () => {} };
  const desk = new FeedbackDesk(
    { ...parts, announcer: undefined as never },
    { publish: false, intervalMs: 1 },
  );
  expect(await desk.say(first.id, false)).toMatchObject({ useless: 1 });
  expect(value()).toBeLessThan(before);
  await desk.stop();
});

test("the user's word counts at once, and stops counting when it is taken back", () => {
  const { catalogue, reputation, rates, value } = setUp();
  rates(first, "pass");
  const before = value();
  const about = { peer: peerOf(RATER), reason: "", since: 1, published: false };
  catalogue.trust.put({ ...about, level: 2 });
  expect(value()).toBeGreaterThan(before);
  expect(reputation.trustOf(peerOf(RATER))).toMatchObject({ paths: [[peerOf(RATER)]] });
  catalogue.trust.put({ ...about, level: -2 });
  expect(value()).toBeLessThan(before);
  expect(reputation.discredited(peerOf(RATER))).toContain("bad faith");
  catalogue.trust.remove(peerOf(RATER));
  expect(value()).toBe(before);
  expect(reputation.discredited(peerOf(RATER))).toBeUndefined();
});

test("what ships with the program cannot be withdrawn, whoever published it besides and took that back", () => {
  const { catalogue, reputation } = setUp();
  catalogue.actions.add(first, "library", 1);
  catalogue.records.put(recordOf("withdrawal", first, 1, { upTo: 1, reason: "" }), 2);
  catalogue.records.put(recordOf("withdrawal", second, 1, { upTo: 1, reason: "" }), 2);
  expect(reputation.withdrawn(first.id)).toBe(false);
  expect(reputation.explain(first.id).withdrawn).toBe(false);
  expect(reputation.withdrawn(second.id)).toBe(true);
});

test("what everybody who published it took back is withdrawn, until somebody publishes it again", () => {
  const { catalogue, reputation } = setUp();
  const { records } = catalogue;
  records.put(publicationOf(first, 5), 1);
  expect(reputation.withdrawn(first.id)).toBe(false);
  records.put(recordOf("withdrawal", first, 1, { upTo: 1, reason: "" }), 2);
  expect(reputation.withdrawn(first.id)).toBe(false);
  records.put(recordOf("withdrawal", first, 5, { upTo: 1, reason: "" }), 2);
  expect(reputation.withdrawn(first.id)).toBe(true);
  expect(reputation.explain(first.id).withdrawn).toBe(true);
  records.put(publicationOf(first, 5, 2), 3);
  expect(reputation.withdrawn(first.id)).toBe(false);
});

test("what others said fades with time, though nothing new is heard", () => {
  const { catalogue, rates, value, time } = setUp();
  rates(first, "pass");
  catalogue.trust.put({ peer: peerOf(RATER), level: 2, reason: "", since: 1, published: false });
  const young = value();
  time.now += 30 * 60_000;
  expect(value()).toBe(young);
  time.now += 365 * DAY;
  expect(value()).toBeLessThan(young);
});

test("a whole peer audits who had spoken when its own sandbox first answers", {
  timeout: 120_000,
}, async () => {
  await using running = await runningPeer(7);
  const { peer, client, hears } = running;
  hears(recordOf("verdict", first, RATER, verdictBodyOf("pass")));
  hears(recordOf("verdict", first, 3, verdictBodyOf("fail")));
  const { name, description, input, output, licence, language, cases } = first.manifest;
  await client.publish({ name, description, input, output, licence, language, cases, code: first.code });
  hears(recordOf("verdict", first, 4, verdictBodyOf("pass")));
  const tallies = [RATER, 3, 4].map((rater) => {
    const { agreements, disagreements } = peer.reputation.ofRater(peerOf(rater));
    return [agreements, disagreements];
  });
  expect(tallies).toEqual([
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
});
