import type { PolicyDesk } from "../policy/policy-desk.ts";
import type { ApiHandlers } from "./handlers.ts";

/** The user's rules: shown and changed. What does not hold is refused by the desk. */
export function policyHandlers(policy: PolicyDesk): Pick<ApiHandlers, "policy" | "setPolicy"> {
  return {
    policy: async () => policy.view(),
    setPolicy: async ({ body }) => await policy.change(body),
  };
}
