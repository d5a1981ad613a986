import { createSigner, type NetworkListContent, peerIdOfKey, type Signer } from "@action-collective/protocol";
import { formatNetworkList } from "../../../node/src/network-lists/format.ts";
import { signNetworkList } from "../../../node/src/network-lists/sign-list.ts";

/** A key that is the same in every run. */
export function key(number: number): Signer & { readonly id: string; readonly seed: Uint8Array } {
  const seed = new Uint8Array(32).fill(number);
  const signer = createSigner(seed);
  return { ...signer, seed, id: peerIdOfKey(signer.publicKey) };
}

export const NOW = Date.parse("2026-12-01T00:00:00Z");

/** A list of two operators, as somebody who starts a network would write it. */
export function content(changes: Partial<NetworkListContent> = {}): NetworkListContent {
  return {
    format: 1,
    network: "example",
    issued: "2026-11-21T00:00:00Z",
    expires: "2027-11-21T00:00:00Z",
    operators: [
      {
        name: "Example Foundation",
        addresses: [
          `/dnsaddr/net.example.org/p2p/${key(11).id}`,
          `/ip4/203.0.113.7/tcp/4001/p2p/${key(11).id}`,
        ],
      },
      { name: "A University", addresses: [`/dns4/net.example.edu/tcp/4001/p2p/${key(12).id}`] },
    ],
    publicDht: { meet: false },
    ...changes,
  };
}

/** The text of a list, signed by the given keys. */
export function listText(listed: NetworkListContent, signers: readonly Signer[]): string {
  return formatNetworkList(signNetworkList({ content: listed, signatures: [] }, signers).list);
}
