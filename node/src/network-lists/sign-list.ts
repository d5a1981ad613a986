import { networkListBytes, peerIdOfKey, type Signer } from "@action-collective/protocol";
import type { NetworkListFile } from "./format.ts";
import { checkSignatures } from "./open-list.ts";

/** What signing made of a list. */
export interface SignedNow {
  readonly list: NetworkListFile;
  /** Peer ids of the keys that have signed it now. */
  readonly added: readonly string[];
  /** Peer ids whose signatures did not hold any more and were dropped. */
  readonly dropped: readonly string[];
}

/** Adds signatures to a list; those that no longer fit its content go. Pure but for the signers. */
export function signNetworkList(file: NetworkListFile, signers: readonly Signer[]): SignedNow {
  const message = networkListBytes(file.content);
  const fresh = signers.map((signer) => ({
    key: peerIdOfKey(signer.publicKey) as string,
    signature: Buffer.from(signer.sign(message)).toString("base64"),
  }));
  const added = new Set(fresh.map(({ key }) => key));
  const { good, bad } = checkSignatures(file);
  const others = good.filter(({ key }) => !added.has(key));
  const dropped = bad.map(({ key }) => key).filter((key) => !added.has(key));
  const signatures = [...others, ...new Map(fresh.map((one) => [one.key, one])).values()];
  return { list: { content: file.content, signatures }, added: [...added], dropped };
}
