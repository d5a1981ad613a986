import { CollectiveError } from "@action-collective/protocol";
import type { CID } from "multiformats/cid";

const textOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

/** A multiaddr in the settings does not parse, or lacks what it needs. */
export class NetworkAddressError extends CollectiveError {
  constructor(address: string, why: string) {
    super(
      "network-address-invalid",
      `"${address.slice(0, 200)}" is not a usable address: ${why}`,
      "Write it like /ip4/192.0.2.7/tcp/4010/p2p/12D3Koo….",
    );
  }
}

/** The block or data store below `dataDir` did not open. */
export class NetworkStoreError extends CollectiveError {
  constructor(path: string, cause: unknown) {
    super(
      "network-store-unavailable",
      `Cannot open the network's store at ${path}: ${textOf(cause)}`,
      "If another peer uses this home, stop it or choose another home; otherwise check permissions and free space.",
      { cause },
    );
  }
}

const LISTEN_FAILURES = [
  ["EADDRINUSE", "the port is already in use"],
  ["EACCES", "this port needs more rights than we have"],
  ["EADDRNOTAVAIL", "this machine has no such address"],
] as const;

/** Nothing could be listened on, most often because the port is taken. */
export class NetworkListenError extends CollectiveError {
  constructor(listen: readonly string[], cause: unknown) {
    const text = textOf(cause);
    // libp2p's message is a page with stack traces; the system's code says it in a word.
    const known = LISTEN_FAILURES.find(([code]) => text.includes(code));
    const why = known?.[1] ?? text.split("\n", 1)[0];
    super(
      "network-listen-failed",
      `Cannot listen on ${listen.join(", ")}: ${why}`,
      "Choose another port with --port, or 0 for any free one.",
      { cause },
    );
  }
}

/** A method that needs the running network was called before start or after stop. */
export class NetworkNotRunningError extends CollectiveError {
  constructor(operation: string) {
    super("network-not-running", `${operation} needs the running network`, "Start the peer first.");
  }
}

/** No connection came about. */
export class DialFailedError extends CollectiveError {
  constructor(address: string, cause: unknown) {
    super(
      "network-dial-failed",
      `Could not connect to ${address}: ${textOf(cause)}`,
      "Check that the peer runs and that the address is right.",
      { cause },
    );
  }
}

/** A record larger than the network carries. */
export class RecordTooLargeError extends CollectiveError {
  constructor(size: number, limit: number) {
    super(
      "record-too-large",
      `The record has ${size} bytes; the network carries at most ${limit}`,
      "Put the content into a block.",
    );
  }
}

/** Nobody who could be reached in time gave the block. */
export class BlockUnavailableError extends CollectiveError {
  readonly cid: CID;
  constructor(cid: CID, why: string, options?: ErrorOptions) {
    super(
      "block-unavailable",
      `Block ${cid} could not be fetched: ${why}`,
      "Try again later or name another provider.",
      options,
    );
    this.cid = cid;
  }
}

/** The block is larger than the caller or the network allows; it was not stored. */
export class BlockTooLargeError extends CollectiveError {
  constructor(cid: string, size: number, limit: number) {
    super(
      "block-too-large",
      `Block ${cid} has ${size} bytes, more than the ${limit} allowed here; it was not stored`,
      "Its publisher has to make it smaller.",
    );
  }
}

/** A CID outside the few forms the network uses. */
export class BlockCidUnsupportedError extends CollectiveError {
  constructor(cid: string) {
    super(
      "block-cid-unsupported",
      `${cid} is not a CID this network uses`,
      "Use version 1, raw or dag-cbor, sha2-256.",
    );
  }
}

/** Too many fetches wait already. */
export class FetchQueueFullError extends CollectiveError {
  constructor(limit: number) {
    super(
      "fetch-queue-full",
      `${limit} fetches are waiting already`,
      "Wait for some to finish before asking for more.",
    );
  }
}

/** A neighbour that was to be asked is not connected any more. */
export class NotConnectedError extends CollectiveError {
  constructor(peer: string) {
    super("network-not-connected", `${peer} is not connected`, "Ask another neighbour.");
  }
}

/** No node of the public DHT could be reached, or none of them took what was to be announced. */
export class PublicDhtUnreachableError extends CollectiveError {
  constructor(why: string, options?: ErrorOptions) {
    super(
      "network-public-dht-unreachable",
      `The public DHT could not be used: ${why}`,
      "It is tried again by itself; check the connection to the internet, and that outgoing TCP is allowed.",
      options,
    );
  }
}

/** An address was dialled too often of late without anybody answering there. */
export class DialHeldBackError extends CollectiveError {
  constructor(address: string) {
    super(
      "network-dial-held-back",
      `${address.slice(0, 200)} is not dialled now: too many attempts in this direction came to nothing`,
      "It is tried again within a minute. To dial at once, name the address yourself.",
    );
  }
}
