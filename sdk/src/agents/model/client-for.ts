import type { Privileges } from "@action-collective/protocol";
import { PeerCaller } from "../../caller.ts";
import { ActionClient } from "../../client.ts";
import type { ConnectOptions } from "../../discovery.ts";
import type { Experience } from "../hierarchy/experience.ts";
import type { Place } from "../types.ts";
import { ModelAgentOptionError, UnenforcedPrivilegesError } from "./errors.ts";

/** How an agent reaches the peer: by a client, by how to connect, or by a client that is made for its place. */
export type ClientOption = ActionClient | ConnectOptions | ((place: Place | undefined) => ActionClient);

/** The peer of an agent, and what it learns there. */
export interface ClientOptions {
  readonly client?: ClientOption | undefined;
  /** Learns which actions it made and ran, and how that went, for its successor; `client` says how to connect then. */
  readonly experience?: Experience | undefined;
}

/** Before anything is asked. @throws {ModelAgentOptionError} */
export function checkClient({ client, experience }: ClientOptions): void {
  if (experience !== undefined && (client === undefined || isMade(client)))
    throw new ModelAgentOptionError(
      "an agent with an experience is told how to connect, and given no client",
    );
}

/**
 * The client of one agent: with the capability token of its place, where it has one, so that the peer itself holds it to its
 * privileges. What a function makes is used as it is.
 * @throws {UnenforcedPrivilegesError} it has less than the user at the peer, and no token: nobody would hold it to that
 * @throws {TypeError} there is a token, and the client does not go over the local API
 */
export function clientFor<Given extends ClientOption | undefined>(
  { client, experience }: { readonly client?: Given; readonly experience?: Experience | undefined },
  place: Place | undefined,
): ActionClient | (undefined extends Given ? undefined : never);
export function clientFor(
  { client: given, experience }: ClientOptions,
  place: Place | undefined,
): ActionClient | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "function") return given(place);
  const token = place?.token;
  if (place !== undefined && token === undefined && isHeldAtPeers(place.privileges))
    throw new UnenforcedPrivilegesError(place.id);
  if (given instanceof ActionClient) return token === undefined ? given : given.withToken(token);
  const caller = new PeerCaller(token === undefined ? given : { ...given, token });
  return new ActionClient({}, experience?.watching(caller) ?? caller);
}

/** Whether it may do less at a peer than the user: what only the peer can hold it to. */
function isHeldAtPeers({ actions, permissions, approve, make, publish, budget }: Privileges): boolean {
  return (
    [actions, permissions.net, permissions.secrets].some((list) => list !== "any") ||
    !(approve && make && publish) ||
    budget.calls !== undefined ||
    budget.milliseconds !== undefined
  );
}

function isMade(client: ClientOption): boolean {
  return typeof client === "function" || client instanceof ActionClient;
}
