import { ALL_PRIVILEGES } from "@action-collective/protocol";
import type { Bearer, Bearers } from "../post/types.ts";
import type { Caller } from "./caller.ts";
import type { Capabilities } from "./capabilities.ts";

/** A caller as the post knows it: each message that leaves counts against its budget. */
export function bearerOf(caller: Caller): Bearer {
  if (caller === "user")
    return {
      ids: [],
      agents: [],
      privileges: () => ALL_PRIVILEGES,
      charge: () => undefined,
      watch: () => () => undefined,
    };
  return {
    agent: caller.agent,
    ids: caller.ids,
    agents: caller.agents,
    privileges: () => {
      caller.check();
      return caller.privileges;
    },
    charge: () => caller.charge({ messages: 1 }),
    watch: (ended) => caller.watch(ended),
  };
}

/** The capabilities as the post knows them. */
export function bearersOf(capabilities: Pick<Capabilities, "open">): Bearers {
  return { open: (token) => bearerOf(capabilities.open(token)) };
}
