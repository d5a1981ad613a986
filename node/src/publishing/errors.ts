import { CollectiveError, cleanText } from "@action-collective/protocol";

/** The static scan found something that policy does not let out, such as a credential. Nothing was published. */
export class PublicationRefusedError extends CollectiveError {
  constructor(name: string, why: string, remedy: string) {
    super("refused-by-policy", `${cleanText(name, 64)} is not published: ${why}`, remedy);
  }
}
