import {
  ALL_PRIVILEGES,
  BroaderPrivilegesError,
  narrowPrivileges,
  type Privileges,
  type PrivilegesWish,
  type TeamFile,
  type TeamMember,
} from "@action-collective/protocol";
import { shown } from "./file-problems.ts";
import { meant } from "./nearest.ts";
import type { Branch } from "./tree.ts";

/**
 * What each member may do, as `spawn` takes it: what its file says, within what the one above it has. A member that names whom it
 * may write to may also write to its channels and its maker; those above it may write there too, since nobody gives what they
 * do not have. Who is not reached from other peers cannot let others be. Pure.
 */
export function teamPrivileges(
  file: TeamFile,
  branches: readonly Branch[],
  problem: (path: string, text: string) => void,
): ReadonlyMap<string, PrivilegesWish> {
  const own: Privileges = { ...ALL_PRIVILEGES, budget: file.budget ?? {} };
  const held = new Map<string, Privileges>();
  const wishes = new Map<string, PrivilegesWish>();
  checkNames(file, problem);
  for (const branch of branches) {
    const { id, superior } = branch;
    const above = superior === undefined ? own : held.get(superior);
    const member = file.members[id];
    // Deeper than levels go: told already.
    if (above === undefined || member === undefined) continue;
    const wish = wishOf(file, branch, member, above);
    wishes.set(id, wish);
    try {
      held.set(id, narrowPrivileges(above, wish));
    } catch (error) {
      if (!(error instanceof BroaderPrivilegesError)) throw error;
      const who = superior === undefined ? "the team" : `${superior}, who is above it,`;
      for (const detail of error.details)
        problem(`members.${id}`, `${inFile(detail)}; ${who} does not have that`);
      held.set(id, above);
    }
  }
  return wishes;
}

function wishOf(file: TeamFile, branch: Branch, member: TeamMember, above: Privileges): PrivilegesWish {
  const { id, superior, below, depth } = branch;
  const { mayTalkTo, privileges: { permissions, ...privileges } = {} } = member;
  const all = [id, ...below];
  const exposes = all.some((one) => file.members[one]?.expose === true);
  const talkTo =
    mayTalkTo === undefined
      ? // Other peers are reached by those whose file says so.
        superior === undefined && ["*"]
      : // Its own name too, so that those below it can be given that.
        [
          ...new Set([
            ...mayTalkTo,
            ...all.flatMap((one) => worksWith(file, one)),
            ...below.slice(0, 1).map(() => id),
          ]),
        ];
  return {
    ...privileges,
    ...(permissions === undefined
      ? {}
      : {
          permissions: {
            net: permissions.net ?? above.permissions.net,
            secrets: permissions.secrets ?? above.permissions.secrets,
          },
        }),
    ...(talkTo === false ? {} : { talkTo }),
    expose: exposes,
    levels: privileges.levels ?? depth,
    agents: privileges.agents ?? below.length,
  };
}

/** The channels that a member hears. */
export function channelsOf({ channels = {} }: TeamFile, id: string): string[] {
  return Object.entries(channels)
    .filter(([, { members }]) => members.includes(id))
    .map(([name]) => name);
}

/** Where a member has to be able to write for what it is: its channels, its maker, and those that a maker makes for. */
function worksWith(file: TeamFile, id: string): string[] {
  const maker = file.members[id]?.maker;
  const users = Object.entries(file.members).filter(([, other]) => other.maker === id);
  return [...channelsOf(file, id), ...(maker === undefined ? [] : [maker]), ...users.map(([user]) => user)];
}

function checkNames(
  { members, channels = {} }: TeamFile,
  problem: (path: string, text: string) => void,
): void {
  const names = [...Object.keys(members), ...Object.keys(channels)];
  for (const [id, { mayTalkTo = [] }] of Object.entries(members))
    for (const [index, to] of mayTalkTo.entries())
      if (!to.includes("@") && to !== "*" && !names.includes(to))
        problem(
          `members.${id}.mayTalkTo.${index}`,
          `there is no member or channel ${shown(to)}${meant(to, names)}`,
        );
}

/** As the file has it. */
function inFile(detail: string): string {
  return detail.replace(/^talkTo has /, "mayTalkTo has ").replace(/^talkTo is any/, "mayTalkTo is left out");
}
