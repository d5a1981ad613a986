import { kinds } from "@action-collective/protocol";
import { REQUESTED_ROUTES, STATUS_CLASSES } from "../../../node/src/metrics/route-name.ts";
import { RUN_STATUSES } from "../../../node/src/metrics/run-status.ts";

/** Protocols that a peer speaks in the network "main". */
const PROTOCOLS = [
  ...["/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0", "/ipfs/bitswap/1.2.0"],
  ...["/meshsub/1.0.0", "/meshsub/1.1.0", "/meshsub/1.2.0"],
  ...["/libp2p/autonat/1.0.0", "/libp2p/dcutr"],
  ...["/libp2p/circuit/relay/0.2.0/hop", "/libp2p/circuit/relay/0.2.0/stop"],
  ...["sync/2.0.0", "ask/1.0.0", "kad/1.0.0", "agents/1.0.0"].map(
    (name) => `/action-collective/main/${name}`,
  ),
];
const WAYS = PROTOCOLS.flatMap((name) => [name, `inbound ${name}`, `outbound ${name}`]);
const VERIFICATION_CODES =
  "passed no-tests scan-refused invalid-schema not-loaded case-failed test-failed vacuous-test insensitive-test flaky output-invalid limit died uses-too-much used-action-failed used-action-unproved wall-clock sandbox-unavailable content-unavailable not-finished";
const OUTCOMES = "new known older limited unwanted early distant refused failed";

const words = (text: string) => new Set(text.split(" "));

/** The values of each label of ours, by family and label, or by label alone. */
const OURS: Readonly<Record<string, ReadonlySet<string>>> = {
  "collective_records_seen_total.kind": new Set([...kinds, "unreadable"]),
  "collective_records_seen_total.outcome": words(OUTCOMES),
  via: words("gossip sync ask own"),
  decision: words("runs asks refused"),
  caller: words("user agent"),
  "collective_runs_total.status": new Set(RUN_STATUSES),
  "collective_api_requests_total.status": new Set(STATUS_CLASSES),
  route: new Set(REQUESTED_ROUTES),
  urgency: words("asked background"),
  code: words(VERIFICATION_CODES),
  "collective_sandbox_calls_total.outcome": words("returned threw not-loaded limit died unavailable aborted"),
  "collective_searches_total.outcome": words("answered failed"),
  weak: words("true false"),
  asked: words("true false"),
  standing: words("passed failed pending unknown"),
  "nodejs_gc_duration_seconds.kind": words("minor major incremental weakcb"),
  memory: words("rss heapTotal heapUsed external arrayBuffers"),
  filesystem: words("total free available used"),
  protocol: new Set([
    ...["global sent", "global received", "unnegotiated"],
    ...WAYS.flatMap((way) => [way, `${way} sent`, `${way} received`]),
  ]),
  libp2p_registrar_topologies: new Set(PROTOCOLS),
};

/** libp2p's words for what its parts do: of the parts themselves, and of the messages of the DHT. */
const LIBP2P_WORDS =
  /^(?:inbound|outbound|size|running|queued|(?:success|failure)(?:MovingAverage|Deviation|Forecast|Variance)?|listener|connection|(?:[a-z]+_)*(?:peer_added|peer_removed|contact|error|close|end|timeout|connect|abort|listen|to_connection|upgrade|drop)|global|[A-Z]+(?:_[A-Z]+)*|[A-Z][A-Za-z]+Error|(?:in|out)bound [a-z]+)$/;
/** What Node calls its own handles and spaces. */
const NODE_WORDS = /^[A-Za-z_]{2,30}$/;

/** Whether this is a value that the label may have, whatever strangers do. */
export function isAllowed(family: string, label: string, value: string): boolean {
  if (label === "le") return value === "+Inf" || Number(value) > 0;
  const closed = OURS[`${family}.${label}`] ?? OURS[label];
  if (closed !== undefined) return closed.has(value);
  if (family === "nodejs_version_info") return /^v?\d+(\.\d+)*$/.test(value);
  if (family.startsWith("nodejs_")) return NODE_WORDS.test(value);
  if (WAYS.includes(value)) return family.startsWith("libp2p_");
  return (family.startsWith("libp2p_") || family.startsWith("helia_")) && LIBP2P_WORDS.test(value);
}

/** The values that a label of ours can have; undefined where it is not ours. */
export function valuesOf(family: string, label: string): ReadonlySet<string> | undefined {
  return OURS[`${family}.${label}`] ?? OURS[label];
}
