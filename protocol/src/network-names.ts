import { MalformedError } from "./errors.ts";

/** Every name that carries the network's own (SPEC §8), so that nothing crosses from one network into another. */
export interface NetworkNames {
  /** Every protocol id of this network begins with it: how a member is told from a stranger. */
  readonly prefix: string;
  readonly topic: string;
  readonly kad: string;
  readonly sync: string;
  readonly ask: string;
  readonly agents: string;
  /** The text whose CID leads to this network's peers in a DHT that is not theirs (SPEC §11.1). */
  readonly rendezvous: string;
}

/** @throws {MalformedError} the name is not 1–32 lower-case letters, digits and dashes. */
export function networkNames(network: string): NetworkNames {
  assertNetworkName(network);
  const prefix = `/action-collective/${network}/`;
  return {
    prefix,
    topic: `action-collective/${network}/records/1`,
    kad: `${prefix}kad/1.0.0`,
    sync: `${prefix}sync/2.0.0`,
    ask: `${prefix}ask/1.0.0`,
    agents: `${prefix}agents/1.0.0`,
    rendezvous: `action-collective/${network}/rendezvous/1`,
  };
}

/**
 * What a signature covers: the purpose, the network's name and the content, so that a signature for one purpose or
 * network, or of another protocol with the same key, never counts elsewhere (SPEC §8.2). Names hold no NUL, so no two
 * domains run together.
 * @throws {MalformedError}
 */
export function signedBytes(
  purpose: "record" | "succession" | "network-list" | "letter" | "receipt",
  network: string,
  ...parts: Uint8Array[]
): Uint8Array {
  assertNetworkName(network);
  return domained(purpose, network, parts);
}

/** The same for what holds in every network: the name between the zero bytes is empty, which no network's is. */
export function signedBytesOfAnyNetwork(purpose: "block-list", ...parts: Uint8Array[]): Uint8Array {
  return domained(purpose, "", parts);
}

function domained(purpose: string, network: string, parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Buffer.from(`action-collective/${purpose}/1\0${network}\0`, "latin1"), ...parts]);
}

function assertNetworkName(network: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(network))
    throw new MalformedError(
      `"${network.slice(0, 40)}" is not a network name: 1–32 lower-case letters, digits, dashes`,
    );
}
