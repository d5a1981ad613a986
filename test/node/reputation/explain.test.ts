import { scoreExplanationSchema } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import { lowerBound } from "../../../node/src/reputation/score.ts";
import { action, DAY, feedback, NOW, peer, proves, publishes, trusts, verdict } from "./made-up-facts.ts";

const SELF = peer(0);
const TARGET = action(1);
const FRIENDS = [1, 2, 3].map(peer);

function known(): ReputationModel {
  const model = new ReputationModel(SELF);
  for (const friend of FRIENDS) {
    model.statement(friend, 2);
    model.record(trusts(friend, peer(4), 2));
    model.record(verdict(friend, TARGET, "pass", { created: NOW - 9 * DAY }));
  }
  model.record(verdict(peer(4), TARGET, "pass"));
  model.record(verdict(peer(50), TARGET, "fail"));
  model.record(feedback(peer(4), TARGET, 10, 8));
  model.counters(TARGET, { runs: 4, succeeded: 3, useful: 0, useless: 0 });
  model.record(publishes(peer(5), TARGET));
  model.record(publishes(peer(5), action(2)));
  proves(model, action(2), "passed");
  proves(model, TARGET, "passed");
  return model;
}

test("the parts that are shown add up to what the score was computed from", () => {
  const words = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean(), fc.boolean()), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(words, (said) => {
      const model = known();
      for (const [by, pass, use] of said)
        model.record(
          use
            ? feedback(peer(by), TARGET, 10, pass ? 10 : 0, { revision: 5 })
            : verdict(peer(by), TARGET, pass ? "pass" : "fail", { revision: 5 }),
        );
      const { own, authors, raters, feedback: used, ...rest } = model.explain(TARGET, NOW);
      const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
      const praising = raters.filter(({ outcome }) => outcome === "pass");
      const warning = raters.filter(({ outcome }) => outcome === "fail");
      expect(rest.unshown).toEqual({ raters: 0, feedback: 0 });
      expect(
        own.passes +
          sum(authors.map(({ passes }) => passes)) +
          sum(praising.map(({ weight }) => weight)) +
          sum(used.map(({ passes }) => passes)),
      ).toBeCloseTo(rest.passes, 9);
      expect(
        own.failures + sum(warning.map(({ weight }) => weight)) + sum(used.map(({ failures }) => failures)),
      ).toBeCloseTo(rest.failures, 9);
      expect(rest.score).toEqual(model.score(TARGET, NOW));
      expect(lowerBound(rest.passes, rest.failures)).toBeCloseTo(rest.score.value, 12);
    }),
  );
});

test("it names raters with the way to them, their branch, and why they count for less", () => {
  const explained = known().explain(TARGET, NOW);
  const whole = { ...explained, name: "double", gate: { decision: "runs", why: "" } };
  expect(scoreExplanationSchema.parse(whole)).toEqual(whole);
  expect(explained.own.strength).toBeNull();
  const of = (id: string) => explained.raters.find((rater) => rater.peer === id);
  expect(of(peer(1))).toMatchObject({ path: [peer(1)], outcome: "pass", ageDays: 9 });
  expect(of(peer(4))?.path).toHaveLength(2);
  expect(of(peer(4))?.path.at(-1)).toBe(peer(4));
  expect(of(peer(50))).toMatchObject({ path: [], outcome: "fail", trust: 0 });
  expect(of(peer(50))?.note).toContain("Nobody whom you trust");
  expect(explained.branches.map(({ via }) => via).toSorted()).toEqual(FRIENDS);
  expect(explained.feedback.filter(({ own }) => own)).toMatchObject([{ peer: SELF, runs: 4, succeeded: 3 }]);
});

test("what it says would change the score does change it so", () => {
  const explained = known().explain(TARGET, NOW);
  const change = (words: string) => {
    const found = explained.changes.filter(({ what }) => what.includes(words));
    expect(found).toHaveLength(1);
    return found[0]?.value;
  };
  const really = (change: (model: ReputationModel) => void) => {
    const model = known();
    change(model);
    return model.score(TARGET, NOW).value;
  };
  expect(change("test fails here")).toBe(0);
  expect(change("every planted fault")).toBeCloseTo(
    really((model) => model.standing({ action: TARGET, standing: "passed", strength: 1 })),
    12,
  );
  expect(change("runs 10 times here")).toBeCloseTo(
    really((model) => model.counters(TARGET, { runs: 14, succeeded: 13, useful: 0, useless: 0 })),
    12,
  );
  expect(change(`that you trust ${peer(50)}`)).toBeCloseTo(
    really((model) => model.statement(peer(50), 2)),
    12,
  );
  expect(change("report that it fails")).toBeCloseTo(
    really((model) => {
      for (const friend of FRIENDS) model.record(verdict(friend, TARGET, "fail", { revision: 2 }));
    }),
    12,
  );
  expect(explained.score.value).toBeCloseTo(
    really(() => {}),
    12,
  );
});

test("of what nobody ran or spoke of it says what a test would do", () => {
  const model = new ReputationModel(SELF);
  const { score, raters, changes } = model.explain(action(77), NOW);
  expect(raters).toEqual([]);
  const passing = changes.find(({ what }) => what.includes("test passes here"));
  expect(passing?.value).toBeGreaterThan(score.value);
});

test("more raters than fit are counted", () => {
  const model = new ReputationModel(SELF);
  for (let i = 1; i <= 120; i++) model.record(verdict(peer(i), TARGET, "pass"));
  const { raters, unshown } = model.explain(TARGET, NOW);
  expect(raters.length + unshown.raters).toBe(120);
  expect(unshown.raters).toBeGreaterThan(0);
});

test("who was right here is suggested, the best first, until the user has spoken of it", () => {
  const model = new ReputationModel(SELF);
  const [right, better, wrong] = [peer(1), peer(2), peer(3)];
  for (let i = 10; i < 40; i++) {
    const outcome = i % 5 === 0 ? "fail" : "pass";
    proves(model, action(i), outcome === "pass" ? "passed" : "failed", [
      ...(i < 25 ? [[right, outcome] as const] : []),
      [better, outcome],
      [wrong, outcome === "pass" ? "fail" : "pass"],
    ]);
  }
  model.record(publishes(right, action(10)));
  model.counters(action(10), { runs: 3, succeeded: 3, useful: 1, useless: 0 });
  const suggestions = model.suggestions(5, NOW);
  expect(suggestions.map((one) => one.peer)).toEqual([better, right]);
  expect(suggestions[1]).toMatchObject({ agreements: 15, disagreements: 0, useful: 1 });
  expect(suggestions[1]?.why).toContain("15");
  expect(model.suggestions(1, NOW)).toHaveLength(1);
  // Whoever has long been silent comes after those who still speak.
  model.record(verdict(better, TARGET, "pass", { created: NOW - 900 * DAY }));
  model.record(verdict(right, TARGET, "pass"));
  expect(model.suggestions(5, NOW).map((one) => one.peer)).toEqual([right, better]);
  model.statement(better, 1);
  expect(model.suggestions(5, NOW).map((one) => one.peer)).toEqual([right]);
});
