import { ActionClient } from "../../client.ts";
import type { ConnectOptions } from "../../discovery.ts";
import type { Place } from "../types.ts";

/**
 * A client is used as it is. Told how to connect, an agent does so with the capability token of its place, where it has one,
 * so that the peer holds it to its privileges.
 */
export function clientFor(
  given: ActionClient | ConnectOptions,
  place: Pick<Place, "token"> | undefined,
): ActionClient {
  if (given instanceof ActionClient) return given;
  const token = place?.token;
  return new ActionClient(token === undefined ? given : { ...given, token });
}
