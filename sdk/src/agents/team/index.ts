export { environmentOf, environmentProblems, type ModelServer } from "./environment.ts";
export * from "./errors.ts";
export type { TeamEvent } from "./events.ts";
export type {
  PlannedChannel,
  PlannedMaker,
  PlannedMember,
  PlannedPerson,
  PlannedThinker,
  Team,
} from "./plan.ts";
export { readTeam } from "./read-team.ts";
export { type Reachable, RunningTeam, type TeamSpent } from "./running-team.ts";
export { type StartTeamOptions, startTeam } from "./start-team.ts";
