import { type TeamFile, type TeamMember, type TeamModel, teamLimits } from "@action-collective/protocol";
import { BOARD_ID } from "../hierarchy/roster.ts";
import { PLACE_VALUES } from "../model/instructions.ts";
import { InvalidTeamError } from "./errors.ts";
import { MOST_PROBLEMS, readForm, shown } from "./file-problems.ts";
import { meant } from "./nearest.ts";
import { type PlannedChannel, type PlannedMember, TEAM_VALUES, type Team, teamDefaults } from "./plan.ts";
import { CHANNEL_ROLE } from "./taking-turns.ts";
import { channelsOf, teamPrivileges } from "./team-privileges.ts";
import { type Branch, treeOf } from "./tree.ts";

type Problem = (path: string, text: string) => void;

/**
 * Reads what a team's file holds, and checks that it makes sense: that everybody who is named is there, that nobody has more
 * than those above, that instructions speak of what there is. Pure; nothing is started.
 * @param value of the file, once parsed
 * @param variables in place of the file's own
 * @throws {InvalidTeamError} naming everything that is wrong at once
 */
export function readTeam(value: unknown, variables: Readonly<Record<string, string>> = {}): Team {
  const form = readForm(value);
  if ("problems" in form) throw refused(form.problems);
  const { file } = form;
  const problems: string[] = [];
  const problem: Problem = (path, text) => void problems.push(`${path}: ${text}`);
  checkCounts(file, problem);
  // What follows compares everybody with everybody.
  if (problems.length > 0) throw refused(problems);
  checkMembers(file, problem);
  checkChannels(file, problem);
  const branches = treeOf(file.members, problem);
  const privileges = teamPrivileges(file, branches, problem);
  const values = valuesOf(file, variables, problem);
  checkTemplates(file, Object.keys(values), problem);
  const names = [...Object.keys(file.members), ...Object.keys(file.channels ?? {})];
  const start = file.start ?? names[0] ?? "";
  if (file.start !== undefined && !names.includes(start))
    problem("start", `there is no member or channel ${shown(start)}${meant(start, names)}`);
  if (problems.length > 0) throw refused(problems);
  return {
    name: file.name,
    description: file.description,
    variables: values,
    members: branches.flatMap((branch) => {
      const member = file.members[branch.id];
      return member === undefined ? [] : [planned(file, branch, member, privileges.get(branch.id) ?? {})];
    }),
    channels: Object.entries(file.channels ?? {}).map(([id, channel]): PlannedChannel => {
      const talkTo = [
        ...new Set([...channel.members, ...(channel.chair === undefined ? [] : [channel.chair])]),
      ];
      return {
        ...channel,
        id,
        turns: channel.turns ?? teamDefaults.turns,
        privileges: { ...NOTHING, talkTo },
      };
    }),
    budget: file.budget ?? {},
    start,
    timeoutMs: file.timeoutMs ?? teamDefaults.timeoutMs,
  };
}

/** A channel hands on what it hears, and does nothing else. */
const NOTHING = {
  actions: [],
  permissions: { net: [], secrets: [] },
  approve: false,
  make: false,
  publish: false,
  expose: false,
  levels: 0,
  agents: 0,
};

function refused(problems: readonly string[]): InvalidTeamError {
  const rest = problems.length - MOST_PROBLEMS;
  return new InvalidTeamError(
    rest > 0 ? [...problems.slice(0, MOST_PROBLEMS), `and ${rest} more`] : problems,
  );
}

function planned(
  file: TeamFile,
  { id, superior, level, reports }: Branch,
  member: TeamMember,
  privileges: PlannedMember["privileges"],
): PlannedMember {
  const { role, instructions = "", expose = false, maxSteps, maker, tools = {}, makes } = member;
  const channels = channelsOf(file, id);
  const base = { id, role, superior, level, reports, channels, privileges, expose };
  if (member.human !== undefined) {
    const human = member.human === "console" ? { console: {} } : member.human;
    return { ...base, kind: "person", human };
  }
  const model = modelOf(file.model, member.model);
  if (makes !== undefined)
    return { ...base, kind: "maker", instructions, model, publish: makes.publish === true, maxSteps };
  return { ...base, kind: "thinker", instructions, model, tools, maker, maxSteps };
}

/** A member's own model, else the team's; but the team's key does not go to another server than the team's. */
function modelOf(shared: TeamModel = {}, own: TeamModel = {}): TeamModel {
  const { keyVariable: _, ...keyless } = shared;
  const { baseUrlVariable = shared.baseUrlVariable } = own;
  return { ...(baseUrlVariable === shared.baseUrlVariable ? shared : keyless), ...own };
}

function checkCounts({ members, channels = {}, variables = {} }: TeamFile, problem: Problem): void {
  const count = (path: string, value: object, most: number) => {
    const length = Object.keys(value).length;
    if (length > most) problem(path, `there are ${length}; ${most} are allowed`);
  };
  count("members", members, teamLimits.members);
  count("channels", channels, teamLimits.channels);
  count("variables", variables, teamLimits.variables);
  if (Object.keys(members).length === 0) problem("members", "there is nobody");
}

/** Commands show the owner of a space as the second. */
const RESERVED = [BOARD_ID, "you"];

/** What a member of that kind does not have. */
const NOT_FOR_PEOPLE = ["instructions", "model", "tools", "makes", "maker", "maxSteps"] as const;
const NOT_FOR_MAKERS = ["tools", "maker"] as const;

function checkMembers(file: TeamFile, problem: Problem): void {
  const ids = Object.keys(file.members);
  const atConsole: string[] = [];
  for (const [id, member] of Object.entries(file.members)) {
    const path = `members.${id}`;
    if (RESERVED.includes(id)) problem(path, `"${id}" is what the user is called`);
    if (member.role === CHANNEL_ROLE) problem(`${path}.role`, `"${CHANNEL_ROLE}" is what channels are`);
    const { human, makes, maker, model } = member;
    const unfit = human !== undefined ? NOT_FOR_PEOPLE : makes !== undefined ? NOT_FOR_MAKERS : [];
    for (const key of unfit)
      if (member[key] !== undefined)
        problem(`${path}.${key}`, `a ${human === undefined ? "maker of tools" : "person"} has none`);
    if (human === "console" || (human !== undefined && human.console !== undefined)) atConsole.push(id);
    const { name, nameVariable } = { ...file.model, ...model };
    if (human === undefined && name === undefined && nameVariable === undefined)
      problem(`${path}.model`, "it has none: give it a name or nameVariable, or name one for the whole team");
    if (maker === undefined) continue;
    const makers = ids.filter((one) => file.members[one]?.makes !== undefined);
    if (!makers.includes(maker))
      problem(`${path}.maker`, `there is no maker of tools ${shown(maker)}${meant(maker, makers)}`);
  }
  if (atConsole.length > 1)
    problem("members", `${atConsole.join(" and ")} would share one console: only one can have it`);
}

function checkChannels({ members, channels = {} }: TeamFile, problem: Problem): void {
  const ids = Object.keys(members);
  const unknown = (path: string, id: string) => {
    if (!ids.includes(id)) problem(path, `there is no member ${shown(id)}${meant(id, ids)}`);
  };
  for (const [id, channel] of Object.entries(channels)) {
    const path = `channels.${id}`;
    if (RESERVED.includes(id)) problem(path, `"${id}" is what the user is called`);
    if (ids.includes(id)) problem(path, "a member has that name");
    for (const [index, one] of channel.members.entries()) {
      unknown(`${path}.members.${index}`, one);
      if (channel.members.indexOf(one) < index) problem(`${path}.members.${index}`, "is named twice");
      const kind = members[one];
      if (kind?.makes !== undefined)
        problem(`${path}.members.${index}`, "a maker of tools does not talk in groups");
    }
    if (channel.chair !== undefined) unknown(`${path}.chair`, channel.chair);
    if (channel.chair !== undefined && channel.hands === false)
      problem(`${path}.chair`, "gives the floor only where hands are raised");
  }
}

function valuesOf(
  { variables = {} }: TeamFile,
  given: Readonly<Record<string, string>>,
  problem: Problem,
): Record<string, string> {
  const taken: readonly string[] = [...PLACE_VALUES, ...TEAM_VALUES];
  for (const name of Object.keys(variables))
    if (taken.includes(name)) problem(`variables.${name}`, "stands for something else in instructions");
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) values[name] = String(value);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(variables, name))
      problem("variables", `there is no ${shown(name)}${meant(name, Object.keys(variables))}`);
    else if (value.length > teamLimits.variableCharacters)
      problem(`variables.${name}`, `is longer than ${teamLimits.variableCharacters} characters`);
    else values[name] = value;
  }
  return values;
}

function checkTemplates({ members }: TeamFile, variables: readonly string[], problem: Problem): void {
  const known = [...PLACE_VALUES, ...TEAM_VALUES, ...variables];
  for (const [id, { instructions = "" }] of Object.entries(members)) {
    const named = [...instructions.matchAll(/\{\{\s*([^{}\s]*)\s*\}\}/g)].map(([, name = ""]) => name);
    for (const name of new Set(named))
      if (!known.includes(name))
        problem(
          `members.${id}.instructions`,
          `{{${name.slice(0, 64)}}} stands for nothing${meant(name, known)}`,
        );
  }
}
