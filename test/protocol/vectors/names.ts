import { cidOf, DAG_CBOR, networkNames, peerIdOfKey, RAW } from "@action-collective/protocol";
import { hex, seedOf, signerOf, unhex } from "./material.ts";

export function nameVectors(): unknown {
  const keys = ["alice", "bob", "carol"].map((name) => {
    const { publicKey } = signerOf(name);
    return { seed: hex(seedOf(name)), publicKey: hex(publicKey), peer: peerIdOfKey(publicKey) };
  });
  const blocks = ["", "00", "a0", hex(new TextEncoder().encode("hello\n"))].map((bytes) => ({
    hex: bytes,
    raw: cidOf(unhex(bytes), RAW).toString(),
    dagCbor: cidOf(unhex(bytes), DAG_CBOR).toString(),
  }));
  return {
    spec: "§1.1, §8",
    keys,
    cids: blocks,
    networks: ["main", "a", "test-1", "x".repeat(32)].map((network) => ({
      network,
      ...networkNames(network),
    })),
    badNetworks: ["", "-a", "Main", "a/b", "a b", "é", "x".repeat(33)],
    badActionIds: [
      "",
      "bafy",
      "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
      cidOf(new Uint8Array(), RAW).toString(),
    ],
    badPeerIds: ["", "12D3KooW", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"],
  };
}
