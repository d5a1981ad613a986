import { type ActionId, CollectiveError, cleanText } from "@action-collective/protocol";

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

/** Only what this peer published, and has not taken back already, can be withdrawn by it. */
export class NotPublishedHereError extends CollectiveError {
  constructor(id: ActionId, withdrawnBefore: boolean) {
    super(
      "not-published-here",
      withdrawnBefore
        ? `This peer took ${id} back before, and has not published it since`
        : `This peer does not publish ${id}`,
      "`collective search --mine` lists what it publishes. To keep somebody else's action from running here, block it: `collective policy block ID`.",
    );
  }
}
