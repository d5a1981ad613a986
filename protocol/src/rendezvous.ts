import type { CID } from "multiformats/cid";
import { cidOf, RAW } from "./ids.ts";
import { networkNames } from "./network-names.ts";

/**
 * What the peers of a network provide and look up in a DHT that is not theirs, to meet there (SPEC §11.1): the CID of
 * the ASCII text `action-collective/<network>/rendezvous/1`. Anybody may provide it, so whom it leads to is hearsay.
 * @throws {MalformedError} the network's name is not one.
 */
export function rendezvousCid(network: string): CID {
  return cidOf(Buffer.from(networkNames(network).rendezvous, "latin1"), RAW);
}
