import { createVerifier, openRecord } from "@action-collective/protocol";
import { afterEach, expect, test, vi } from "vitest";
import { FeedbackDesk, type FeedbackOptions } from "../../../node/src/runs/feedback.ts";
import { bundleOf, NETWORK } from "../../helpers/records.ts";
import { until } from "../../helpers/until.ts";
import { type SpeakingPeer, speakingPeer } from "../publishing/speaking-peer.ts";

const bundle = bundleOf();
const used = { runs: 1, succeeded: 1, useful: 0, useless: 0 };

function deskOf(
  { catalogue, announcer }: SpeakingPeer,
  options: Partial<FeedbackOptions> = {},
  random = () => 0.5,
) {
  const parts = { catalogue, announcer, random, changed: () => undefined, log: () => undefined };
  return new FeedbackDesk(parts, { publish: true, intervalMs: 30_000, ...options });
}

const feedbackOf = ({ said }: SpeakingPeer) =>
  said.map((bytes) => openRecord(bytes, createVerifier(), NETWORK)).filter(({ kind }) => kind === "feedback");
const recordsOf = ({ catalogue }: SpeakingPeer) =>
  catalogue.database.prepare("SELECT count(*) AS records FROM records WHERE kind = 'feedback'").get();

afterEach(() => {
  vi.useRealTimers();
});

test("what was counted before a kill is published after it, however many actions it is", async () => {
  using peer = speakingPeer(1);
  const { catalogue } = peer;
  const bundles = Array.from({ length: 201 }, (_, i) => bundleOf({ name: `action-${i}` }));
  catalogue.transaction(() => {
    for (const one of bundles) {
      catalogue.actions.add(one, "network", 1);
      catalogue.usage.count(one.id, used);
    }
  });
  const desk = deskOf(peer, { intervalMs: 1 });
  await until(() => peer.said.length === bundles.length, { what: "all feedback" });
  expect(new Set(feedbackOf(peer).map(({ subject }) => subject)).size).toBe(bundles.length);
  expect(catalogue.usage.dirty(1)).toEqual([]);
  await desk.stop();
});

test("many runs and words make one record, which says how often and nothing else", async () => {
  vi.useFakeTimers();
  using peer = speakingPeer(1);
  const { catalogue } = peer;
  catalogue.actions.add(bundle, "network", 1);
  const desk = deskOf(peer);
  for (let i = 0; i < 5; i++) {
    catalogue.usage.count(bundle.id, i === 0 ? { runs: 1 } : { runs: 1, succeeded: 1 });
    desk.soon();
  }
  expect(await desk.say(bundle.id, true)).toEqual({ runs: 5, succeeded: 4, useful: 1, useless: 0 });
  expect(peer.said).toEqual([]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(feedbackOf(peer)).toMatchObject([{ body: { runs: 5, succeeded: 4, useful: 1, useless: 0 } }]);
  await vi.advanceTimersByTimeAsync(300_000);
  await desk.stop();
  expect(peer.said).toHaveLength(1);
});

test.each([
  [0, 15_000],
  [0.999_999, 45_000],
])(
  "with chance %d a batch waits about %d ms, so that its time does not tell that of a run",
  async (chance, ms) => {
    vi.useFakeTimers();
    using peer = speakingPeer(1);
    peer.catalogue.actions.add(bundle, "network", 1);
    const desk = deskOf(peer, {}, () => chance);
    peer.catalogue.usage.count(bundle.id, used);
    desk.soon();
    await vi.advanceTimersByTimeAsync(ms - 100);
    expect(peer.said).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(peer.said).toHaveLength(1);
    await desk.stop();
  },
);

test("a peer that stops stores what it still owes", async () => {
  using peer = speakingPeer(1);
  peer.catalogue.actions.add(bundle, "network", 1);
  const desk = deskOf(peer);
  await desk.say(bundle.id, false);
  await desk.stop();
  expect(feedbackOf(peer)).toMatchObject([{ body: { runs: 0, useless: 1 } }]);
  expect(recordsOf(peer)).toEqual({ records: 1 });
});

test("switched off, nothing is signed, stored or sent: not in time, not when somebody speaks, not at the end", async () => {
  vi.useFakeTimers();
  using peer = speakingPeer(1);
  const { catalogue } = peer;
  catalogue.actions.add(bundle, "network", 1);
  // Before it was switched off.
  catalogue.usage.count(bundle.id, used);
  const desk = deskOf(peer, { publish: false });
  catalogue.usage.count(bundle.id, { runs: 3, succeeded: 2 }, desk.audience);
  desk.soon();
  // It counts here all the same.
  expect(await desk.say(bundle.id, true)).toEqual({ runs: 4, succeeded: 3, useful: 1, useless: 0 });
  await desk.flush();
  await vi.advanceTimersByTimeAsync(600_000);
  await desk.stop();
  expect(peer.said).toEqual([]);
  expect(recordsOf(peer)).toEqual({ records: 0 });

  // Switched on again: what was still owed is said, and what is counted from now on; the rest stays here for good.
  const again = deskOf(peer);
  await again.flush();
  expect(feedbackOf(peer)).toMatchObject([{ body: used }]);
  catalogue.usage.count(bundle.id, { runs: 1 }, again.audience);
  await again.stop();
  expect(feedbackOf(peer).at(-1)).toMatchObject({ body: { ...used, runs: 2 } });
  expect(catalogue.usage.counters(bundle.id)).toEqual({ runs: 5, succeeded: 3, useful: 1, useless: 0 });
});

test("an action that was used only while feedback was off is never spoken of", async () => {
  using peer = speakingPeer(1);
  peer.catalogue.actions.add(bundle, "network", 1);
  const silent = deskOf(peer, { publish: false });
  peer.catalogue.usage.count(bundle.id, used, silent.audience);
  await silent.stop();
  const again = deskOf(peer);
  await again.stop();
  expect(peer.said).toEqual([]);
  expect(recordsOf(peer)).toEqual({ records: 0 });
});

test("the use of an action that only the starter library holds stays private", async () => {
  using peer = speakingPeer(1);
  peer.catalogue.actions.add(bundle, "library", 1);
  peer.catalogue.usage.count(bundle.id, used);
  const desk = deskOf(peer);
  await desk.flush();
  await desk.stop();
  expect(peer.said).toEqual([]);
  expect(recordsOf(peer)).toEqual({ records: 0 });
});

test("nobody's feedback is taken for an action that is not known", async () => {
  using peer = speakingPeer(1);
  const desk = deskOf(peer);
  await expect(desk.say(bundle.id, true)).rejects.toMatchObject({ code: "not-found" });
  await desk.stop();
  expect(peer.catalogue.usage.counters(bundle.id)).toMatchObject({ useful: 0 });
});
