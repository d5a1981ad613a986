import type { TeamModel } from "@action-collective/protocol";
import type { OpenAILike } from "../../model/types.ts";
import { TeamEnvironmentError } from "./errors.ts";
import type { Team } from "./plan.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** How a model's server is reached. */
export interface ModelServer {
  /** Undefined where the server asks for none. */
  readonly apiKey: string | undefined;
  /** Undefined: OpenAI's. */
  readonly baseUrl: string | undefined;
}

/** What one member thinks with. */
export interface MemberModel {
  readonly openai: OpenAILike;
  readonly model: string;
  readonly api?: "chat" | "responses" | undefined;
  readonly parameters?: TeamModel["parameters"];
  readonly timeoutMs?: number | undefined;
}

const KEY = "OPENAI_API_KEY";
const BASE_URL = "OPENAI_BASE_URL";

/** Variables of the environment that a team reads for its models. */
export function variablesOf(team: Team): string[] {
  const names = team.members.flatMap((member) => {
    if (member.kind === "person") return [];
    const { nameVariable, keyVariable = KEY, baseUrlVariable = BASE_URL } = member.model;
    return [...(nameVariable === undefined ? [] : [nameVariable]), keyVariable, baseUrlVariable];
  });
  return [...new Set(names)].sort();
}

/**
 * The models of all members, with what the environment says; members of one server share a client.
 * @throws {TeamEnvironmentError} naming all that is missing; what variables hold is never told
 */
export function modelsOf(
  team: Team,
  environment: Environment,
  openai: (server: ModelServer) => OpenAILike,
): ReadonlyMap<string, MemberModel> {
  const problems = new Set<string>();
  const clients = new Map<string, OpenAILike>();
  const models = new Map<string, MemberModel>();
  for (const member of team.members) {
    if (member.kind === "person") continue;
    const { name, nameVariable, keyVariable = KEY, baseUrlVariable = BASE_URL, ...rest } = member.model;
    const read = (variable: string) => environment[variable] || undefined;
    const model = (nameVariable === undefined ? undefined : read(nameVariable)) ?? name;
    const baseUrl = read(baseUrlVariable);
    const apiKey = read(keyVariable);
    if (model === undefined)
      problems.add(`${nameVariable} is not set, which names the model of ${member.id}`);
    if (baseUrl !== undefined && !/^https?:\/\/[^\s@]+$/.test(baseUrl))
      problems.add(`${baseUrlVariable} holds no http address`);
    // A server of one's own need not ask for a key; OpenAI does.
    if (apiKey === undefined && baseUrl === undefined) problems.add(`${keyVariable} is not set`);
    if (problems.size > 0 || model === undefined) continue;
    const server = `${keyVariable} ${baseUrlVariable}`;
    const client = clients.get(server) ?? openai({ apiKey, baseUrl });
    clients.set(server, client);
    models.set(member.id, { ...rest, model, openai: client });
  }
  if (problems.size > 0) throw new TeamEnvironmentError([...problems]);
  return models;
}
