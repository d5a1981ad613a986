import { CollectiveError } from "@action-collective/protocol";

/** No action does what is needed, and none was made. */
export class ToolNotMadeError extends CollectiveError {
  constructor(why: string, problems: readonly string[] = []) {
    const details = problems.length === 0 ? "" : ` The last draft: ${problems.join("; ")}`;
    super("tool-not-made", `${why}${details}`, "Say what it must do in other words, or go on without it.");
  }
}

/** It was mended as often as is worth it. */
export class ToolGivenUpError extends CollectiveError {
  constructor(mends: number) {
    super(
      "tool-given-up",
      `This tool was mended ${mends} times, and failed again`,
      "Ask for another tool, in other words, or go on without it.",
    );
  }
}

/** A failure was reported of a tool that was handed out to others, or to nobody here, and nobody says what it is for. */
export class UnknownToolError extends CollectiveError {
  constructor(id: string) {
    super(
      "unknown-tool",
      `No tool with the id ${id.slice(0, 128)} was handed out to you here`,
      "Say what it is for (need), or ask for another one with make_tool.",
    );
  }
}

/** As many requests wait for this maker as may: of all together, or of this one. */
export class MakerBusyError extends CollectiveError {
  constructor(most: number, whose = "") {
    super("maker-busy", `${most} requests${whose} wait for this maker already`, "Ask again later.");
  }
}

/** A message between a maker and a user of tools is not of the form that both agreed on. */
export class MakerContractError extends CollectiveError {
  constructor(problem: string) {
    super(
      "maker-contract",
      `That is no message between makers and users of tools: ${problem}`,
      "See its help.",
    );
  }
}
