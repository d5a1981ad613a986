import { CollectiveError } from "@action-collective/protocol";

/** The file of secrets is not what it should be, or others can read it: nothing is taken from it. */
export class SecretsFileError extends CollectiveError {
  constructor(file: string, why: string, remedy: string) {
    super("refused-by-policy", `${file} ${why}`, remedy);
  }
}
