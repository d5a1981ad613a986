import { parseArgs } from "node:util";
import { type ActionDefinitionInput, ApiError } from "action-collective";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { BootstrapProcess, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";
import { readRealActions } from "../import/real-actions.ts";

/**
 * `npm run bench:real-actions -- --data FILE [--count 200] [--json FILE]`: publishes recorded real actions through one
 * peer, has a second one verify them all, and says how many pass, fail, and how long it took.
 */
const { values } = parseArgs({
  options: { data: { type: "string" }, count: { type: "string", default: "200" }, json: { type: "string" } },
});
if (values.data === undefined) {
  process.stderr.write("Say where the actions are: --data FILE (one JSON object a line)\n");
  process.exit(2);
}

/** Publications under way at once: one for each core verifies while the next is prepared. */
const AT_ONCE = 3;

const definitions: ActionDefinitionInput[] = [];
for await (const definition of readRealActions(values.data)) {
  if (definitions.length < Number(values.count)) definitions.push(definition);
}

await using bootstrap = await BootstrapProcess.start();
const join = { bootstrap: [bootstrap.address] };
await using a = await PeerProcess.start(join);
await using b = await PeerProcess.start(join);
for (const peer of [a, b])
  await until(async () => (await peer.client.peers()).some((one) => one.gossip), {
    what: "a gossiping neighbour",
  });

const refused = new Map<string, string[]>();
const published = new Set<string>();
const publishing = performance.now();
const queue = definitions.values();
await Promise.all(Array.from({ length: AT_ONCE }, () => publishFrom(queue)));
const publishedIn = performance.now() - publishing;

await until(
  async () => {
    const { actions } = await b.client.status();
    return actions.known >= published.size && actions.pending === 0;
  },
  { what: "a verdict on everything at the second peer", timeoutMs: 600_000, everyMs: 100 },
);
const verifiedIn = performance.now() - publishing;
const { actions, traffic } = await b.client.status();

for (const [reason, names] of refused)
  process.stdout.write(`not published, ${reason}: ${names.join(", ")}\n`);
for (const id of published) {
  const view = await b.client.show(id);
  if (view.standing !== "passed")
    process.stdout.write(`${view.standing} at the second peer: ${view.name}: ${view.reason}\n`);
}
const rows: BenchRow[] = [
  { metric: "actions read", value: definitions.length, unit: "actions" },
  { metric: "published (own test passed at A)", value: published.size, unit: "actions" },
  { metric: "refused by A", value: definitions.length - published.size, unit: "actions" },
  { metric: "publishing took", value: publishedIn / 1000, unit: "s" },
  {
    metric: "passed at B",
    value: actions.passed,
    unit: "actions",
    aim: "all that were published",
    met: actions.passed === published.size,
  },
  { metric: "failed at B", value: actions.failed, unit: "actions" },
  { metric: "unknown at B", value: actions.unknown, unit: "actions" },
  { metric: "first publication → last verdict at B", value: verifiedIn / 1000, unit: "s" },
  { metric: "blocks B fetched over bitswap", value: traffic.blocks.fetched, unit: "blocks" },
  { metric: "heard by gossip at B", value: traffic.gossip.accepted, unit: "records" },
  { metric: "heard by sync at B", value: traffic.sync.new, unit: "records" },
];
await reportBench("real-actions", rows, values.json);

async function publishFrom(rest: Iterable<ActionDefinitionInput>): Promise<void> {
  for (const definition of rest) {
    try {
      published.add((await a.client.publish(definition)).id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const why = `${error.code}: ${error.details?.[0] ?? error.message.split("\n")[0]}`;
      refused.set(why, [...(refused.get(why) ?? []), definition.name]);
    }
  }
}
