import { CollectiveError } from "@action-collective/protocol";

/** The file of secrets is not what it should be, or others can read it: nothing is taken from it. */
export class SecretsFileError extends CollectiveError {
  constructor(file: string, why: string, remedy: string) {
    super("refused-by-policy", `${file} ${why}`, remedy);
  }
}

/** `policy.json` is not what it should be, or a change asks for what no policy can hold: nothing was changed. */
export class InvalidPolicyError extends CollectiveError {
  constructor(where: string, problems: readonly string[], options?: ErrorOptions) {
    const [only, ...more] = problems;
    const listed =
      more.length === 0 ? ` ${only}` : `\n${problems.map((problem) => `  - ${problem}`).join("\n")}`;
    super(
      "invalid-policy",
      `${where} is not a policy that this peer can follow:${listed}`,
      "Mend what is named; `collective policy show` prints the policy in force.",
      options,
    );
  }
}

/** Not a block list, not signed as it should be, or not to be had. */
export class BlockListError extends CollectiveError {
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super("invalid-block-list", message, remedy, options);
  }
}
