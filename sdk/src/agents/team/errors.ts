import { CollectiveError } from "@action-collective/protocol";

/** A team's file is not what one may be. `problems` lists everything, each with the path to it. */
export class InvalidTeamError extends CollectiveError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      "team-invalid",
      `The team cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      "Mend what is listed; examples/teams/README.md says what a team's file holds.",
    );
    this.problems = problems;
  }
}

/** Variables of the environment that a team needs are not there, or hold something else. */
export class TeamEnvironmentError extends CollectiveError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      "team-environment",
      `The environment lacks what the team needs: ${problems.join("; ")}`,
      "Set these variables, or name others in the file.",
    );
    this.problems = problems;
  }
}

/** The team's time is over, or it was stopped. */
export class TeamStoppedError extends CollectiveError {
  constructor(why: string) {
    super(
      "team-stopped",
      `The team was stopped: ${why}`,
      "Start it again; give it more timeoutMs if it needs it.",
    );
  }
}

/** A maker of tools makes them in a collective. */
export class TeamPeerError extends CollectiveError {
  constructor() {
    super(
      "team-peer",
      "The team has a maker of tools, and no peer",
      "Give startTeam a peer, or leave the maker out.",
    );
  }
}
