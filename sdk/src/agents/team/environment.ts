import type { TeamHuman, TeamModel } from "@action-collective/protocol";
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

/** The variables of the environment that a team reads, by name. Pure. */
export function environmentOf(team: Team): readonly string[] {
  const named = team.members.flatMap((member) => {
    if (member.kind === "person") return wayVariables(member.human);
    const { nameVariable, baseUrlVariable = BASE_URL } = member.model;
    return [nameVariable, keyVariableOf(member.model), baseUrlVariable];
  });
  return [...new Set(named.filter((one) => one !== undefined))].sort();
}

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
    if (member.kind === "person") {
      for (const variable of wayVariables(member.human))
        if (read(variable) === undefined)
          problems.add(`${variable} is not set, with which ${member.id} is reached`);
      return [];
    }
    const { name, nameVariable, keyVariable: _, baseUrlVariable = BASE_URL, ...rest } = member.model;
    const keyVariable = keyVariableOf(member.model);
    const model = read(nameVariable) ?? name;
    const baseUrl = read(baseUrlVariable);
    const apiKey = read(keyVariable);
    if (model === undefined)
      problems.add(`${nameVariable} is not set, which names the model of ${member.id}`);
    if (baseUrl !== undefined && !/^https?:\/\/[^\s@]+$/.test(baseUrl))
      problems.add(`${baseUrlVariable} holds no http address`);
    // Or a key that is another server's would go to OpenAI.
    if (baseUrl === undefined && baseUrlVariable !== BASE_URL) problems.add(`${baseUrlVariable} is not set`);
    // A server of one's own need not ask for a key; OpenAI does.
    else if (apiKey === undefined && baseUrl === undefined) problems.add(`${keyVariable} is not set`);
    return model === undefined ? [] : [{ ...rest, id: member.id, model, server: { apiKey, baseUrl } }];
  });
  return { models, problems: [...problems] };
}

/** OpenAI's own key goes nowhere but where OpenAI's address says, unless the file says so. */
function keyVariableOf({ keyVariable, baseUrlVariable = BASE_URL }: TeamModel): string | undefined {
  return keyVariable ?? (baseUrlVariable === BASE_URL ? KEY : undefined);
}

/** What the way to a person takes from the environment. */
function wayVariables({ websocket, email }: TeamHuman): string[] {
  const servers = email === undefined ? [] : [email.smtp, email.imap];
  const named = servers.flatMap(({ hostVariable, passwordVariable }) => [hostVariable, passwordVariable]);
  return [websocket?.tokenVariable, ...named].filter((one) => one !== undefined);
}
