import type { RouteName } from "@action-collective/protocol";
import type { Caller } from "./caller.ts";
import { CapabilityRefusedError } from "./errors.ts";

/**
 * What a route asks of a capability. `any`: that it holds. `action`: also that the action is among its own, which is decided
 * where the action is known. `make`, `publish`: that privilege. `user`: the peer's own token, which no capability replaces.
 */
export type RouteNeed = "any" | "action" | "make" | "publish" | "user";

/** Every route of the contract, so that a new one is not open by having been forgotten. */
export const ROUTE_NEEDS = {
  health: "any",
  identity: "any",
  status: "any",
  search: "any",
  show: "any",
  source: "any",
  score: "any",
  tools: "any",
  describe: "any",
  browse: "any",
  report: "any",
  marks: "any",
  versions: "any",
  run: "action",
  verify: "action",
  feedback: "action",
  prove: "make",
  publish: "publish",
  capabilities: "any",
  spend: "any",
  revoke: "any",
  openDesk: "any",
  frames: "any",
  closeDesk: "any",
  mintCapability: "user",
  runs: "user",
  keep: "user",
  keepings: "user",
  graph: "user",
  previewPolicy: "user",
  openDashboard: "user",
  peers: "user",
  peer: "user",
  setTools: "user",
  withdraw: "user",
  trust: "user",
  setTrust: "user",
  policy: "user",
  setPolicy: "user",
  succession: "user",
  compromise: "user",
  stop: "user",
} as const satisfies Record<RouteName, RouteNeed>;

/** @throws {CapabilityRefusedError} the route is not for this caller */
export function assertMayCall(caller: Caller, route: RouteName): void {
  if (caller === "user") return;
  const need: RouteNeed = ROUTE_NEEDS[route];
  if (need === "user") throw new CapabilityRefusedError(`${route} takes the peer's own token`);
  if ((need === "make" || need === "publish") && !caller.privileges[need])
    throw new CapabilityRefusedError(`${route} takes the privilege "${need}"`);
}
