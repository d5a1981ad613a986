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

/** What a team would lack in this environment; nothing is told of what variables hold. */
export function environmentProblems(team: Team, environment: Environment): readonly string[] {
  return readModels(team, environment).problems;
}

/**
 * The models of all members, with what the environment says; members of one server share a client.
 * @throws {TeamEnvironmentError} naming all that is missing
 */
export function modelsOf(
  team: Team,
  environment: Environment,
  openai: (server: ModelServer) => OpenAILike,
): ReadonlyMap<string, MemberModel> {
  const { models, problems } = readModels(team, environment);
  if (problems.length > 0) throw new TeamEnvironmentError(problems);
  const clients = new Map<string, OpenAILike>();
  return new Map(
    models.map(({ id, server, ...model }) => {
      const key = JSON.stringify([server.baseUrl, server.apiKey]);
      const client = clients.get(key) ?? openai(server);
      clients.set(key, client);
      return [id, { ...model, openai: client }];
    }),
  );
}

interface ReadModel extends Omit<MemberModel, "openai"> {
  readonly id: string;
  readonly server: ModelServer;
}

function readModels(
  team: Team,
  environment: Environment,
): { readonly models: readonly ReadModel[]; readonly problems: readonly string[] } {
  const problems = new Set<string>();
  const read = (variable: string | undefined) =>
    variable === undefined ? undefined : environment[variable] || undefined;
  const models = team.members.flatMap((member): ReadModel[] => {
    if (member.kind === "person") return [];
    const { name, nameVariable, keyVariable = KEY, baseUrlVariable = BASE_URL, ...rest } = member.model;
    const model = read(nameVariable) ?? name;
    const baseUrl = read(baseUrlVariable);
    const apiKey = read(keyVariable);
    if (model === undefined)
      problems.add(`${nameVariable} is not set, which names the model of ${member.id}`);
    if (baseUrl !== undefined && !/^https?:\/\/[^\s@]+$/.test(baseUrl))
      problems.add(`${baseUrlVariable} holds no http address`);
    // A server of one's own need not ask for a key; OpenAI does.
    if (apiKey === undefined && baseUrl === undefined) problems.add(`${keyVariable} is not set`);
    return model === undefined ? [] : [{ ...rest, id: member.id, model, server: { apiKey, baseUrl } }];
  });
  return { models, problems: [...problems] };
}
