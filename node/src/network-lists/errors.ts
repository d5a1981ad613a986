import { CollectiveError } from "@action-collective/protocol";

/** The file is not a network's list: not JSON, too large, or not of the shape of SPEC §8.3. */
export class NetworkListMalformedError extends CollectiveError {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      "network-list-malformed",
      `This is not a network's list:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      "Ask whoever gave it to you for a whole copy; the form stands in protocol/SPEC.md §8.3.",
    );
    this.problems = problems;
  }
}

/** The list is of another network than the one that is joined. */
export class NetworkListOfOtherNetworkError extends CollectiveError {
  constructor(given: string, wanted: string) {
    super(
      "network-list-of-other-network",
      `The list is of network "${given}", and this peer joins "${wanted}"`,
      `Start with --network ${given}, or use the list of "${wanted}".`,
    );
  }
}

/** Fewer trusted keys than needed have signed the list. */
export class NetworkListNotSignedError extends CollectiveError {
  constructor({ trusted, signers, needed }: { trusted: number; signers: readonly string[]; needed: number }) {
    const nobody = signers.length === 0;
    const by = nobody ? "nobody has signed it" : `it is signed by ${signers.join(", ")}`;
    const known = trusted === 0 ? "no key is trusted to sign it" : "that is no key that is trusted to";
    super(
      "network-list-not-signed",
      needed === 1
        ? `The list is not signed by anybody trusted: ${nobody ? by : `${by}, and ${known}`}`
        : `The list needs ${needed} trusted signatures: ${by}`,
      "Ask whoever runs the network which key signs its list, over another way than the list came, and give it as --network-key.",
    );
  }
}

/** A trusted key signed another content than this. */
export class NetworkListChangedError extends CollectiveError {
  constructor(key: string) {
    super(
      "network-list-changed",
      `The list was changed after ${key} had signed it, or it was signed for another network`,
      "Do not use it. Ask whoever gave it to you for the list as it was signed.",
    );
  }
}

/** The list is properly signed, and its time has passed. */
export class NetworkListExpiredError extends CollectiveError {
  readonly expired: string;
  constructor(network: string, expired: string) {
    super(
      "network-list-expired",
      `The list of network "${network}" expired on ${expired.slice(0, 10)}`,
      "Ask whoever runs the network for a new one, or join with --bootstrap and an address that you know.",
    );
    this.expired = expired;
  }
}

/** The list is dated further ahead than honest clocks differ. */
export class NetworkListEarlyError extends CollectiveError {
  constructor(issued: string) {
    super(
      "network-list-early",
      `The list is dated ${issued}, which has not come yet`,
      "Check this machine's clock; if it is right, ask whoever signed the list.",
    );
  }
}

/** The file cannot be read or written. */
export class NetworkListFileError extends CollectiveError {
  constructor(file: string, cause: unknown) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const exists = code === "EEXIST";
    const why =
      code === "ENOENT" ? "there is no such file" : exists ? "there is such a file already" : String(cause);
    const remedy = exists
      ? "It is not overwritten, for it may hold signatures: take another name, or remove it."
      : "Check the path and who may read it.";
    super("network-list-file", `${file}: ${why}`, remedy, { cause });
  }
}
