import type { RouteName } from "@action-collective/protocol";
import type { PlainRoute } from "../api/add-route.ts";

/**
 * Which routes of the contract the pages may call. What no view needs they cannot do, should somebody's text ever get to run
 * in one: hand on access to this peer, speak for its key for good, publish in its name, or stop it. Every route is listed, so
 * that a new one is not open by having been forgotten.
 */
const MAY: Readonly<Record<RouteName, boolean>> = {
  identity: true,
  status: true,
  peers: true,
  search: true,
  show: true,
  source: true,
  run: true,
  verify: true,
  feedback: true,
  score: true,
  peer: true,
  trust: true,
  setTrust: true,
  policy: true,
  setPolicy: true,
  browse: true,
  runs: true,
  report: true,
  marks: true,
  versions: true,
  graph: true,
  previewPolicy: true,
  health: false,
  stop: false,
  tools: false,
  setTools: false,
  publish: false,
  withdraw: false,
  prove: false,
  describe: false,
  succession: false,
  compromise: false,
  openDashboard: false,
  mintCapability: false,
  keep: false,
  keepings: false,
  capabilities: false,
  revoke: false,
  spend: false,
  openDesk: false,
  frames: false,
  closeDesk: false,
};

const isPlain = (name: RouteName): name is PlainRoute => name !== "health" && name !== "stop";

export const PAGE_ROUTES: readonly PlainRoute[] = (Object.keys(MAY) as RouteName[])
  .filter(isPlain)
  .filter((name) => MAY[name]);
