import { CollectiveError, cleanText } from "@action-collective/protocol";

/** This key has as many registers as peers keep of one author; nothing was stored. */
export class RegistersFullError extends CollectiveError {
  constructor() {
    super(
      "limit-exceeded",
      "This key has published and said as much as peers keep of one author",
      "Replace what is there by a new version of it, or publish from another home (--home), which has a key of its own.",
    );
  }
}

/** The static scan found something that policy does not let out, such as a credential. Nothing was published. */
export class PublicationRefusedError extends CollectiveError {
  constructor(name: string, why: string, remedy: string) {
    super("refused-by-policy", `${cleanText(name, 64)} is not published: ${why}`, remedy);
  }
}
