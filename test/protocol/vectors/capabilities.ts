import {
  ALL_PRIVILEGES,
  CAPABILITY_PREFIX,
  type CapabilityBlock,
  decodeCanonical,
  encodeCanonical,
  mintCapability,
  narrowCapability,
  openCapability,
  type Privileges,
} from "@action-collective/protocol";
import { hex, seedOf } from "./material.ts";

const KEY = seedOf("capabilities");
const PEER = "12D3KooWG5VzqcBsUfKy1sXnkGRRdLutnnVszppemLDmJdx6xgUT";
const nonceOf = (name: string) => seedOf(`nonce ${name}`).subarray(0, 16);
const block = (agent: string, change: Partial<Privileges> = {}, role?: string): CapabilityBlock => ({
  agent,
  ...(role === undefined ? {} : { role }),
  privileges: { ...ALL_PRIVILEGES, ...change },
});

const chain: readonly CapabilityBlock[] = [
  block("board"),
  block(
    "lead",
    {
      actions: ["bafyone", "bafytwo"],
      permissions: { net: ["example.org", "api.example.net:443"], secrets: [] },
      ...{ approve: false, publish: false, talkTo: ["*", `*@${PEER}`] },
      ...{ budget: { calls: 10, tokens: 5_000 }, levels: 3, agents: 7, until: 1_767_225_600_000 },
    },
    "executive",
  ),
  // It asks for more than there is above it, in most of what there is.
  block("worker", {
    actions: ["bafytwo", "bafythree"],
    permissions: { net: ["example.org:443", "api.example.net"], secrets: "any" },
    talkTo: ["friend", `friend@${PEER}`],
    ...{ budget: { calls: 4, messages: 2 }, levels: 8, agents: 1_024 },
  }),
];

function tokens(): string[] {
  const made: string[] = [];
  for (const each of chain) {
    const above = made.at(-1);
    const nonce = nonceOf(each.agent);
    made.push(above === undefined ? mintCapability(KEY, each, nonce) : narrowCapability(above, each, nonce));
  }
  return made;
}

const bytesOf = (token: string) => Buffer.from(token.slice(CAPABILITY_PREFIX.length), "base64url");
const textOf = (value: unknown) =>
  CAPABILITY_PREFIX + Buffer.from(encodeCanonical(value)).toString("base64url");

export function capabilityVectors() {
  const made = tokens();
  const token = made.at(-1) ?? "";
  const [links, signature] = decodeCanonical(bytesOf(token), 1e6) as [
    [Uint8Array, CapabilityBlock][],
    Uint8Array,
  ];
  const [first, second, third] = links;
  const lonely = mintCapability(KEY, block("lonely", { levels: 0 }), nonceOf("lonely"));
  const nine = Array.from({ length: 10 }, () => first);
  return {
    spec: "§17",
    rootKey: hex(KEY),
    good: made.map((each, level) => {
      const { ids, inForce } = openCapability(KEY, each);
      return {
        ...{ name: `level ${level}`, nonce: hex(nonceOf(chain[level]?.agent ?? "")), block: chain[level] },
        ...{ token: each, bytes: bytesOf(each).toString("hex"), ids, inForce: inForce.at(-1) },
      };
    }),
    bad: [
      { name: "of another key", token: mintCapability(seedOf("another"), block("board"), nonceOf("board")) },
      { name: "without its last link", token: textOf([[first, second], signature]) },
      { name: "without a link in the middle", token: textOf([[first, third], signature]) },
      { name: "reordered", token: textOf([[first, third, second], signature]) },
      { name: "with a link that was not signed", token: textOf([[...links, third], signature]) },
      { name: "no links", token: textOf([[], signature]) },
      { name: "ten links", token: textOf([nine, signature]) },
      {
        name: "below one that creates nobody",
        token: textOf([[...(decodeCanonical(bytesOf(lonely), 1e6) as [unknown[]])[0], third], signature]),
      },
      { name: "a signature of 31 bytes", token: textOf([links, signature.subarray(1)]) },
      {
        name: "a nonce of 15 bytes",
        token: textOf([[[nonceOf("board").subarray(1), block("board")]], signature]),
      },
      {
        name: "an unknown field",
        token: textOf([[[nonceOf("board"), { ...block("board"), more: 1 }]], signature]),
      },
      { name: "a map", token: textOf({ links, signature }) },
      { name: "not canonical", token: CAPABILITY_PREFIX + Buffer.from([0x98, 0x00]).toString("base64url") },
      { name: "padding", token: `${token}=` },
      { name: "another prefix", token: token.replace(CAPABILITY_PREFIX, "acc2.") },
      { name: "nothing", token: "" },
    ],
  };
}
