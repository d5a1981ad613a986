import {
  type BlockListContent,
  blockListBytes,
  createSigner,
  type NetworkListContent,
  networkListBytes,
  peerIdOfKey,
} from "@action-collective/protocol";
import { bundle, hex, NETWORK, seedOf, signerOf } from "./material.ts";

const peerOf = (name: string) => peerIdOfKey(signerOf(name).publicKey);

const least: NetworkListContent = {
  format: 1,
  network: NETWORK,
  issued: "2026-01-01T00:00:00Z",
  expires: "2027-01-01T00:00:00Z",
  operators: [{ name: "Carol", addresses: [`/ip4/203.0.113.7/tcp/4001/p2p/${peerOf("carol")}`] }],
  publicDht: { meet: false },
};

const networkLists: readonly { name: string; content: NetworkListContent }[] = [
  { name: "without optional fields", content: least },
  {
    name: "with every field",
    content: {
      ...least,
      note: "Two operators.\nOne suggestion has no note.",
      operators: [
        ...least.operators,
        {
          name: "Bob Zwölf",
          addresses: [
            `/dnsaddr/net.example.org/p2p/${peerOf("bob")}`,
            `/dns4/net.example.org/tcp/4001/p2p/${peerOf("bob")}`,
          ],
        },
      ],
      publicDht: { meet: true, bootstrap: [`/ip6/2001:db8::7/tcp/4001/p2p/${peerOf("carol")}`] },
      suggests: [{ peer: peerOf("alice"), note: "proves new actions every night" }, { peer: peerOf("bob") }],
    },
  },
  { name: "with empty lists, which are not absent ones", content: { ...least, operators: [], suggests: [] } },
];

const empty: BlockListContent = {
  ...{ format: 1, name: "Nobody yet", issued: least.issued, expires: least.expires },
  entries: { peers: [], actions: [] },
};

const blockLists: readonly { name: string; content: BlockListContent }[] = [
  { name: "an empty one", content: empty },
  {
    name: "peers and actions, with a reason and without",
    content: {
      ...empty,
      name: "Wächter",
      entries: {
        peers: [
          { id: peerOf("bob"), reason: "spam" },
          { id: peerOf("carol"), reason: "" },
        ],
        actions: [{ id: bundle.id, reason: "wrong for negative numbers" }],
      },
    },
  },
];

/** What a signature of a list covers, and the signature by alice's key. */
export function listVectors(): unknown {
  const signer = createSigner(seedOf("alice"));
  const signed = (name: string, content: object, bytes: Uint8Array) => ({
    ...{ name, content, bytes: hex(bytes) },
    signature: Buffer.from(signer.sign(bytes)).toString("base64"),
  });
  return {
    spec: "§8.3, §8.4",
    key: peerOf("alice"),
    networkLists: networkLists.map(({ name, content }) => signed(name, content, networkListBytes(content))),
    blockLists: blockLists.map(({ name, content }) => signed(name, content, blockListBytes(content))),
  };
}
