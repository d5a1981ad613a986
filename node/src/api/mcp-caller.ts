import { describeIssue, firstIssue, type Route, type RouteName, routes } from "@action-collective/protocol";
import { ApiError, type Caller as RouteCaller } from "action-collective";
import type { Caller } from "../capabilities/caller.ts";
import { assertMayCall } from "../capabilities/route-needs.ts";
import type { ApiLog } from "./add-route.ts";
import { answerError } from "./answer-error.ts";
import { BadRequestError, ContractBrokenError, NoSuchRouteError } from "./errors.ts";
import type { ApiHandlers } from "./handlers.ts";

/** What a handler takes, whichever it is; the table of routes says which body belongs to which. */
type AnyHandler = (call: {
  ref: string;
  body: unknown;
  signal: AbortSignal;
  caller: Caller;
}) => Promise<unknown>;

/** Calls the handlers of the local API from inside the peer, with the same checks and the same errors. */
export function callerOf(handlers: ApiHandlers, caller: Caller, log: ApiLog): RouteCaller {
  return {
    async call(name, ref, body, { signal = new AbortController().signal }) {
      try {
        return (await answerOf(handlers, name, { ref, body, signal, caller })) as never;
      } catch (error) {
        signal.throwIfAborted();
        const { status, body: answer, unexpected } = answerError(error);
        if (unexpected) log("error", "a tool failed unexpectedly", { route: name, error: String(error) });
        throw new ApiError(status, answer);
      }
    },
  };
}

async function answerOf(
  handlers: ApiHandlers,
  name: RouteName,
  { ref, body, signal, caller }: Parameters<AnyHandler>[0],
): Promise<unknown> {
  const { body: schema, response, method, path }: Route = routes[name];
  if (name === "health" || name === "stop") throw new NoSuchRouteError(method, path);
  assertMayCall(caller, name);
  const parsed = schema?.safeParse(body);
  if (parsed?.success === false)
    throw new BadRequestError(
      "The request is not what this route takes",
      parsed.error.issues.map(describeIssue),
    );
  const handler = handlers[name] as AnyHandler;
  const answer = response.safeParse(await handler({ ref, body: parsed?.data, signal, caller }));
  if (!answer.success) throw new ContractBrokenError(name, firstIssue(answer.error));
  return answer.data;
}
