import { networkNames } from "@action-collective/protocol";
import { z } from "zod";
import { FINDING_CODES } from "./analysis/types.ts";
import {
  dimensionsSchema,
  folderSchema,
  keyEnvSchema,
  modelSchema,
  OPENAI_KEY_ENV,
  OPENAI_URL,
  poolingSchema,
  prefixSchema,
  priceSchema,
  urlSchema,
} from "./embedders/config.ts";
import { announcedProblem, isPeerId } from "./network-lists/address.ts";
import { SEED_MODES } from "./seeding/plan.ts";

/** One setting: its flag, environment name and line in `config.json` all follow from this entry. */
export interface Setting {
  readonly schema: z.ZodType;
  /** How the text of a flag or an environment variable is read. */
  readonly kind: "text" | "number" | "boolean" | "list";
  readonly fallback: unknown;
  /** For --help and the documentation. */
  readonly description: string;
  /** What stands for the value in --help; booleans have none. */
  readonly argument?: string;
}

const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.number(message).int(message).min(least, message).max(most, message);
};
const oneOf = <const T extends readonly string[]>(names: T) => z.enum(names, `must be ${names.join(", ")}`);
const yesOrNo = z.boolean("must be true or false");
const port = whole(0, 65_535);
const networkName = z.string().refine(isNetworkName, "must be 1–32 lower-case letters, digits and dashes");
const peerAddress = z
  .string()
  .max(512)
  .regex(
    /^\/[^\s,]+\/p2p\/[A-Za-z0-9]+$/,
    "must be an address such as /ip4/203.0.113.7/tcp/4010/p2p/12D3Koo…",
  );
const announcedAddress = z.string().superRefine((address, context) => {
  const problem = announcedProblem(address);
  if (problem !== undefined) context.addIssue(`${problem}; write it like /ip4/203.0.113.7/tcp/4010`);
});
const netGrant = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?$/,
    "must be host or host:port, in lower case",
  );
const interval = whole(100, 86_400_000);

const setting = <const S extends z.ZodType>(entry: Setting & { readonly schema: S }) => entry;

/** Every setting of a peer, once. Precedence: flag, environment, `config.json` in the home, default. */
export const settingsTable = {
  network: setting({
    schema: networkName,
    kind: "text",
    fallback: "main",
    description: "name of the network to join; peers of different networks never meet",
    argument: "name",
  }),
  reach: setting({
    schema: oneOf(["loopback", "lan", "public"]),
    kind: "text",
    fallback: "lan",
    description: "how far this peer's addresses reach: loopback, lan or public",
    argument: "how-far",
  }),
  host: setting({
    schema: z.union([z.ipv4(), z.ipv6()], "must be an IP address").optional(),
    kind: "text",
    fallback: undefined,
    description: "address to listen on for peers (default: 127.0.0.1 with --reach loopback, else 0.0.0.0)",
    argument: "address",
  }),
  port: setting({
    schema: port,
    kind: "number",
    fallback: 4010,
    description: "TCP port to listen on for peers; 0 takes any free one",
    argument: "number",
  }),
  inbound: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: true,
    description:
      "accept connections from other peers (a peer that does not only dials out, and is reached through relays)",
  }),
  announce: setting({
    schema: z.array(announcedAddress).max(8),
    kind: "list",
    fallback: [],
    description:
      "where others reach this peer, beside what it finds out by itself: a port that a router forwards, or a name; may be repeated",
    argument: "address",
  }),
  relay: setting({
    schema: oneOf(["auto", "always", "off"]),
    kind: "text",
    fallback: "auto",
    description:
      "when others reach this peer through a relay: auto (while nobody is known to be able to dial it), always or off",
    argument: "when",
  }),
  mdns: setting({
    schema: yesOrNo.optional(),
    kind: "boolean",
    fallback: undefined,
    description:
      "look for peers of this network on the LAN by multicast DNS (default: with --reach lan only)",
  }),
  bootstrap: setting({
    schema: z.array(peerAddress).max(64).optional(),
    kind: "list",
    fallback: undefined,
    description:
      'addresses of peers to join through, in place of the network\'s list, or "none" to join nobody; may be repeated',
    argument: "address",
  }),
  networkList: setting({
    schema: z.string().min(1, "must name a file").max(4096).optional(),
    kind: "text",
    fallback: undefined,
    description:
      "file with the network's signed list of nodes to join through (default: the one that comes with the peer)",
    argument: "file",
  }),
  networkKey: setting({
    schema: z.array(z.string().refine(isPeerId, "must be a peer id such as 12D3Koo…")).max(16).optional(),
    kind: "list",
    fallback: undefined,
    description:
      "peer ids of the keys that may sign that list (default: the peer's maintainers); may be repeated",
    argument: "peer-id",
  }),
  networkTrust: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: true,
    description:
      "begin with a little trust in the peers that the network's list suggests (it counts less the more is known here)",
  }),
  publicDht: setting({
    schema: oneOf(["off", "meet"]).optional(),
    kind: "text",
    fallback: undefined,
    description:
      "meet peers of this network through the public IPFS DHT: off or meet (default: what the network's list says, else off); anybody in that DHT can then see that this address takes part in this network",
    argument: "how",
  }),
  publicDhtBootstrap: setting({
    schema: z.array(peerAddress).min(1, "must name at least one address").max(64).optional(),
    kind: "list",
    fallback: undefined,
    description:
      "addresses of nodes to enter that DHT through (default: the list's, else the well-known ones of IPFS)",
    argument: "address",
  }),
  publicBundles: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: false,
    description:
      "announce pinned bundles in the public IPFS DHT as well, so that any IPFS node can fetch them; anybody in that DHT can then see which actions this address holds",
  }),
  apiPort: setting({
    schema: port,
    kind: "number",
    fallback: 4011,
    description: "loopback TCP port of the local API; 0 takes any free one",
    argument: "number",
  }),
  dashboardPort: setting({
    schema: port,
    kind: "number",
    fallback: 4012,
    description:
      'loopback TCP port of the dashboard, opened by the first "collective open"; any free one if it is taken, or with 0',
    argument: "number",
  }),
  metricsPort: setting({
    schema: port.optional(),
    kind: "number",
    fallback: undefined,
    description:
      "TCP port of a page with metrics for Prometheus, at /metrics; 0 takes any free one (default: nothing is measured)",
    argument: "number",
  }),
  metricsHost: setting({
    schema: z.union([z.ipv4(), z.ipv6()], "must be an IP address"),
    kind: "text",
    fallback: "127.0.0.1",
    description: "address for that page; whoever reaches another one than a loopback address can read it",
    argument: "address",
  }),
  tracing: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: false,
    description:
      "make OpenTelemetry spans of requests to the local API (needs the package @opentelemetry/api, and a provider that you register)",
  }),
  library: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: true,
    description: "bring in the starter library of actions",
  }),
  libraryNet: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: false,
    description:
      "also bring in those of its actions that ask for the network, each for the hosts it names; running one still asks",
  }),
  verify: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: true,
    description: "verify actions that arrive without being asked",
  }),
  workers: setting({
    schema: whole(1, 64),
    kind: "number",
    fallback: undefined,
    description: "sandboxes that run at once (default: one per processor core)",
    argument: "number",
  }),
  quietLoad: setting({
    schema: z.number().min(0).max(1_000),
    kind: "number",
    fallback: 4,
    description: "load average per processor core above which verification that nobody asked for pauses",
    argument: "number",
  }),
  verifyPerMinute: setting({
    schema: whole(1, 100_000),
    kind: "number",
    fallback: 100_000,
    description: "verifications a minute that nobody asked for, e.g. 20 to spare a battery",
    argument: "number",
  }),
  prestarted: setting({
    schema: whole(0, 16),
    kind: "number",
    fallback: 2,
    description: "sandboxes started ahead of time so that runs begin at once; 13 MB each, 0 for none",
    argument: "number",
  }),
  memoryMb: setting({
    schema: whole(32, 4096),
    kind: "number",
    fallback: 256,
    description: "memory a run may use, in megabytes (verification always has 256)",
    argument: "number",
  }),
  allowNet: setting({
    schema: z.array(netGrant).max(64),
    kind: "list",
    fallback: [],
    description:
      'hosts that actions may use when they ask for them (host or host:port), or "none"; may be repeated',
    argument: "host",
  }),
  refuseFindings: setting({
    schema: z.array(z.enum(FINDING_CODES)).max(FINDING_CODES.length),
    kind: "list",
    fallback: [],
    description: `findings of the static scan that keep an action from being published or run here: ${FINDING_CODES.join(", ")}`,
    argument: "finding",
  }),
  embedder: setting({
    schema: oneOf(["own", "onnx", "openai"]),
    kind: "text",
    fallback: "own",
    description:
      "what makes vectors of texts for search: own (comes with the peer), onnx (a model in a folder) or openai (a server that speaks its API; every query and the text of every action is sent to it)",
    argument: "kind",
  }),
  embedderFolder: setting({
    schema: folderSchema.optional(),
    kind: "text",
    fallback: undefined,
    description: "onnx: folder of a sentence-transformer, with model.onnx and tokenizer.json",
    argument: "folder",
  }),
  embedderPooling: setting({
    schema: poolingSchema.optional(),
    kind: "text",
    fallback: undefined,
    description: "onnx: how the vectors of word pieces become one, mean or cls (default: mean)",
    argument: "how",
  }),
  embedderModel: setting({
    schema: modelSchema.optional(),
    kind: "text",
    fallback: undefined,
    description: "openai: name of the model, e.g. text-embedding-3-small",
    argument: "name",
  }),
  embedderUrl: setting({
    schema: urlSchema.optional(),
    kind: "text",
    fallback: undefined,
    description: `openai: the server (default: ${OPENAI_URL})`,
    argument: "url",
  }),
  embedderDimensions: setting({
    schema: dimensionsSchema.optional(),
    kind: "number",
    fallback: undefined,
    description: "openai: dimensions to ask for (default: what the model gives)",
    argument: "number",
  }),
  embedderKeyEnv: setting({
    schema: keyEnvSchema.optional(),
    kind: "text",
    fallback: undefined,
    description: `openai: environment variable that holds the API key (default: ${OPENAI_KEY_ENV} for OpenAI itself; no key is sent to other servers)`,
    argument: "name",
  }),
  embedderPrice: setting({
    schema: priceSchema.optional(),
    kind: "number",
    fallback: undefined,
    description: "openai: price of a million tokens, so that status can show what was spent",
    argument: "amount",
  }),
  embedderQueryPrefix: setting({
    schema: prefixSchema.optional(),
    kind: "text",
    fallback: undefined,
    description: 'onnx, openai: what the model wants before a query, e.g. "query:"',
    argument: "text",
  }),
  embedderDocumentPrefix: setting({
    schema: prefixSchema.optional(),
    kind: "text",
    fallback: undefined,
    description: 'onnx, openai: what the model wants before a document, e.g. "passage:"',
    argument: "text",
  }),
  askPeers: setting({
    schema: oneOf(["off", "weak", "always"]),
    kind: "text",
    // What agents look for says what their people do. It leaves this machine when somebody wants it to, and not before.
    fallback: "off",
    description:
      "when a search asks connected peers as well: off, weak (its own best match is weak) or always; the words of the query are sent to up to three of them",
    argument: "when",
  }),
  askBelow: setting({
    schema: z.number("must be a number from 0 to 1").min(0).max(1),
    kind: "number",
    fallback: 0.5,
    description: "how well the best match must fit not to be weak, 0 (anything will do) to 1",
    argument: "strength",
  }),
  seed: setting({
    schema: oneOf(SEED_MODES),
    kind: "text",
    fallback: "verified",
    description:
      "which actions of others stay on this disk for others to fetch: used (what ran here) or verified (what passed here as well)",
    argument: "which",
  }),
  seedQuotaMb: setting({
    schema: whole(0, 1_048_576),
    kind: "number",
    fallback: 2_048,
    description:
      "disk that actions of others may take, in megabytes; what is worth least goes first, your own always stay; 0 keeps none",
    argument: "number",
  }),
  feedback: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: true,
    description: "publish how often actions ran and succeeded here (never what they were given)",
  }),
  feedbackIntervalMs: setting({
    schema: interval,
    kind: "number",
    fallback: 30_000,
    description: "how often feedback is published, in milliseconds",
    argument: "ms",
  }),
  syncIntervalMs: setting({
    schema: interval,
    kind: "number",
    fallback: 30_000,
    description: "how often a neighbour is asked for what gossip missed, in milliseconds",
    argument: "ms",
  }),
  logLevel: setting({
    schema: oneOf(["error", "warn", "info", "debug"]),
    kind: "text",
    fallback: "warn",
    description: "how much to log: error, warn, info or debug",
    argument: "level",
  }),
  logFormat: setting({
    schema: oneOf(["text", "json"]),
    kind: "text",
    fallback: "text",
    description: "how to log: text, or json (one object a line); credentials are blotted out in both",
    argument: "how",
  }),
  keepLog: setting({
    schema: yesOrNo,
    kind: "boolean",
    fallback: true,
    description: "keep the newest lines of the log in the home as well, at most 2 MB, for `collective debug`",
  }),
} as const;

function isNetworkName(text: string): boolean {
  try {
    networkNames(text);
    return true;
  } catch {
    return false;
  }
}
