import { CollectiveError } from "@action-collective/protocol";

/** `tools.json` in the peer's home is not what a peer writes there. It is never overwritten: the user chose what it says. */
export class ToolsFileError extends CollectiveError {
  constructor(file: string, why: string, options?: ErrorOptions) {
    super(
      "internal",
      `${file} does not say which actions are tools: ${why}`,
      "Mend the file, or move it away to begin without pinned actions.",
      options,
    );
  }
}

/** Nothing that is pinned answers to what was typed. */
export class NotPinnedError extends CollectiveError {
  constructor(ref: string) {
    super(
      "not-found",
      `"${ref.slice(0, 80)}" is not pinned`,
      "`collective mcp list` shows what is, and by which id.",
    );
  }
}
