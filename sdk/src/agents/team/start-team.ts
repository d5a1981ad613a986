import { ALL_PRIVILEGES, type PrivilegesWish } from "@action-collective/protocol";
import type { Approval } from "../../approval.ts";
import { ActionClient } from "../../client.ts";
import type { ConnectOptions } from "../../discovery.ts";
import type { OpenAILike } from "../../model/types.ts";
import type { ConsoleStreams } from "../console.ts";
import { ToolMaker } from "../makers/tool-maker.ts";
import { ModelAgent } from "../model/model-agent.ts";
import { GroupChat } from "../networks/group-chat.ts";
import { Space } from "../space.ts";
import type { Node, Place } from "../types.ts";
import { type Environment, type MemberModel, type ModelServer, modelsOf } from "./environment.ts";
import { TeamPeerError } from "./errors.ts";
import { overheard, type TeamEvent, Teller } from "./events.ts";
import { personOf } from "./person.ts";
import type { PlannedChannel, PlannedMaker, PlannedMember, PlannedThinker, Team } from "./plan.ts";
import { RunningTeam } from "./running-team.ts";
import { CHANNEL_ROLE, PASS } from "./taking-turns.ts";
import { GroupMember, TurnTaker } from "./thinker.ts";

export interface StartTeamOptions {
  /** The client for one server of models: `({ apiKey, baseUrl }) => new OpenAI({ apiKey, baseURL: baseUrl })`. */
  readonly openai: (server: ModelServer) => OpenAILike;
  /** Where keys, addresses and names of models are; `process.env` unless given. */
  readonly environment?: Environment | undefined;
  /**
   * The peer whose collective the team uses, which then holds each member to its privileges; without one there are no tools of
   * the collective, and no makers of tools.
   */
  readonly peer?: ConnectOptions | undefined;
  /** The user's yes to what the peer has doubts about; without it such runs are refused. */
  readonly approve?: Approval | undefined;
  /** Members may publish where their file says so; false by default: a file that came from elsewhere decides nothing. */
  readonly publish?: boolean | undefined;
  /** Where a member at the console is. */
  readonly streams?: ConsoleStreams | undefined;
  /** Told what is said and refused, as it happens. */
  readonly onEvent?: ((event: TeamEvent) => void) | undefined;
  readonly clock?: (() => number) | undefined;
}

interface Parts extends StartTeamOptions {
  readonly team: Team;
  readonly models: ReadonlyMap<string, MemberModel>;
  readonly environment: Environment;
}

/**
 * Lets a team live: opens a space whose owner is the user, lets everybody in below whom the file says, each with the privileges
 * that stand there, then links the channels. Nothing is said yet.
 * @throws {TeamEnvironmentError | HumanSettingsError | TeamPeerError}, and as `Space.add` and `Space.connect`
 */
export async function startTeam(team: Team, options: StartTeamOptions): Promise<RunningTeam> {
  const { environment = process.env, onEvent = () => {}, clock = Date.now, peer } = options;
  if (peer === undefined && team.members.some(({ kind }) => kind === "maker")) throw new TeamPeerError();
  const models = modelsOf(team, environment, options.openai);
  const parts: Parts = { ...options, team, models, environment };
  const teller = new Teller(onEvent);
  const space = new Space({
    clock,
    onAudit: (entry) => teller.decided(entry),
    privileges: { ...ALL_PRIVILEGES, publish: options.publish === true, budget: team.budget },
  });
  try {
    const client = peer === undefined ? undefined : await ActionClient.connect(peer);
    if (client !== undefined) await space.connect(client, { name: team.name });
    const nodes = new Map<string, Node>();
    const places = new Map<string, Place>();
    for (const member of team.members) {
      const node = overheard(await nodeOf(member, parts), teller);
      const { id, role, expose, superior } = member;
      const entry = { privileges: allowed(member.privileges, options), role, expose };
      const above = superior === undefined ? undefined : places.get(superior);
      const place = above === undefined ? await space.add(node, entry) : await above.spawn(node, entry);
      nodes.set(id, node);
      places.set(id, place);
    }
    for (const channel of team.channels) {
      const chat = channelOf(channel, nodes, team);
      await space.add(overheard(chat, teller), { privileges: channel.privileges, role: CHANNEL_ROLE });
    }
    const isPerson = ({ id }: Node) => team.members.some((one) => one.id === id && one.kind === "person");
    return new RunningTeam(team, space, { people: [...nodes.values()].filter(isPerson), places, client });
  } catch (error) {
    await space.close();
    throw error;
  }
}

/** Without the user's word, no capability of the team lets anybody publish, whatever the file says. */
function allowed(privileges: PrivilegesWish, { publish }: StartTeamOptions): PrivilegesWish {
  return publish === true ? privileges : { ...privileges, publish: false };
}

function nodeOf(member: PlannedMember, parts: Parts): Node | Promise<Node> {
  switch (member.kind) {
    case "person":
      return personOf(member.id, member.human, parts);
    case "maker":
      return makerOf(member, parts);
    case "thinker":
      return thinkerOf(member, parts);
  }
}

function thinkerOf(member: PlannedThinker, parts: Parts): Node {
  const { id, tools, maxSteps, maker, channels } = member;
  const { team, approve, peer } = parts;
  const { actions: refs, publish, ...more } = tools === "none" ? {} : tools;
  const takesTurns = team.channels.some(
    ({ members, chair, hands }) => (members.includes(id) && (hands ?? chair !== undefined)) || chair === id,
  );
  const Kind = takesTurns ? TurnTaker : channels.length > 0 ? GroupMember : ModelAgent;
  return new Kind(id, {
    ...modelFor(id, parts),
    instructions: instructionsOf(member),
    values: valuesOf(member, team),
    client: peer,
    collective:
      tools === "none" ? "none" : { ...more, refs, publish: publish === true && parts.publish === true },
    approve,
    maxSteps,
    maker: peer === undefined ? undefined : maker,
    // A person may take as long as the team has.
    askTimeoutMs: team.members.some(({ kind }) => kind === "person") ? team.timeoutMs : undefined,
  });
}

function makerOf(member: PlannedMaker, parts: Parts): Node {
  const { team, peer = {} } = parts;
  return new ToolMaker(member.id, {
    ...modelFor(member.id, parts),
    instructions: member.instructions,
    values: valuesOf(member, team),
    client: peer,
    publish: member.publish && parts.publish === true ? "always" : "never",
    maxSteps: member.maxSteps,
  });
}

function valuesOf(
  { superior, reports, channels }: PlannedMember,
  { name, variables }: Team,
): Record<string, string> {
  const list = (names: readonly string[]) => (names.length === 0 ? "nobody" : names.join(", "));
  return {
    ...variables,
    team: name,
    superior: superior ?? "the user",
    reports: list(reports),
    channels: channels.length === 0 ? "none" : channels.join(", "),
  };
}

function instructionsOf({ instructions, channels }: PlannedThinker): string {
  const group = `In a group conversation (${channels.join(", ")}), answer ${PASS} and nothing else when you have nothing new to say.`;
  return channels.length === 0 ? instructions : `${instructions}\n\n${group}`.trim();
}

function modelFor(id: string, { models }: Parts): MemberModel {
  const model = models.get(id);
  if (model === undefined) throw new TypeError(`"${id}" has no model`);
  return model;
}

function channelOf(
  { id, members, hands, chair, turns }: PlannedChannel,
  nodes: ReadonlyMap<string, Node>,
  { timeoutMs: memberMs }: Team,
): Node {
  const of = (member: string): Node => {
    const node = nodes.get(member);
    if (node === undefined) throw new TypeError(`"${member}" is not in the team`);
    return node;
  };
  const chat = new GroupChat({
    id,
    turns,
    hands,
    memberMs,
    chair: chair === undefined ? undefined : of(chair),
  });
  for (const member of members) chat.links.link(of(member));
  return chat;
}
