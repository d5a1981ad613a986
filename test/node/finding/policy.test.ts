import type { AskRequest, Policy } from "@action-collective/protocol";
import { afterEach, expect, test } from "vitest";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { sieveOf } from "../../../node/src/finding/filters.ts";
import { composeRemoteFinder } from "../../../node/src/finding/remote-compose.ts";
import type { Blocks } from "../../../node/src/policy/acceptable.ts";
import { policyFactsOf } from "../../../node/src/policy/facts.ts";
import { Judgements } from "../../../node/src/policy/judgements.ts";
import { NETWORK, peerOf } from "../../helpers/records.ts";
import { World } from "./world.ts";

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.catalogue.close();
});

const QUERY = "sort a list of numbers";
const NOBODY: Blocks = { anyPeer: false, peer: () => undefined, action: () => undefined };

/** A world, and a finder over it with rules that a test changes. */
function ruled() {
  const world = new World();
  worlds.push(world);
  const rules: { policy: Policy; blocks: Blocks } = { policy: {}, blocks: NOBODY };
  const { catalogue, reputation } = world;
  const testimony = new Testimony(catalogue.records, NETWORK);
  const own = { get: () => undefined };
  const judgements = new Judgements(
    () => rules,
    (id) => policyFactsOf(id, { catalogue, testimony, reputation, own }),
  );
  const finder = world.finder({
    policy: {
      refusal: (id, stage) => judgements.refusal(id, stage),
      rules: () => Object.keys(rules.policy),
    },
  });
  const change = (next: Partial<typeof rules>) => {
    Object.assign(rules, next);
    judgements.forgetAll();
  };
  return { world, finder, change, judgements };
}

const found = async (finder: ReturnType<typeof ruled>["finder"], limit = 10) =>
  (await finder.find({ query: QUERY, limit, collapse: false })).map(({ id }) => id);

test("a search shows as many as asked for of those that the policy accepts, and none that it refuses", {
  timeout: 60_000,
}, async () => {
  const { world, finder, change } = ruled();
  const ids = Array.from({ length: 400 }, (_, n) =>
    world.publish(
      {
        name: `sortNumbers${n}`,
        description: `Can sort a list of numbers, variant ${n}.`,
        licence: n % 40 === 7 ? "Apache-2.0" : "MIT",
        tags: n % 3 === 0 ? ["slow"] : [],
      },
      { author: 1 + (n % 5) },
    ),
  );
  const accepted = new Set(ids.filter((_, n) => n % 40 === 7));
  expect(await found(finder)).toHaveLength(10);
  change({ policy: { licences: ["Apache-2.0"] } });
  expect(new Set(await found(finder, 50))).toEqual(accepted);
  change({ policy: { licences: ["Apache-2.0"], withoutTags: ["slow"], authors: [peerOf(3)] } });
  const strict = ids.filter((_, n) => n % 40 === 7 && n % 3 !== 0 && n % 5 === 2);
  expect(strict.length).toBeGreaterThan(1);
  expect(new Set(await found(finder, 50))).toEqual(new Set(strict));
  change({ policy: {} });
  expect(await found(finder, 50)).toHaveLength(50);
});

test("a blocked publisher's action is not found, and no near-duplicate of anything", async () => {
  const { world, finder, change } = ruled();
  const definition = { name: "sortNumbers", description: "Can sort a list of numbers." };
  const theirs = world.publish(definition, { author: 1 });
  const honest = world.publish({ ...definition, description: "Can sort a list of numbers " }, { author: 2 });
  const manifest = finder.known(honest)?.manifest;
  if (manifest === undefined) throw new Error("not published");
  const near = async () => (await finder.nearDuplicatesOf(honest, manifest)).map(({ known }) => known.id);
  expect(new Set(await found(finder))).toEqual(new Set([theirs, honest]));
  expect(await near()).toEqual([theirs]);
  const blocks: Blocks = {
    ...NOBODY,
    anyPeer: true,
    peer: (peer) => (peer === peerOf(1) ? { list: undefined, reason: "" } : undefined),
  };
  change({ blocks });
  expect(await found(finder)).toEqual([honest]);
  expect(await near()).toEqual([]);
});

test("what was withdrawn by everybody is not offered any more", async () => {
  const { world, finder, judgements } = ruled();
  const id = world.publish(
    { name: "sortNumbers", description: "Can sort a list of numbers." },
    { author: 1 },
  );
  expect(await found(finder)).toEqual([id]);
  world.withdraw(id, 1);
  judgements.forget(id);
  expect(await found(finder)).toEqual([]);
});

test("an explanation says that the policy was asked, and by which rules", () => {
  const { world, finder, change } = ruled();
  const id = world.publish({ name: "sortNumbers" }, { author: 1 });
  const sightings = () => {
    const known = finder.known(id);
    return known === undefined ? [] : sieveOf({}).sightings(known);
  };
  expect(sightings()).toEqual([]);
  change({ policy: { licences: ["MIT"], minVerdicts: 0 } });
  expect(sightings()).toEqual(["policy: acceptable to licences, minVerdicts"]);
});

test("neighbours who ask are given the publication of somebody who is not blocked, or none", async () => {
  const { world, finder } = ruled();
  const id = world.publish(
    { name: "sortNumbers", description: "Can sort a list of numbers." },
    { author: 1 },
  );
  const blocked = new Set<string>();
  const remote = composeRemoteFinder({
    finder,
    index: { settled: async () => undefined },
    network: { neighbours: () => [], ask: async () => ({ kind: "records", records: [] }) },
    intake: { receive: () => "new" },
    catalogue: world.catalogue,
    rules: { askPeers: "off", askBelow: 0.5 },
    isBlocked: (peer) => blocked.has(peer),
    log: () => undefined,
  });
  const request: AskRequest = {
    ...{ query: QUERY, count: 5, tags: [], languages: ["typescript", "javascript"] },
    needs: { net: true, secrets: true },
  };
  const answer = () => remote.answer(request, new AbortController().signal);
  const [first] = await answer();
  world.alsoPublishedBy(id, 2);
  expect(await answer()).toEqual([first]);
  blocked.add(peerOf(1));
  const [second] = await answer();
  expect(second).toBeDefined();
  expect(second).not.toEqual(first);
  blocked.add(peerOf(2));
  expect(await answer()).toEqual([]);
});

test("what the user looks for is told to no neighbour that is blocked", async () => {
  const { world, finder } = ruled();
  const asked: string[] = [];
  const remote = composeRemoteFinder({
    finder,
    index: { settled: async () => undefined },
    network: {
      neighbours: () => [peerOf(1), peerOf(2)],
      ask: async (peer) => {
        asked.push(peer);
        return { kind: "records", records: [] };
      },
    },
    intake: { receive: () => "new" },
    catalogue: world.catalogue,
    rules: { askPeers: "always", askBelow: 0.5 },
    isBlocked: (peer) => peer === peerOf(1),
    log: () => undefined,
  });
  await remote.find({ query: QUERY, limit: 5, ask: true });
  expect(asked).toEqual([peerOf(2)]);
});
