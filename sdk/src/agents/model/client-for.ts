import { ActionClient } from "../../client.ts";
import type { ConnectOptions } from "../../discovery.ts";
import type { Place } from "../types.ts";

/** How an agent reaches the peer: by a client, by how to connect, or by a client that is made for its place. */
export type ClientOption = ActionClient | ConnectOptions | ((place: Place | undefined) => ActionClient);

/**
 * The client of one agent: with the capability token of its place, where it has one, so that the peer itself holds it to its
 * privileges. What a function makes is used as it is.
 * @throws {TypeError} there is a token, and the client does not go over the local API
 */
export function clientFor(given: ClientOption, place: Place | undefined): ActionClient {
  if (typeof given === "function") return given(place);
  const token = place?.token;
  if (given instanceof ActionClient) return token === undefined ? given : given.withToken(token);
  return new ActionClient(token === undefined ? given : { ...given, token });
}
