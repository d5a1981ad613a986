import { join } from "node:path";
import type { ActionView } from "action-collective";
import { BootstrapProcess, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

const ACTION = join(import.meta.dirname, "great-circle-distance");
/** What an agent might ask: neither the action's name nor its description says it like this. */
const OTHER_WORDS = "how long is the flight from Berlin to Rome, in kilometres";
const INPUT = {
  from: { latitude: 52.52, longitude: 13.405 },
  to: { latitude: 41.9028, longitude: 12.4964 },
};
/** Berlin to Rome on the sphere, computed independently. */
const EXPECTED_KM = 1182.5;
const LIBRARY_AT_LEAST = 12;
/** On a busy machine; each step takes a second or two by itself. */
const PATIENCE_MS = 45_000;

/** A step of the story was not observed. */
export class NotObservedError extends Error {}

function observe(condition: boolean, what: string): asserts condition {
  if (!condition) throw new NotObservedError(`Not observed: ${what}`);
}

/**
 * The whole life of an action among real processes on loopback. Everything told was asked of the peers themselves.
 * @throws {NotObservedError | Error} a step did not happen
 */
export async function tellStory(say: (line: string) => void): Promise<void> {
  await using stack = new AsyncDisposableStack();

  say("A bootstrap node and three peers start, each a process of its own. B brings in the starter library.");
  const bootstrap = stack.use(await BootstrapProcess.start());
  const join = { bootstrap: [bootstrap.address] };
  const stocked = { ...join, env: { COLLECTIVE_LIBRARY: "true" } };
  const [a, b, c] = await Promise.all([
    PeerProcess.start(join),
    PeerProcess.start(stocked),
    PeerProcess.start(join),
  ]);
  for (const peer of [a, b, c]) stack.use(peer);
  const names = new Map([
    [a.started.peerId, "A"],
    [b.started.peerId, "B"],
    [c.started.peerId, "C"],
  ]);
  await Promise.all([ready(a, 0), ready(b, LIBRARY_AT_LEAST), ready(c, 0)]);
  for (const [id, name] of names) say(`  ${name} is ${id}`);
  say(`  B verified ${(await b.client.status()).actions.passed} actions of its library`);

  say("A publishes an action: its test is run in A's own sandbox first.");
  const published = await a.client.publishFolder(ACTION);
  const { id, verification } = published;
  observe(verification.outcome === "pass", "A's own verdict");
  say(`  ${published.name} is ${id}`);
  say(
    `  ${verification.cases.length} cases and ${verification.tests.length} tests passed in ${Math.round(verification.durationMs)} ms`,
  );
  const before = (await a.client.show(id)).score.value;

  say(
    "B and C hear of it by gossip, fetch its blocks by CID over bitswap, and run its test in Deno themselves.",
  );
  for (const [name, peer] of [
    ["B", b],
    ["C", c],
  ] as const) {
    const view = await until(() => standing(peer, id, "passed"), {
      what: `${name}'s verdict`,
      timeoutMs: PATIENCE_MS,
    });
    const { traffic, sandbox } = await peer.client.status();
    observe(traffic.gossip.accepted > 0, `gossip reached ${name}`);
    observe(traffic.blocks.fetched >= 2, `${name} fetched code and test`);
    say(
      `  ${name}: ${view.reason}; ${traffic.blocks.fetched} blocks fetched; Deno ${sandbox?.deno} behind ${sandbox?.layers.join(", ")}`,
    );
  }

  say(`B looks for it in other words: "${OTHER_WORDS}".`);
  const cards = await b.client.search(OTHER_WORDS, { limit: 3 });
  observe(cards[0]?.id === id, `the search finds it first, not ${cards[0]?.name}`);
  for (const card of cards) say(`  ${card.match.toFixed(2)}  ${card.name}: ${card.summary}`);

  say("B runs it, and says that it was useful.");
  const receipt = await b.client.run<{ kilometres: number }>(id, INPUT);
  observe(Math.abs(receipt.output.kilometres - EXPECTED_KM) < 1, "the right distance");
  say(
    `  Berlin to Rome: ${receipt.output.kilometres.toFixed(1)} km, in ${Math.round(receipt.durationMs)} ms`,
  );
  await b.client.feedback(id, { useful: true });

  say("The verdicts of B and C and the feedback of B travel back to A, and A's score of it changes.");
  const after = await until(() => judged(a, id, [b.started.peerId, c.started.peerId]), {
    what: "verdicts and feedback at A",
    timeoutMs: PATIENCE_MS,
  });
  observe(after.score.value > before, "a higher score at A");
  for (const verdict of after.verdicts) say(`  ${names.get(verdict.author) ?? "?"} says ${verdict.outcome}`);
  say(`  score at A: ${before.toFixed(3)} → ${after.score.value.toFixed(3)}`);

  say("A stops, and B too. D, who was never there, joins late and knows only the bootstrap node.");
  observe((await a.stop()) === 0, "A stopped cleanly");
  observe((await b.stop()) === 0, "B stopped cleanly");
  const d = stack.use(await PeerProcess.start(join));
  const late = await until(() => standing(d, id, "passed"), {
    what: "D's verdict on code that only C still holds",
    timeoutMs: PATIENCE_MS,
  });
  const { traffic } = await d.client.status();
  observe(traffic.sync.new > 0, "D caught up by sync");
  observe(traffic.blocks.fetched >= 2, "D fetched the blocks from C");
  say(
    `  D caught up on ${traffic.sync.new} records, fetched ${traffic.blocks.fetched} blocks from C, and says: ${late.reason}`,
  );
  const again = await d.client.run<{ kilometres: number }>(id, INPUT);
  observe(again.output.kilometres === receipt.output.kilometres, "the same answer at D");
  say(`  D runs it: ${again.output.kilometres.toFixed(1)} km, the same answer`);
  observe((await c.stop()) === 0 && (await d.stop()) === 0, "C and D stopped cleanly");
}

/** Connected to a neighbour that gossips, its starter library verified. */
async function ready(peer: PeerProcess, passed: number): Promise<void> {
  await until(
    async () => {
      const [{ actions }, peers] = await Promise.all([peer.client.status(), peer.client.peers()]);
      return peers.some((one) => one.gossip) && actions.passed >= passed;
    },
    {
      what: "a peer that is connected and has verified a good part of what it holds",
      everyMs: 100,
      timeoutMs: 60_000,
    },
  );
}

async function standing(
  peer: PeerProcess,
  id: string,
  wanted: ActionView["standing"],
): Promise<ActionView | undefined> {
  const view = await peer.client.show(id);
  if (view.standing === "failed" && wanted !== "failed") throw new NotObservedError(view.reason);
  return view.standing === wanted ? view : undefined;
}

async function judged(
  peer: PeerProcess,
  id: string,
  raters: readonly string[],
): Promise<ActionView | undefined> {
  const view = await peer.client.show(id);
  const said = new Set(view.verdicts.map((verdict) => verdict.author));
  const { runs, useful } = view.score.feedback;
  return raters.every((rater) => said.has(rater)) && runs >= 1 && useful >= 1 ? view : undefined;
}
