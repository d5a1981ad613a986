import type { Capabilities } from "../capabilities/capabilities.ts";
import type { ApiHandlers } from "./handlers.ts";

type Routes = "mintCapability" | "capabilities" | "spend" | "revoke";

/** Capabilities: made by the user, cut narrower by whoever holds one, counted and ended here. */
export function capabilityHandlers(capabilities: Capabilities): Pick<ApiHandlers, Routes> {
  return {
    mintCapability: async ({ body }) => capabilities.mint(body),
    capabilities: async ({ caller }) => ({ capabilities: capabilities.views(caller) }),
    // The user has no bounds, so there is nothing to count against.
    spend: async ({ body, caller }) => ({ left: caller === "user" ? {} : caller.record(body) }),
    revoke: async ({ body, caller }) => ({ id: capabilities.revoke(caller, body) }),
  };
}
